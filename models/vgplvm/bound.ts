/**
 * The collapsed lower bound of frames given latents (Titsias and Lawrence 2010), with its gradients.
 *
 * @module
 */
import {
  cholesky,
  choleskyInverse,
  choleskySolve,
  logDeterminant,
  solveLower,
  solveLowerTransposed,
} from "../linalg/cholesky.ts";
import {
  type Matrix,
  matrix,
  multiply,
  multiplyTranspose,
  trace,
  transpose,
  transposeMultiply,
} from "../linalg/matrix.ts";
import type { PsiSlopes, PsiStatistics } from "./psi.ts";

/** The bound and what follows from it. */
export interface CollapsedBound {
  /** A lower bound of ⟨log p(Y | X)⟩ under the latents' Gaussians, in nats. */
  readonly value: number;
  /** Its slopes by the statistics. */
  readonly slopes: PsiSlopes;
  /** Its slope by log β. */
  readonly logPrecision: number;
  /** W with mean frames Ψ1·W at other latents (M, D). */
  readonly weights: Matrix;
}

/** L⁻ᵀ·A·L⁻¹ of a symmetric A. */
function unwhitened(factor: Matrix, a: Matrix): Matrix {
  const half = solveLowerTransposed(factor, a);
  const whole = solveLowerTransposed(factor, transpose(half));
  // Rounding must not make it asymmetric.
  const n = whole.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = (whole.data[i * n + j]! + whole.data[j * n + i]!) / 2;
      whole.data[i * n + j] = whole.data[j * n + i] = value;
    }
  }
  return whole;
}

/**
 * The bound, with the mapping's values at the inducing inputs integrated out.
 *
 * @param frames Y, centred (N, D)
 * @param precision β of the noise
 * @throws NumericalError where a matrix cannot be factored
 */
export function collapsedBound(
  { psi0, psi1, psi2, gram }: PsiStatistics,
  frames: Matrix,
  precision: number,
): CollapsedBound {
  const [N, D, M] = [frames.rows, frames.columns, gram.rows];
  const factor = cholesky(gram, "the kernel between inducing inputs");
  // In the space where the kernel is the identity all else is well conditioned.
  const whitened = solveLower(factor, transpose(solveLower(factor, psi2)));
  const inner = matrix(M, M);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < M; j++) {
      const value = (whitened.data[i * M + j]! + whitened.data[j * M + i]!) / 2;
      inner.data[i * M + j] = precision * value + (i === j ? 1 : 0);
    }
  }
  const innerFactor = cholesky(inner, "the precision of inducing values");
  const moments = solveLower(factor, transposeMultiply(psi1, frames)); // (N, M)ᵀ x (N, D) -> (M, D)
  const solved = choleskySolve(innerFactor, moments);
  const covariance = choleskyInverse(innerFactor);
  const squares = frames.data.reduce((sum, y) => sum + y * y, 0);
  const fit = moments.data.reduce((sum, value, i) => sum + value * solved.data[i]!, 0);
  const own = solved.data.reduce((sum, value) => sum + value * value, 0);
  const value = 0.5 * (
    N * D * Math.log(precision / (2 * Math.PI)) - D * logDeterminant(innerFactor) -
    precision * squares + precision ** 2 * fit -
    D * precision * psi0 + D * precision * trace(whitened)
  );
  const outer = multiplyTranspose(solved, solved); // (M, D) x (M, D)ᵀ -> (M, M)
  const [byPsi2, byGram] = [matrix(M, M), matrix(M, M)];
  for (let i = 0; i < M * M; i++) {
    const freed = D * ((i % (M + 1) === 0 ? 1 : 0) - covariance.data[i]!);
    const explained = precision ** 2 * outer.data[i]!;
    byPsi2.data[i] = 0.5 * precision * (freed - explained);
    byGram.data[i] = 0.5 * (freed - explained - D * precision * whitened.data[i]!);
  }
  const weights = solveLowerTransposed(factor, solved);
  for (let i = 0; i < weights.data.length; i++) weights.data[i]! *= precision;
  const byPsi1 = multiply(frames, transpose(weights)); // (N, D) x (D, M) -> (N, M)
  for (let i = 0; i < byPsi1.data.length; i++) byPsi1.data[i]! *= precision;
  return {
    value,
    weights,
    slopes: {
      psi0: -0.5 * D * precision,
      psi1: byPsi1,
      psi2: unwhitened(factor, byPsi2),
      gram: unwhitened(factor, byGram),
    },
    // The inner matrix is β·C + I: tr(B⁻¹·β·C) = M − tr B⁻¹, and likewise in the quadratic form.
    logPrecision: 0.5 * (
      N * D - D * (M - trace(covariance)) - precision * squares +
      precision ** 2 * (fit + own) - D * precision * psi0 + D * precision * trace(whitened)
    ),
  };
}
