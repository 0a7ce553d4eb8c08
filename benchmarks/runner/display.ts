/**
 * Shows progress on a terminal, redrawn in place, or in a log, as a few plain lines.
 *
 * @module
 */
import { printable } from "../../data/printable.ts";
import { plainProgressLine, renderProgress, type RunProgress } from "./progress.ts";

/** Where progress goes. */
export interface Display {
  /** Writes a line that stays. */
  line(text: string): void;
  /** Takes the current state of the run; the display decides whether and when to draw it. */
  update(run: RunProgress): void;
  /** Clears the redrawn lines. */
  close(): void;
}

/** Where a display writes. */
export interface DisplayOutput {
  /** Writes text as it is. */
  readonly write: (text: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** A display that redraws its last lines, at most ten times a second. */
export function terminalDisplay(
  output: DisplayOutput,
  columns: () => number,
  rows: () => number,
): Display {
  let drawn = 0;
  let drawnAt = -Infinity;
  // Up to the first redrawn line, then clear to the end of the screen.
  const clear = () => drawn === 0 ? "" : `\x1b[${drawn}F\x1b[0J`;
  let lines: string[] = [];
  const draw = (before: string) => {
    // Leave the last column free: some terminals wrap as soon as it is written.
    output.write(clear() + before + lines.map((line) => `${printable(line)}\n`).join(""));
    drawn = lines.length;
  };
  return {
    line: (text) => draw(`${printable(text)}\n`),
    update(run) {
      if (output.now() - drawnAt < 100) return;
      drawnAt = output.now();
      // Lines that have left the screen cannot be redrawn: the last ones, with the summary, stay.
      lines = renderProgress(run, columns() - 1).slice(-Math.max(1, rows() - 1));
      draw("");
    },
    close() {
      lines = [];
      if (drawn > 0) draw("");
    },
  };
}

/**
 * A display of plain lines.
 *
 * @param seconds Least seconds between two lines of a cell.
 */
export function plainDisplay(output: DisplayOutput, seconds = 15): Display {
  const shownAt = new Map<string, number>();
  return {
    line: (text) => output.write(`${printable(text)}\n`),
    update(run) {
      for (const cell of run.running) {
        if (cell.progress === undefined) continue;
        const last = shownAt.get(cell.label);
        // Wait one interval before a cell's first line too: a short cell needs none.
        if (last === undefined) shownAt.set(cell.label, output.now());
        else if (output.now() - last >= 1000 * seconds) {
          shownAt.set(cell.label, output.now());
          output.write(`${printable(plainProgressLine(cell))}\n`);
        }
      }
    },
    close() {},
  };
}
