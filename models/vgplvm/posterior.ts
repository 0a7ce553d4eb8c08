/**
 * The variational posterior of one latent path: its prior is a Gaussian process of time with covariance K, it is
 * N(K·μ̄, (K⁻¹ + Λ)⁻¹) with a vector μ̄ and a diagonal Λ (Damianou et al. 2011).
 *
 * @module
 */
import { cholesky, logDeterminant, solveLower } from "../linalg/cholesky.ts";
import { addProducts, type Matrix, matrix, mirrorLower, rowPair } from "../linalg/matrix.ts";

/** The posterior of a path at N times. */
export interface PathPosterior {
  /** K·μ̄ (N). */
  readonly mean: Float64Array;
  /** S = (K⁻¹ + Λ)⁻¹ (N, N). */
  readonly covariance: Matrix;
  /** KL divergence of it from the prior, in nats. */
  readonly divergence: number;
}

/** Gradients of a function of the posterior's marginals less its divergence. */
export interface PathGradients {
  /** By μ̄ (N). */
  readonly means: Float64Array;
  /** By log λ (N). */
  readonly logPrecisions: Float64Array;
  /** By K, symmetric (N, N). */
  readonly prior: Matrix;
}

/** A·x. */
export function timesVector({ rows, columns, data }: Matrix, x: ArrayLike<number>): Float64Array {
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += data[i * columns + j]! * x[j]!;
    result[i] = sum;
  }
  return result;
}

/** diag(w)·A. */
function scaledRows(weights: Float64Array, a: Matrix): Matrix {
  const result = matrix(a.rows, a.columns);
  for (let i = 0, at = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++, at++) result.data[at] = weights[i]! * a.data[at]!;
  }
  return result;
}

/** Aᵀ·diag(w)·A, half of which is computed. */
function weightedGram(a: Matrix, weights: Float64Array): Matrix {
  const n = a.columns;
  const result = matrix(n, n);
  const { data } = scaledRows(weights, a);
  for (let i = 0; i < n; i += 2) {
    const next = Math.min(i + 1, n - 1);
    addProducts(rowPair(result, i, next + 1), a, 0, a.rows, { data, at: [i, next], step: n });
  }
  return mirrorLower(result);
}

/** I + Λ^½·K·Λ^½, factored. */
export function precisionFactor(prior: Matrix, precisions: Float64Array): Matrix {
  const N = prior.rows;
  const roots = precisions.map(Math.sqrt);
  const inner = matrix(N, N, prior.data.slice());
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) inner.data[i * N + j]! *= roots[i]! * roots[j]!;
    inner.data[i * (N + 1)]! += 1;
  }
  return cholesky(inner, "the precision of latents");
}

/**
 * The posterior.
 *
 * @param prior K (N, N)
 * @param means μ̄ (N)
 * @param precisions λ (N)
 */
export function pathPosterior(
  prior: Matrix,
  means: Float64Array,
  precisions: Float64Array,
): PathPosterior {
  const N = prior.rows;
  const factor = precisionFactor(prior, precisions);
  const reduction = solveLower(factor, scaledRows(precisions.map(Math.sqrt), prior)); // S = K − VᵀV
  const covariance = weightedGram(reduction, new Float64Array(N).fill(-1));
  for (let i = 0; i < N * N; i++) covariance.data[i]! += prior.data[i]!;
  const mean = timesVector(prior, means);
  let twice = logDeterminant(factor); // tr(K⁻¹S) = N − tr(SΛ)
  for (let n = 0; n < N; n++) {
    twice += means[n]! * mean[n]! - covariance.data[n * (N + 1)]! * precisions[n]!;
  }
  return { mean, covariance, divergence: twice / 2 };
}

/**
 * Gradients of F(mean, diag S) − KL.
 *
 * @param byMean slopes of F by the means (N)
 * @param byVariance slopes of F by the variances (N)
 */
export function pathGradients(
  prior: Matrix,
  means: Float64Array,
  precisions: Float64Array,
  { covariance }: PathPosterior,
  byMean: Float64Array,
  byVariance: Float64Array,
): PathGradients {
  const N = prior.rows;
  const total = byVariance.map((slope, n) => slope + precisions[n]! / 2);
  const logPrecisions = new Float64Array(N);
  // S·K⁻¹ = I − SΛ.
  const share = matrix(N, N);
  for (let i = 0; i < N; i++) {
    let sum = 0;
    for (let j = 0; j < N; j++) {
      const s = covariance.data[i * N + j]!;
      sum += s * s * total[j]!;
      share.data[i * N + j] = (i === j ? 1 : 0) - s * precisions[j]!;
    }
    logPrecisions[i] = -sum * precisions[i]!;
  }
  const byPrior = weightedGram(share, total);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      byPrior.data[i * N + j]! += 0.5 * (
        byMean[i]! * means[j]! + means[i]! * byMean[j]! - means[i]! * means[j]! -
        precisions[i]! * share.data[i * N + j]! // (K + Λ⁻¹)⁻¹ = Λ·S·K⁻¹
      );
    }
  }
  const difference = byMean.map((slope, n) => slope - means[n]!);
  return { means: timesVector(prior, difference), logPrecisions, prior: byPrior };
}
