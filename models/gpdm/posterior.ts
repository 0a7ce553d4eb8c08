/**
 * GPDM's posterior: frames are a Gaussian process of latent states, each of which is one of the state before.
 *
 * @module
 */
import { cholesky, choleskyInverse, logDeterminant } from "../linalg/cholesky.ts";
import type { Objective } from "../linalg/lbfgs.ts";
import {
  frobenius,
  type Matrix,
  matrix,
  multiply,
  multiplyTranspose,
  NumericalError,
  row,
} from "../linalg/matrix.ts";
import { type KernelParameters, noisyKernel, pullBackKernel } from "./kernel.ts";

/** Walks, one after the other, as the model explains them. */
export interface Walks {
  /** Frames less their mean (n, D). */
  readonly frames: Matrix;
  /** Index of the first frame of each walk, ascending; the first is 0. */
  readonly starts: readonly number[];
}

/** Number of hyperparameters: γ and ν of frames; v, γ, a and ν of the dynamics. */
export const HYPERPARAMETERS = 6;
/** κ² of the half-normal prior of each weight. The released code's. */
const WEIGHT_VARIANCE = 1e6;
const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

/** Parts of the vector that is optimised: latent states (n, q), then the logarithms of the hyperparameters. */
export interface GpdmParameters {
  /** X: a view (n, q). */
  readonly states: Matrix;
  /** Kernel of the frames. Its scale is that of the weights. */
  readonly mapping: KernelParameters;
  /** Kernel of the next state. */
  readonly dynamics: KernelParameters;
}

/** The parts of a vector. */
export function parametersOf(vector: Float64Array, q: number): GpdmParameters {
  const length = vector.length - HYPERPARAMETERS;
  const values = vector.subarray(length).map(Math.exp);
  return {
    states: matrix(length / q, q, vector.subarray(0, length)),
    mapping: { variance: 1, inverseWidth: values[0]!, linear: 0, precision: values[1]! },
    dynamics: {
      variance: values[2]!,
      inverseWidth: values[3]!,
      linear: values[4]!,
      precision: values[5]!,
    },
  };
}

/** States that have one after them, and these (m, q). */
export function transitions(
  states: Matrix,
  starts: readonly number[],
): { readonly before: Matrix; readonly after: Matrix; readonly indices: readonly number[] } {
  const indices = Array.from({ length: states.rows - 1 }, (_, i) => i)
    .filter((i) => !starts.includes(i + 1));
  const picked = (shift: number) => {
    const result = matrix(indices.length, states.columns);
    indices.forEach((i, at) => row(result, at).set(row(states, i + shift)));
    return result;
  };
  return { before: picked(0), after: picked(1), indices };
}

/** A kernel K (n, n) with the values (n, d) that it explains. */
interface Explained {
  /** K⁻¹ (n, n). */
  readonly inverse: Matrix;
  /** K⁻¹·Y (n, d). */
  readonly solved: Matrix;
  /** log |K|. */
  readonly logDeterminant: number;
}

function explain(kernel: Matrix, values: Matrix, name: string): Explained {
  const factor = cholesky(kernel, name);
  const inverse = choleskyInverse(factor);
  return {
    inverse,
    solved: multiply(inverse, values), // (n, n) x (n, d) -> (n, d)
    logDeterminant: logDeterminant(factor),
  };
}

/** ½·(d·K⁻¹ − A·Aᵀ): the gradient of ½·(d·log|K| + tr(Yᵀ·K⁻¹·Y)) by K, with A = K⁻¹·Y (n, d). */
function byKernel(inverse: Matrix, solved: Matrix): Matrix {
  const products = multiplyTranspose(solved, solved); // (n, d) x (n, d)ᵀ -> (n, n)
  const d = solved.columns;
  return {
    ...products,
    data: products.data.map((product, at) => 0.5 * (d * inverse.data[at]! - product)),
  };
}

/**
 * −log p(Y, X, W, θ) with its gradient by X and log θ, up to a constant (normalisation of the priors of W and θ). The
 * weights W are the most probable ones given all else, in closed form: w_d² = n / (y_dᵀ·K⁻¹·y_d + 1/κ²).
 */
export function negativeLogPosterior({ frames, starts }: Walks, q: number): Objective {
  return (vector) => {
    const gradient = new Float64Array(vector.length);
    try {
      return { value: evaluate(frames, starts, q, vector, gradient), gradient };
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      return { value: NaN, gradient };
    }
  };
}

/** The value; the gradient is added to `gradient`. @throws NumericalError outside the domain */
function evaluate(
  frames: Matrix,
  starts: readonly number[],
  q: number,
  vector: Float64Array,
  gradient: Float64Array,
): number {
  const { states, mapping, dynamics } = parametersOf(vector, q);
  const byStates = matrix(states.rows, q, gradient.subarray(0, states.data.length));
  const slopes = gradient.subarray(gradient.length - HYPERPARAMETERS);
  const [n, D] = [frames.rows, frames.columns];

  const mapped = explain(noisyKernel(states, mapping), frames, "the kernel of frames");
  const weighted = matrix(n, D, mapped.solved.data.slice());
  let value = 0.5 * D * mapped.logDeterminant;
  for (let d = 0; d < D; d++) {
    let squares = 1 / WEIGHT_VARIANCE;
    for (let i = 0; i < n; i++) squares += frames.data[i * D + d]! * mapped.solved.data[i * D + d]!;
    const weight = Math.sqrt(n / squares);
    value += n * (0.5 - Math.log(weight) + HALF_LOG_2_PI);
    for (let i = 0; i < n; i++) weighted.data[i * D + d]! *= weight;
  }
  // The weights are where the posterior is flat in them: their change adds nothing to its gradient.
  const byMapping = byKernel(mapped.inverse, weighted);
  const ofMapping = pullBackKernel(states, mapping, byMapping, byStates);
  slopes[0]! += ofMapping.inverseWidth;
  slopes[1]! += ofMapping.precision;

  const { before, after, indices } = transitions(states, starts);
  if (indices.length > 0) {
    const moved = explain(noisyKernel(before, dynamics), after, "the kernel of latent states");
    value += 0.5 * q * moved.logDeterminant + 0.5 * frobenius(after, moved.solved) +
      after.data.length * HALF_LOG_2_PI;
    const byBefore = matrix(before.rows, q);
    const inKernel = byKernel(moved.inverse, moved.solved);
    const ofDynamics = pullBackKernel(before, dynamics, inKernel, byBefore);
    slopes[2]! += ofDynamics.variance;
    slopes[3]! += ofDynamics.inverseWidth;
    slopes[4]! += ofDynamics.linear;
    slopes[5]! += ofDynamics.precision;
    indices.forEach((i, at) => {
      for (let d = 0; d < q; d++) {
        byStates.data[i * q + d]! += byBefore.data[at * q + d]!;
        byStates.data[(i + 1) * q + d]! += moved.solved.data[at * q + d]!;
      }
    });
  }
  for (const start of starts) {
    row(states, start).forEach((x, d) => {
      value += 0.5 * x * x + HALF_LOG_2_PI;
      byStates.data[start * q + d]! += x;
    });
  }
  // p(θ) ∝ 1/θ of each.
  const logs = vector.subarray(vector.length - HYPERPARAMETERS);
  logs.forEach((log, k) => {
    value += log;
    slopes[k]! += 1;
  });
  return value;
}
