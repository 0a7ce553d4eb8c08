/**
 * Latent states to begin with: whitened scores of the first principal components of frames.
 *
 * @module
 */
import { type Matrix, row } from "../linalg/matrix.ts";
import { principalComponents } from "../linalg/principal_components.ts";

/** Frame ≈ mean + directions · (deviations ⊙ state). */
export interface PrincipalStates {
  /** Mean frame (d). */
  readonly mean: Float64Array;
  /** Orthonormal directions (d, q). */
  readonly directions: Matrix;
  /** Standard deviation of the frames along each (q). */
  readonly deviations: Float64Array;
  /** States of the frames, of variance 1 (n, q). */
  readonly states: Matrix;
}

/** Share of the largest deviation that is rounding. */
const ROUNDING = 1e-9;

/**
 * States in q dimensions of frames (n, d).
 *
 * @param family names the model in errors, e.g. "npODE"
 * @throws RangeError when the frames do not vary in q dimensions
 */
export function principalStates(family: string, frames: Matrix, q: number): PrincipalStates {
  const { mean, directions, scores } = principalComponents(frames, q);
  const deviations = new Float64Array(q);
  for (let i = 0; i < scores.rows; i++) {
    row(scores, i).forEach((score, d) => deviations[d]! += score ** 2 / (scores.rows - 1));
  }
  deviations.forEach((variance, d) => deviations[d] = Math.sqrt(variance));
  const varying = deviations.filter((deviation) => deviation > ROUNDING * deviations[0]!).length;
  if (varying < q) {
    throw new RangeError(
      `Cannot train ${family}: latentDimensions must be at most the ${varying} in which the ` +
        `training frames vary, is ${q}`,
    );
  }
  const states = { ...scores, data: scores.data.map((score, at) => score / deviations[at % q]!) };
  return { mean, directions, deviations, states };
}
