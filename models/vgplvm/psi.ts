/**
 * The kernel of the mapping from latents to frames, σ² exp(−½ Σ_q α_q (x_q − x'_q)²) + b, and its expectations under
 * Gaussian latents: the Ψ statistics of Titsias and Lawrence 2010, with their gradients.
 *
 * @module
 */
import { type Matrix, matrix, row } from "../linalg/matrix.ts";

/** Added to the kernel's diagonal between inducing inputs, as a share of σ², so that it can be factored. */
export const JITTER = 1e-6;

/** Hyperparameters of the mapping's kernel. */
export interface MappingKernel {
  /** α of each latent dimension (Q). */
  readonly inverseWidths: Float64Array;
  /** σ². */
  readonly variance: number;
  /** b. */
  readonly bias: number;
}

/** Independent Gaussians of the latents. */
export interface LatentMarginals {
  /** (Q, N) */
  readonly means: Matrix;
  /** (Q, N) */
  readonly variances: Matrix;
}

/** All that the bound knows of the mapping's kernel. */
export interface PsiStatistics {
  /** Σₙ ⟨k(xₙ, xₙ)⟩. */
  readonly psi0: number;
  /** ⟨k(xₙ, z_m)⟩ (N, M). */
  readonly psi1: Matrix;
  /** Σₙ ⟨k(xₙ, z_m)·k(xₙ, z_m')⟩ (M, M). */
  readonly psi2: Matrix;
  /** k(z_m, z_m') with the jitter (M, M). */
  readonly gram: Matrix;
}

/** The slope of something by each of {@link PsiStatistics}; those by `psi2` and `gram` are symmetric. */
export type PsiSlopes = PsiStatistics;

/** Gradients by what the statistics are a function of. */
export interface PsiGradients {
  /** (Q, N) */
  readonly means: Matrix;
  /** (Q, N) */
  readonly variances: Matrix;
  /** (Q, M) */
  readonly inducing: Matrix;
  /** By log α (Q). */
  readonly logInverseWidths: Float64Array;
  /** By log σ². */
  readonly logVariance: number;
  /** By log b. */
  readonly logBias: number;
}

/** ⟨σ² exp(…)⟩ of each latent and inducing input (N, M), without the bias. */
function expectations(
  { inverseWidths, variance }: MappingKernel,
  { means, variances }: LatentMarginals,
  inducing: Matrix,
): Matrix {
  const [N, M, Q] = [means.columns, inducing.columns, means.rows];
  const result = matrix(N, M);
  for (let n = 0; n < N; n++) {
    for (let m = 0; m < M; m++) {
      let [exponent, scale] = [0, 1];
      for (let q = 0; q < Q; q++) {
        const alpha = inverseWidths[q]!;
        const spread = alpha * variances.data[q * N + n]! + 1;
        const d = means.data[q * N + n]! - inducing.data[q * M + m]!;
        exponent -= 0.5 * alpha * d * d / spread;
        scale *= spread;
      }
      result.data[n * M + m] = variance * Math.exp(exponent) / Math.sqrt(scale);
    }
  }
  return result;
}

/** Ψ1: ⟨k(xₙ, z_m)⟩ (N, M). @param inducing Z (Q, M) */
export function psi1Of(kernel: MappingKernel, latents: LatentMarginals, inducing: Matrix): Matrix {
  const result = expectations(kernel, latents, inducing);
  for (let i = 0; i < result.data.length; i++) result.data[i]! += kernel.bias;
  return result;
}

/** What all pairs m ≥ m' of inducing inputs have in common over n, row by row of a lower triangle (P). */
interface Pairs {
  /** m and m' of each. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Midpoints (Q, P). */
  readonly middles: Matrix;
  /** −¼ Σ_q α_q (z_mq − z_m'q)² (P): half of the exponent of k(z_m, z_m'). */
  readonly halfExponents: Float64Array;
}

function pairsOf({ inverseWidths }: MappingKernel, inducing: Matrix): Pairs {
  const [Q, M] = [inducing.rows, inducing.columns];
  const P = M * (M + 1) / 2;
  const [first, second] = [new Int32Array(P), new Int32Array(P)];
  const middles = matrix(Q, P);
  const halfExponents = new Float64Array(P);
  for (let m = 0, p = 0; m < M; m++) {
    for (let other = 0; other <= m; other++, p++) {
      [first[p], second[p]] = [m, other];
      for (let q = 0; q < Q; q++) {
        const [z, w] = [inducing.data[q * M + m]!, inducing.data[q * M + other]!];
        middles.data[q * P + p] = (z + w) / 2;
        halfExponents[p]! -= inverseWidths[q]! * (z - w) ** 2 / 4;
      }
    }
  }
  return { first, second, middles, halfExponents };
}

/** A symmetric matrix from its lower triangle (P). */
function symmetric({ first, second }: Pairs, M: number, values: Float64Array): Matrix {
  const result = matrix(M, M);
  for (let p = 0; p < values.length; p++) {
    result.data[first[p]! * M + second[p]!] = values[p]!;
    result.data[second[p]! * M + first[p]!] = values[p]!;
  }
  return result;
}

/** Sums of the rows of a symmetric matrix. */
function rowSums(a: Matrix): Float64Array {
  return Float64Array.from(
    { length: a.rows },
    (_, m) => row(a, m).reduce((sum, value) => sum + value, 0),
  );
}

/**
 * The statistics of latents, and how slopes by them go back.
 *
 * @param inducing Z (Q, M)
 */
export function psiStatistics(
  kernel: MappingKernel,
  latents: LatentMarginals,
  inducing: Matrix,
): { readonly statistics: PsiStatistics; readonly pullBack: (slopes: PsiSlopes) => PsiGradients } {
  const { inverseWidths, variance, bias } = kernel;
  const { means, variances } = latents;
  const [Q, N, M] = [means.rows, means.columns, inducing.columns];
  const pairs = pairsOf(kernel, inducing);
  const { first, second, middles, halfExponents } = pairs;
  const P = halfExponents.length;
  const rbf1 = expectations(kernel, latents, inducing);
  /** ⟨σ⁴ exp(…) exp(…)⟩ of each latent and pair. */
  const terms = new Float64Array(N * P);
  const sums = new Float64Array(P);
  const [mean, sharpness] = [new Float64Array(Q), new Float64Array(Q)];
  /** Mean of latent n, and α_q / (2 α_q S_nq + 1) of each dimension. */
  const prepare = (n: number) => {
    let scale = 1;
    for (let q = 0; q < Q; q++) {
      const spread = 2 * inverseWidths[q]! * variances.data[q * N + n]! + 1;
      scale *= spread;
      mean[q] = means.data[q * N + n]!;
      sharpness[q] = inverseWidths[q]! / spread;
    }
    return scale;
  };
  for (let n = 0; n < N; n++) {
    const scale = variance ** 2 / Math.sqrt(prepare(n));
    const own = terms.subarray(n * P, (n + 1) * P);
    own.set(halfExponents);
    // Dimension by dimension: the loop over pairs stays short.
    for (let q = 0; q < Q; q++) {
      const [middle, centre, sharp] = [row(middles, q), mean[q]!, sharpness[q]!];
      for (let p = 0; p < P; p++) {
        const d = centre - middle[p]!;
        own[p]! -= sharp * d * d;
      }
    }
    for (let p = 0; p < P; p++) {
      const term = scale * Math.exp(own[p]!);
      own[p] = term;
      sums[p]! += term;
    }
  }
  const grams = halfExponents.map((exponent) => variance * Math.exp(2 * exponent));
  const psi1 = matrix(N, M, rbf1.data.map((value) => value + bias));
  const totals = new Float64Array(M);
  for (let i = 0; i < rbf1.data.length; i++) totals[i % M]! += rbf1.data[i]!;
  const psi2 = symmetric(
    pairs,
    M,
    sums.map((sum, p) => sum + bias * (totals[first[p]!]! + totals[second[p]!]!) + N * bias ** 2),
  );
  const gram = symmetric(pairs, M, grams.map((value) => value + bias));
  for (let m = 0; m < M; m++) gram.data[m * (M + 1)]! += JITTER * variance;

  const pullBack = (slopes: PsiSlopes): PsiGradients => {
    const byMean = matrix(Q, N);
    const byVariance = matrix(Q, N);
    const byInducing = matrix(Q, M);
    const byInverseWidth = new Float64Array(Q);
    let byLogVariance = slopes.psi0 * N * variance;
    let byBias = slopes.psi0 * N;
    // Ψ1, and the part of Ψ2 that is the bias times it.
    const psi2Sums = rowSums(slopes.psi2);
    for (let n = 0; n < N; n++) {
      for (let m = 0; m < M; m++) {
        const slope = slopes.psi1.data[n * M + m]!;
        const weight = (slope + 2 * bias * psi2Sums[m]!) * rbf1.data[n * M + m]!;
        byBias += slope;
        byLogVariance += weight;
        for (let q = 0; q < Q; q++) {
          const [alpha, s] = [inverseWidths[q]!, variances.data[q * N + n]!];
          const share = 1 / (alpha * s + 1);
          const d = means.data[q * N + n]! - inducing.data[q * M + m]!;
          const along = alpha * share * d;
          byMean.data[q * N + n]! -= weight * along;
          byInducing.data[q * M + m]! += weight * along;
          byVariance.data[q * N + n]! += 0.5 * weight * (along * along - alpha * share);
          byInverseWidth[q]! -= 0.5 * weight * (s * share + d * d * share * share);
        }
      }
    }
    for (let m = 0; m < M; m++) byBias += 2 * psi2Sums[m]! * (totals[m]! + N * bias);
    // Ψ2 and the kernel between inducing inputs, over pairs.
    const weights = new Float64Array(P);
    const byHalfExponent = new Float64Array(P);
    for (let p = 0; p < P; p++) {
      const at = first[p]! * M + second[p]!;
      const both = first[p] === second[p] ? 1 : 2;
      weights[p] = both * slopes.psi2.data[at]!;
      const gramWeight = both * slopes.gram.data[at]!;
      byBias += gramWeight;
      byLogVariance += gramWeight * grams[p]!;
      if (both === 1) byLogVariance += gramWeight * JITTER * variance;
      byHalfExponent[p] = 2 * gramWeight * grams[p]!;
    }
    const byMiddle = matrix(Q, P);
    const weighted = new Float64Array(P);
    for (let n = 0; n < N; n++) {
      prepare(n);
      const own = terms.subarray(n * P, (n + 1) * P);
      let total = 0;
      for (let p = 0; p < P; p++) {
        const weight = weights[p]! * own[p]!;
        weighted[p] = weight;
        byHalfExponent[p]! += weight;
        total += weight;
      }
      byLogVariance += 2 * total;
      for (let q = 0; q < Q; q++) {
        const [middle, slopesByMiddle] = [row(middles, q), row(byMiddle, q)];
        const [centre, sharp] = [mean[q]!, sharpness[q]!];
        const share = sharp / inverseWidths[q]!;
        let [along, squares] = [0, 0];
        for (let p = 0; p < P; p++) {
          const d = centre - middle[p]!;
          const moment = weighted[p]! * d;
          along += moment;
          squares += moment * d;
          slopesByMiddle[p]! += 2 * sharp * moment;
        }
        byMean.data[q * N + n]! -= 2 * sharp * along;
        byVariance.data[q * N + n]! += 2 * sharp ** 2 * squares - sharp * total;
        byInverseWidth[q]! -= variances.data[q * N + n]! * share * total + share ** 2 * squares;
      }
    }
    for (let p = 0; p < P; p++) {
      const [m, other] = [first[p]!, second[p]!];
      for (let q = 0; q < Q; q++) {
        const d = inducing.data[q * M + m]! - inducing.data[q * M + other]!;
        const apart = -0.5 * inverseWidths[q]! * d * byHalfExponent[p]!;
        const together = 0.5 * byMiddle.data[q * P + p]!;
        byInducing.data[q * M + m]! += together + apart;
        byInducing.data[q * M + other]! += together - apart;
        byInverseWidth[q]! -= 0.25 * d * d * byHalfExponent[p]!;
      }
    }
    return {
      means: byMean,
      variances: byVariance,
      inducing: byInducing,
      logInverseWidths: byInverseWidth.map((slope, q) => slope * inverseWidths[q]!),
      logVariance: byLogVariance,
      logBias: byBias * bias,
    };
  };
  return { statistics: { psi0: N * (variance + bias), psi1, psi2, gram }, pullBack };
}
