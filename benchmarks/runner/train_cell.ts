/**
 * One cell from its first epoch, or from its newest checkpoint, to its record. It has nothing to do with processes.
 *
 * @module
 */
import { type Checkpoint, findCheckpoint, writeCheckpoint } from "./checkpoint_file.ts";
import { EpochCurves, thinned } from "./epoch_curves.ts";
import { fileErrorReason, messageOf } from "../errors.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import { checkArrays } from "../../models/training/arrays.ts";
import type { CellProgress } from "./messages.ts";
import {
  type CellIdentity,
  type CellRecord,
  type Fingerprint,
  RECORD_SCHEMA,
  type TimeSplit,
  traceSha256,
} from "../record/record.ts";
import { codeName, isSameCode } from "../record/fingerprint.ts";
import { totalParts } from "./time_split.ts";
import {
  type CheckpointArrays,
  DivergenceError,
  type Trainer,
} from "../../models/training/method.ts";
import type { Evaluation, Settings } from "../definition.ts";

/** Arguments of {@link trainCell}. */
export interface CellTraining {
  /** The cell. */
  readonly cell: CellIdentity;
  /** At epoch 0. */
  readonly trainer: Trainer<unknown>;
  /** Every setting of the model. */
  readonly settings: Settings;
  /** Scores the trained model. @throws DivergenceError when there is none */
  readonly evaluate: () => Promise<Evaluation>;
  /** Where the data came from, one line. */
  readonly dataOrigin: string;
  /** One sentence where the data stand in for those of the benchmark; "" for the real ones. */
  readonly standIn: string;
  /** Seconds that loading the data took. */
  readonly dataSeconds: number;
  /** Where and with what the cell runs. */
  readonly fingerprint: Fingerprint;
  /** Command that reproduces the cell. */
  readonly command: string;
  /** File of the checkpoint; need not exist. */
  readonly checkpointPath: string;
  /** Least seconds between two checkpoints. */
  readonly checkpointSeconds: number;
  /** Asked between epochs; true ends the training with a checkpoint. */
  readonly stopAsked: () => boolean;
  /** Called once, when training begins or resumes after `epoch` epochs. */
  readonly onStart: (epoch: number, epochs: number) => void;
  /** Called after each step and each epoch. */
  readonly onProgress: (progress: CellProgress) => void;
  /** Takes one line for the user. */
  readonly onNotice: (line: string) => void;
}

/** How {@link trainCell} ended: with a result, or stopped after so many saved epochs. */
export type CellOutcome =
  | { readonly kind: "result"; readonly record: CellRecord }
  | { readonly kind: "interrupted"; readonly epoch: number };

/** Trains and evaluates a cell; a divergence is a result. Does not write the record and leaves the checkpoint. */
export async function trainCell(cell: CellTraining): Promise<CellOutcome> {
  const { trainer, settings } = cell;
  const owner = {
    cell: cell.cell,
    settings,
    backendVersion: cell.fingerprint.backendVersion,
  };
  const restore = (arrays: CheckpointArrays) => {
    // Not every trainer looks at what it takes, and what does not fit would fail in every run.
    checkArrays(arrays, trainer.checkpoint());
    trainer.restore(arrays);
  };
  const resumed = findCheckpoint(cell.checkpointPath, owner, restore, cell.onNotice);
  const code = codeName(cell.fingerprint);
  const former = resumed?.codes ?? [];
  const others = former.filter((name) => !isSameCode(name, code));
  const codes = others.length < former.length ? former : [...former, code];
  if (others.length > 0) {
    cell.onNotice(`Resumed from a checkpoint that other code made: ${others.join(", ")}`);
  }
  const curves = new EpochCurves(trainer.curves, resumed?.curves ?? []);
  const stopwatch = new Stopwatch(trainer, cell.dataSeconds, resumed?.time);
  let reported = false;
  const reportOnce = (line: string) => {
    if (!reported) cell.onNotice(line);
    reported = true;
  };
  const save = (epoch: number): boolean => {
    const state = { epoch, codes, curves: curves.toCurves(), time: stopwatch.time };
    return saveCheckpoint(cell, { ...owner, ...state }, reportOnce);
  };

  let epoch = resumed?.epoch ?? 0;
  let savedEpoch = epoch;
  let savedAt = performance.now();
  let evaluation: Evaluation = { metrics: [], curves: [], exhibits: [] };
  // A result of several versions of the code says so.
  let note = codes.length > 1 ? `computed by ${codes.join(", then ")}` : "";
  let diverged = false;
  cell.onStart(epoch, trainer.epochs);
  try {
    for (; epoch < trainer.epochs; epoch++) {
      if (cell.stopAsked()) {
        if (savedEpoch < epoch && save(epoch)) savedEpoch = epoch;
        return { kind: "interrupted", epoch: savedEpoch };
      }
      const report = await stopwatch.training(() =>
        trainer.runEpoch(
          epoch,
          (step, steps, live) =>
            cell.onProgress({ epoch, epochs: trainer.epochs, step, steps, live }),
        )
      );
      curves.add(epoch + 1, report);
      cell.onProgress({
        epoch: epoch + 1,
        epochs: trainer.epochs,
        step: 0,
        steps: 0,
        live: report,
      });
      if (performance.now() - savedAt >= 1000 * cell.checkpointSeconds) {
        if (save(epoch + 1)) savedEpoch = epoch + 1;
        savedAt = performance.now();
      }
      // Promises alone never let a signal or the parent's `stop` in.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    // A fault in scoring must not cost the training.
    if (savedEpoch < epoch) save(epoch);
    evaluation = await stopwatch.evaluation(cell.evaluate);
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    diverged = true;
    note = [messageOf(error), note].filter((part) => part !== "").join("; ");
  }
  const metrics = evaluation.metrics;
  const allCurves = [...curves.toCurves().map(thinned), ...evaluation.curves];
  return {
    kind: "result",
    record: {
      schema: RECORD_SCHEMA,
      cell: cell.cell,
      status: diverged ? "diverged" : "completed",
      note,
      dataOrigin: cell.dataOrigin,
      standIn: cell.standIn,
      settings,
      metrics,
      curves: allCurves,
      exhibits: evaluation.exhibits,
      parameters: trainer.parameters,
      steps: trainer.steps,
      traceSha256: traceSha256(metrics, allCurves),
      time: stopwatch.time,
      fingerprint: cell.fingerprint,
      command: cell.command,
      finishedAt: new Date().toISOString(),
    },
  };
}

function saveCheckpoint(
  { checkpointPath, trainer }: CellTraining,
  state: Omit<Checkpoint, "arrays">,
  onNotice: (line: string) => void,
): boolean {
  try {
    writeCheckpoint(checkpointPath, {
      ...state,
      arrays: trainer.checkpoint(),
    });
    return true;
  } catch (error) {
    // A full disk need not end the training: it may have room again when the record is written.
    onNotice(
      `Cannot write checkpoint ${checkpointPath}: ${fileErrorReason(error)}; training goes on`,
    );
    return false;
  }
}

function milliseconds(seconds: number): number {
  return Number(toJsonNumber(Math.round(seconds * 1000) / 1000));
}

/** Splits the seconds of this process by purpose, on top of those of the processes before it. */
class Stopwatch {
  readonly #trainer: Trainer<unknown>;
  readonly #before: TimeSplit;
  readonly #data: number;
  #training = 0;
  #evaluation = 0;

  constructor(trainer: Trainer<unknown>, data: number, before?: TimeSplit) {
    this.#trainer = trainer;
    this.#data = data;
    this.#before = before ?? { data: 0, compilation: 0, training: 0, evaluation: 0 };
  }

  training<T>(work: () => Promise<T>): Promise<T> {
    return this.#measure(work, (seconds) => this.#training += seconds);
  }

  evaluation<T>(work: () => Promise<T>): Promise<T> {
    return this.#measure(work, (seconds) => this.#evaluation += seconds);
  }

  get time(): TimeSplit {
    const { compilation, evaluation } = this.#trainer.seconds;
    const parts = totalParts([this.#before, { parts: this.#trainer.timeParts ?? [] }])
      .map((part) => ({ ...part, seconds: milliseconds(part.seconds) }));
    return {
      data: milliseconds(this.#before.data + this.#data),
      compilation: milliseconds(this.#before.compilation + compilation),
      training: milliseconds(this.#before.training + this.#training),
      evaluation: milliseconds(this.#before.evaluation + evaluation + this.#evaluation),
      ...(parts.length === 0 ? {} : { parts }),
    };
  }

  /** Wall time less what the trainer itself booked as compilation or evaluation meanwhile. */
  async #measure<T>(work: () => Promise<T>, add: (seconds: number) => void): Promise<T> {
    const booked = () => this.#trainer.seconds.compilation + this.#trainer.seconds.evaluation;
    const [start, bookedBefore] = [performance.now(), booked()];
    try {
      return await work();
    } finally {
      add(Math.max(0, (performance.now() - start) / 1000 - (booked() - bookedBefore)));
    }
  }
}
