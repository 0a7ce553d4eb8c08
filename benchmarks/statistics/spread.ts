/**
 * Statistics over seeds: a typed ±, its 95 % interval and the difference to a published number.
 *
 * @module
 */
import { tQuantile } from "./student_t.ts";

/** What a ± is taken over. */
export type SpreadUnit = "seed";

/** One value of a ±, with what it measures and what it varies over. */
export interface Observation {
  /** The number. */
  readonly value: number;
  /** What the value measures, e.g. "per pixel"; values of different quantities have no common mean. */
  readonly quantity: string;
  /** What distinguishes this observation from its neighbours. */
  readonly unit: SpreadUnit;
}

/** A mean ± std, with what it is taken over. */
export interface PlusMinus {
  /** Arithmetic mean. */
  readonly mean: number;
  /** Sample standard deviation; undefined for a single observation, infinite where it is beyond the range of numbers. */
  readonly std: number | undefined;
  /** Delta degrees of freedom: the divisor is n - ddof. */
  readonly ddof: 1;
  /** Number of observations. */
  readonly n: number;
  /** What the observations are. */
  readonly unit: SpreadUnit;
  /** What is measured, e.g. "per pixel". */
  readonly quantity: string;
}

/** A two-sided interval. */
export interface Interval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /** Coverage, e.g. 0.95. */
  readonly level: number;
}

/** How far our mean is from a published one. */
export interface Difference {
  /** Ours minus theirs. */
  readonly absolute: number;
  /** The same as a share of theirs; undefined where theirs is 0, or the share beyond the range of numbers. */
  readonly relative: number | undefined;
  /** Whether theirs lies in our interval, ends included; undefined where we have none. */
  readonly inInterval: boolean | undefined;
}

/**
 * A power of two that brings the largest magnitude of some values near 1: a product with it has no rounding, and sums and
 * squares of such products stay in range, however huge or tiny the values are.
 */
export function powerOfTwoScale(values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? 1 : 2 ** -Math.max(-1000, Math.floor(Math.log2(largest)));
}

/**
 * Arithmetic mean.
 *
 * @throws RangeError for an empty list.
 */
export function mean(values: readonly number[]): number {
  if (values.length === 0) {
    throw new RangeError("Cannot compute a mean: the number of values must be >= 1, is 0");
  }
  // Equal values must give exactly that value: a plain sum of 0.1s does not.
  const scale = powerOfTwoScale(values);
  const first = values[0]! * scale;
  const sum = values.reduce((sum, value) => sum + (value * scale - first), 0);
  return (first + sum / values.length) / scale;
}

/**
 * Sample standard deviation (ddof 1); infinite where it is beyond the range of numbers.
 *
 * @throws RangeError for fewer than two values.
 */
export function sampleStd(values: readonly number[]): number {
  if (values.length < 2) {
    throw new RangeError(
      `Cannot compute a sample standard deviation: the number of values must be >= 2, is ${values.length}`,
    );
  }
  const scale = powerOfTwoScale(values);
  const scaled = values.map((value) => value * scale);
  const centre = mean(scaled);
  const squares = scaled.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1)) / scale;
}

/**
 * Mean and sample standard deviation of observations of one kind.
 *
 * @throws RangeError for no observation or a value that is not finite.
 * @throws TypeError when quantities or units are mixed.
 */
export function plusMinus(observations: readonly Observation[]): PlusMinus {
  const values = observations.map((observation) => observation.value);
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) {
    throw new RangeError(`Cannot average: every value must be finite, is ${bad}`);
  }
  const centre = mean(values);
  const { quantity, unit } = observations[0]!;
  for (const other of observations) {
    if (other.quantity !== quantity || other.unit !== unit) {
      throw new TypeError(
        `Cannot average: all values must share one unit, have "${quantity}" over ${unit}s and ` +
          `"${other.quantity}" over ${other.unit}s`,
      );
    }
  }
  const std = values.length > 1 ? sampleStd(values) : undefined;
  return { mean: centre, std, ddof: 1, n: values.length, unit, quantity };
}

/** The first minus the second, both finite; the largest number where that is beyond the range of numbers. */
export function finiteDifference(first: number, second: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, first - second));
}

/** A value as a share of a magnitude; undefined where that is 0, or the share beyond the range of numbers. */
export function shareOf(value: number, whole: number): number | undefined {
  const share = value / Math.abs(whole);
  return Number.isFinite(share) ? share : undefined;
}

/**
 * Student's t interval for the mean.
 *
 * @param spread What {@link plusMinus} gave.
 * @param level Coverage in (0, 1).
 * @returns The interval; undefined for a single observation or equal ones, which have none, and where an end is beyond the
 * range of numbers.
 */
export function confidenceInterval(spread: PlusMinus, level = 0.95): Interval | undefined {
  if (spread.std === undefined || spread.std === 0) return undefined;
  const t = tQuantile(0.5 + level / 2, spread.n - 1);
  const half = (t * spread.std) / Math.sqrt(spread.n);
  const [low, high] = [spread.mean - half, spread.mean + half];
  return Number.isFinite(high - low) ? { low, high, level } : undefined;
}

/** Our mean compared with a published one. A published ± is ignored: what it is taken over is seldom known. */
export function differenceToPublished(ours: PlusMinus, published: number): Difference {
  const absolute = ours.mean - published;
  const interval = confidenceInterval(ours);
  return {
    absolute,
    relative: shareOf(absolute, published),
    inInterval: interval && interval.low <= published && published <= interval.high,
  };
}
