/**
 * How well a backend trains as `ort-cpu` does, and the words for it.
 *
 * @module
 */

/** Largest difference of a loss from `ort-cpu`'s, relative to that one. */
export const AGREEMENT_TOLERANCE = 1e-3;

/** One model, trained on a backend and on `ort-cpu`. */
export interface Agreement {
  /** What was trained. */
  readonly label: string;
  /** Steps. */
  readonly steps: number;
  /** `ort-cpu`'s first loss. */
  readonly firstLoss: number;
  /** `ort-cpu`'s last loss. */
  readonly lastLoss: number;
  /** Whether the losses differ by at most {@link AGREEMENT_TOLERANCE}. */
  readonly agrees: boolean;
  /** Largest relative difference of a loss; null where a loss is no number. */
  readonly difference: number | null;
  /** Its step, from 0 on. */
  readonly worstStep: number;
  /** Largest difference of a parameter after the last step, relative to the largest number in its array. */
  readonly parameterDifference: number;
  /** Median of a step, milliseconds. */
  readonly milliseconds: number;
  /** The same of `ort-cpu` with one thread. */
  readonly referenceMilliseconds: number;
}

/** An agreement in one line. */
export function describeAgreement(agreement: Agreement): string {
  const { label, steps, firstLoss, lastLoss, difference, worstStep } = agreement;
  const { parameterDifference, milliseconds, referenceMilliseconds } = agreement;
  return `${label}: ${steps} steps, loss ${firstLoss.toFixed(2)} to ${lastLoss.toFixed(2)}, ` +
    `differs by at most ${difference === null ? "Infinity" : difference.toExponential(1)} ` +
    `(step ${worstStep}), parameters by ${parameterDifference.toExponential(1)}; ` +
    `${milliseconds.toFixed(1)} ms a step, ort-cpu ${referenceMilliseconds.toFixed(1)}`;
}
