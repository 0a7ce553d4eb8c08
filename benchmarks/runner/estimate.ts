/**
 * How long a run will take, from what is known of its models.
 *
 * @module
 */
import type { CellRecord } from "../record/record.ts";
import { isFinished } from "../record/record_file.ts";
import { totalSeconds } from "./time_split.ts";

/** Work that is left of one cell. */
export interface RemainingCell {
  /** Registry name of the model. */
  readonly model: string;
  /** Share that is left, 0 … 1. */
  readonly share: number;
}

/** Mean seconds of a whole cell of each model. */
export function secondsPerModel(records: readonly CellRecord[]): Map<string, number> {
  const sums = new Map<string, { seconds: number; cells: number }>();
  for (const { cell, time } of records.filter(isFinished)) {
    const sum = sums.get(cell.model) ?? { seconds: 0, cells: 0 };
    sum.seconds += totalSeconds(time);
    sum.cells++;
    sums.set(cell.model, sum);
  }
  return new Map([...sums].map(([model, { seconds, cells }]) => [model, seconds / cells]));
}

/**
 * Seconds until all cells are done, `jobs` at a time.
 *
 * @returns undefined when a model that is left has not been timed: the others, some of which take a second and some
 * hours, say nothing of it
 */
export function estimateSeconds(
  remaining: readonly RemainingCell[],
  known: ReadonlyMap<string, number>,
  jobs: number,
): number | undefined {
  if (remaining.length === 0) return 0;
  const seconds = remaining.map(({ model, share }) => share * (known.get(model) ?? NaN));
  if (seconds.some(Number.isNaN)) return undefined;
  // No cell is shared between processes, so the longest one is a bound of its own.
  return Math.max(seconds.reduce((sum, x) => sum + x, 0) / jobs, ...seconds);
}

/** A duration as people say it: "45 s", "3 min 20 s", "2 h 5 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
