/**
 * The covariance of latent codes (Casale et al. 2018): object kernel times view kernel, plus noise, in low-rank form.
 *
 * @module
 */
import type { Matrix } from "../linalg/matrix.ts";
import { NumericalError } from "../linalg/numerical_error.ts";
import { normaliseRows, type UnitVectors } from "./object_vectors.ts";
import { checkObservations, type Observations } from "./observations.ts";
import { viewCovariance, type ViewFactor, viewFactor } from "./view_covariance.ts";

/** What is learned; all latent dimensions share it. */
export interface GpParameters {
  /** Object vectors before their normalisation (P, M). */
  readonly objectVectors: Float64Array;
  /** (3): log ℓ of the view kernel, and the logits of the variances, signal before noise. */
  readonly kernel: Float64Array;
}

/**
 * Added to the view kernel's diagonal, so that it can be factored at any length scale: a millionth of the signal that
 * views do not share.
 */
export const NUGGET = 1e-6;

/** K = V·Vᵀ + α I (n, n), with row i of V = √v · x_object(i) ⊗ w_view(i) of H = M·Q numbers, the view's fastest. */
export interface Covariance {
  /** Which object and view each row is of. */
  readonly observations: Observations;
  /** x: unit object vectors (P, M). */
  readonly objects: UnitVectors;
  /** M. */
  readonly rank: number;
  /** w: rows of the view kernel's factor (Q, Q), with its derivative by log ℓ. */
  readonly views: ViewFactor;
  /** v, variance of the signal: v + α = 1, as in the released code. */
  readonly signal: number;
  /** α, variance of the noise. */
  readonly noise: number;
}

/** Parameters from their natural values. */
export function kernelParameters(lengthScale: number, noise: number): Float64Array {
  return Float64Array.of(Math.log(lengthScale), Math.log(1 - noise), Math.log(noise));
}

/** The variances (v, α): the softmax of the two logits. */
export function variances(
  kernel: Float64Array,
): { readonly signal: number; readonly noise: number } {
  const difference = kernel[1]! - kernel[2]!;
  return { signal: 1 / (1 + Math.exp(-difference)), noise: 1 / (1 + Math.exp(difference)) };
}

/**
 * The covariance at the given parameters.
 *
 * @param nugget see {@link NUGGET}
 * @throws RangeError when sizes do not agree
 * @throws NumericalError when a parameter is not finite, an object vector is zero, the noise has no variance or the view
 * covariance is singular
 */
export function covarianceAt(
  parameters: GpParameters,
  observations: Observations,
  nugget = NUGGET,
): Covariance {
  const { objectVectors, kernel } = parameters;
  const { objectCount, angles } = observations;
  checkObservations(observations, observations);
  const rank = objectVectors.length / objectCount;
  if (!Number.isInteger(rank) || rank < 1) {
    throw new RangeError(
      `Cannot build the covariance of latent codes: each of ${objectCount} objects must have a ` +
        `vector of the same length: current number of values is ${objectVectors.length}`,
    );
  }
  const { signal, noise } = variances(kernel);
  if (!(noise > 0) || !(signal > 0)) {
    throw new NumericalError(
      `Cannot build the covariance of latent codes: variances must be positive: current values ` +
        `are ${signal} (signal) and ${noise} (noise)`,
    );
  }
  return {
    observations,
    objects: normaliseRows(objectVectors, rank),
    rank,
    views: viewFactor(viewCovariance(angles, kernel[0]!, nugget)),
    signal,
    noise,
  };
}

/** H = M·Q: columns of V. */
export function factorColumns({ rank, observations }: Covariance): number {
  return rank * observations.angles.length;
}

/** w of each view, scaled by √v: (Q, Q). */
export function scaledViews({ views, signal }: Covariance): Matrix {
  const scale = Math.sqrt(signal);
  return { ...views.factor, data: views.factor.data.map((value) => scale * value) };
}
