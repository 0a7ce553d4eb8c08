/**
 * How far a metric may be from its reference before that is called drift.
 *
 * @module
 */
import { mean, sampleStd } from "../../reports/statistics.ts";

/** An allowed distance with its origin. */
export interface Tolerance {
  /** In the metric's unit, >= 0. */
  readonly value: number;
  /** How it was chosen, e.g. "3 standard errors, from 5 reference seeds". */
  readonly origin: string;
}

/** What a tolerance is chosen from. */
export interface ToleranceInputs {
  /** The metric in each seed of the reference, finite. */
  readonly reference: readonly number[];
  /** Seeds that are compared. */
  readonly compared: number;
  /** Whether the model gives the same number in every seed. */
  readonly deterministic: boolean;
  /** What the user allows, as a share of the reference. */
  readonly share?: number;
}

/** Standard errors of a difference that are allowed. */
const STANDARD_ERRORS = 3;
/** Share that one seed alone is allowed: it has no spread. */
const ONE_SEED_SHARE = 0.05;
/** Share that a model without randomness is allowed, for the rounding of another machine; a floor for the others. */
const ROUNDING_SHARE = 1e-5;

/**
 * Chooses the tolerance of a metric. By default it is three standard errors of a difference between two means of n
 * independent seeds, 3 s √(2 / n), with s the sample standard deviation over all reference seeds. Seeds are shared, so
 * that small numerical changes move the difference by much less.
 *
 * @throws RangeError when there is no reference value
 */
export function chooseTolerance(inputs: ToleranceInputs): Tolerance {
  const { reference, compared, deterministic, share } = inputs;
  const size = Math.abs(mean(reference));
  const relative = (part: number, origin: string) => ({ value: part * size, origin });
  if (share !== undefined) return relative(share, `--tolerance ${share}`);
  if (deterministic) return relative(ROUNDING_SHARE, "rounding of a model without randomness");
  if (reference.length < 2) return relative(ONE_SEED_SHARE, "5 % of the one reference seed");
  const error = sampleStd(reference) * Math.sqrt(2 / compared);
  return {
    value: Math.max(STANDARD_ERRORS * error, ROUNDING_SHARE * size),
    origin: `${STANDARD_ERRORS} standard errors from ${reference.length} reference seeds`,
  };
}
