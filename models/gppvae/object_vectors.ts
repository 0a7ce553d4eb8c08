/**
 * Learned object vectors, scaled to unit length, so that every object's covariance with itself is 1.
 *
 * @module
 */

import { NumericalError } from "../linalg/numerical_error.ts";

/** Unit vectors and the lengths that were divided out. */
export interface UnitVectors {
  /** (P, M), rows of length 1. */
  readonly vectors: Float64Array;
  /** (P) */
  readonly lengths: Float64Array;
}

/**
 * x / |x| of each row.
 *
 * @param raw (P, M)
 * @throws NumericalError when a row has no length
 */
export function normaliseRows(raw: Float64Array, rank: number): UnitVectors {
  const vectors = new Float64Array(raw.length);
  const lengths = new Float64Array(raw.length / rank);
  for (let p = 0; p < lengths.length; p++) {
    const length = Math.hypot(...raw.subarray(p * rank, (p + 1) * rank));
    if (!(length > 0) || !Number.isFinite(length)) {
      throw new NumericalError(
        `Cannot normalise object vector ${p}: its length must be positive and finite: current ` +
          `value is ${length}`,
      );
    }
    lengths[p] = length;
    for (let m = p * rank; m < (p + 1) * rank; m++) vectors[m] = raw[m]! / length;
  }
  return { vectors, lengths };
}

/** The gradient with respect to the raw vectors from that with respect to the unit ones: (g − (g·x) x) / |raw|. */
export function normaliseRowsGradient(
  { vectors, lengths }: UnitVectors,
  gradient: Float64Array,
): Float64Array {
  const rank = vectors.length / lengths.length;
  const result = new Float64Array(vectors.length);
  for (let p = 0; p < lengths.length; p++) {
    let along = 0;
    for (let m = p * rank; m < (p + 1) * rank; m++) along += gradient[m]! * vectors[m]!;
    for (let m = p * rank; m < (p + 1) * rank; m++) {
      result[m] = (gradient[m]! - along * vectors[m]!) / lengths[p]!;
    }
  }
  return result;
}
