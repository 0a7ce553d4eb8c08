/**
 * Runs cells in child processes, a limited number at a time.
 *
 * @module
 */
import { type CellEnd, type CellProcess, startCell } from "./cell_process.ts";
import type { Display } from "./display.ts";
import type { CellMessage, CellProgress, CellRequest } from "./messages.ts";
import { estimateSeconds, type RunningCell, type RunProgress, shareDone } from "./progress.ts";
import type { CellIdentity } from "../record/record.ts";

/** What runs and how. */
export interface RunCellsOptions {
  /** Cells to run, first one first. */
  readonly cells: readonly CellIdentity[];
  /** Processes at a time. */
  readonly jobs: number;
  /** The request to the process of a cell. */
  readonly request: (cell: CellIdentity) => CellRequest;
  /** Where progress goes. */
  readonly display: Display;
  /** Number of results from earlier runs. */
  readonly finishedBefore: number;
  /** Seconds of a whole cell by model, as far as known. */
  readonly secondsPerModel: ReadonlyMap<string, number>;
  /** Called as each cell ends. */
  readonly onEnd: (cell: CellIdentity, end: CellEnd) => void;
  /** Starts a cell; tests inject their own. */
  readonly start?: typeof startCell;
}

/** A run of cells in progress. */
export interface CellsRun {
  /** The end of each cell, in the order of `cells`; undefined for a cell that an interrupt prevented from starting. */
  readonly ends: Promise<(CellEnd | undefined)[]>;
  /** Starts no more cells, and asks the running ones to save and end. */
  stop(): void;
  /** Ends all processes at once. */
  kill(): void;
}

/** Name of a cell among the cells of a run: "model-a seed 0". */
export function cellLabel(cell: Pick<CellIdentity, "model" | "seed">): string {
  return `${cell.model} seed ${cell.seed}`;
}

/** Starts the cells. Each outcome depends on its cell alone, not on `jobs` or on the order in which cells end. */
export function runCells(options: RunCellsOptions): CellsRun {
  const { cells, jobs, display } = options;
  const ends: (CellEnd | undefined)[] = cells.map(() => undefined);
  const running = new Map<CellIdentity, Running>();
  const known = new Map(options.secondsPerModel);
  let next = 0;
  let stopped = false;

  const progress = (): RunProgress => {
    const failed = ends.filter((end) => end?.kind === "failed").length;
    const finished = ends.filter((end) => end?.kind === "finished").length;
    const timed = new Map([
      ...known,
      ...[...running].flatMap(([cell, { projected }]) =>
        projected === undefined ? [] : [[cell.model, projected] as const]
      ),
    ]);
    const remaining = estimateSeconds(
      [
        ...[...running].map(([cell, { share }]) => ({ model: cell.model, share: 1 - share })),
        ...cells.slice(next).map(({ model }) => ({ model, share: 1 })),
      ],
      timed,
      jobs,
    );
    return {
      total: cells.length + options.finishedBefore,
      finished: finished + options.finishedBefore,
      failed,
      running: [...running].map(([cell, state]) => state.view(cell)),
      ...(remaining === undefined ? {} : { remainingSeconds: remaining }),
    };
  };

  const runOne = async (index: number): Promise<void> => {
    const cell = cells[index]!;
    const state = new Running();
    const process = (options.start ?? startCell)(options.request(cell), (message) => {
      if (message.kind === "notice") display.line(`${cellLabel(cell)}: ${message.text}`);
      else state.take(message);
      display.update(progress());
    });
    state.process = process;
    running.set(cell, state);
    if (stopped) process.stop();
    const end = await process.end;
    running.delete(cell);
    ends[index] = end;
    if (end.kind === "finished") known.set(cell.model, state.projected ?? state.seconds);
    options.onEnd(cell, end);
    display.update(progress());
  };
  const work = async () => {
    while (!stopped && next < cells.length) await runOne(next++);
  };
  const tick = setInterval(() => display.update(progress()), 1000);
  const all = Promise.all(Array.from({ length: Math.min(jobs, cells.length) }, work));
  return {
    ends: all.then(() => ends).finally(() => clearInterval(tick)),
    stop() {
      stopped = true;
      for (const { process } of running.values()) process?.stop();
    },
    kill() {
      stopped = true;
      for (const { process } of running.values()) process?.kill();
    },
  };
}

/** The state of a running cell. */
class Running {
  process: CellProcess | undefined;
  /** Share of its training that is done. */
  share = 0;
  #progress: CellProgress | undefined;
  #startShare = 0;
  #startedAt = performance.now();

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** Seconds that the whole cell takes at its pace so far; undefined before there is a pace. */
  get projected(): number | undefined {
    const done = this.share - this.#startShare;
    return done > 0.02 && this.seconds > 1 ? this.seconds / done : undefined;
  }

  take(message: CellMessage): void {
    if (message.kind === "started") {
      const { epoch, epochs } = message;
      this.#progress = { epoch, epochs, step: 0, steps: 0, live: {} };
      this.#startShare = this.share = shareDone(this.#progress);
      this.#startedAt = performance.now();
    } else if (message.kind === "progress") {
      this.#progress = message.progress;
      this.share = shareDone(message.progress);
    }
  }

  view(cell: CellIdentity): RunningCell {
    const projected = this.projected;
    return {
      label: cellLabel(cell),
      ...(this.#progress === undefined ? {} : { progress: this.#progress }),
      ...(projected === undefined ? {} : { remainingSeconds: projected * (1 - this.share) }),
    };
  }
}
