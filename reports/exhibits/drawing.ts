/**
 * What the renderers of exhibits share: what is shown of whom, and words about numbers.
 *
 * @module
 */
import type { Exhibit, Quantity } from "../../models/training/exhibit.ts";
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import { withUnit } from "../pages/labels.ts";
import { type Box, isDrawable, type Range, rangeOf } from "../pages/plot.ts";

/** An exhibit of one model. */
export interface Shown<E extends Exhibit = Exhibit> {
  /** Registry name of the model. */
  readonly model: string;
  /** Display name of the model. */
  readonly method: string;
  /** Index of the model's colour. */
  readonly colour: number;
  /** Seed of the record. */
  readonly seed: number;
  /** File of the record. */
  readonly file: string;
  /** What is shown. */
  readonly exhibit: E;
}

/** Width of a drawing in its own units; it scales with the page. */
export const WIDTH = 360;

/** A plot of this height. */
export function boxOf(height: number): Box {
  return { width: WIDTH, height, left: 44, right: 10, top: 8, bottom: 36 };
}

/** Lowest and highest finite value; undefined where there is none. */
export function finiteRange(values: readonly number[]): Range | undefined {
  return rangeOf(values.filter(Number.isFinite));
}

/** Ends of an axis a twentieth beyond the values that are drawn; [-1, 1] where there are none. */
export function axisRange(values: readonly number[]): Range {
  const [low, high] = rangeOf(values.filter(isDrawable)) ?? [0, 0];
  const margin = 0.05 * (high - low) || 1;
  return [low - margin, high + margin];
}

/** "time (seconds)". */
export function axisTitle({ label, unit }: Quantity): string {
  return withUnit(label, unit);
}

/** "from −1.5 to 2", of the finite values. */
export function span(values: readonly number[]): string {
  const range = finiteRange(values);
  return range === undefined
    ? "without a finite value"
    : `from ${formatShort(range[0], 3)} to ${formatShort(range[1], 3)}`;
}
