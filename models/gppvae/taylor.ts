/**
 * The first-order Taylor expansion of the codes' negative log-likelihood (Casale et al. 2018, section 3.3): a sum over
 * images, so that minibatches need no matrix of the whole data set.

 *
 * @module
 */
import { choleskyInverse } from "../linalg/cholesky.ts";
import { type Matrix, trace, transpose } from "../linalg/matrix.ts";
import {
  type Covariance,
  factorTimes,
  factorTransposeTimes,
  type GpParameters,
  normaliseRowsGradient,
} from "./covariance.ts";
import { type FactoredCovariance, negativeLogLikelihood, solveCodes } from "./likelihood.ts";

/** f = −log p(Z) ≈ Σᵢ (aᵢ·zᵢ + Bᵢ·Vᵢ) + c α + constant, constants of one epoch. */
export interface TaylorCoefficients {
  /** a = ∂f/∂Z = K⁻¹·Z (n, L). */
  readonly codes: Matrix;
  /** B = ∂f/∂V = L K⁻¹·V − a·(aᵀV) (n, H). */
  readonly factor: Matrix;
  /** c = ∂f/∂α = ½ (L tr K⁻¹ − |a|²). */
  readonly noise: number;
  /** f in nats at the point of the expansion. */
  readonly value: number;
}

/** Gradient of f with respect to the Gaussian process's parameters, in their layout. */
export type GpGradient = GpParameters;

/** Expands f at the codes Z (n, L) and the covariance's parameters. */
export function taylorCoefficients(
  factored: FactoredCovariance,
  codes: Matrix,
): TaylorCoefficients {
  const { covariance, inner } = factored;
  const solved = solveCodes(factored, codes);
  const value = negativeLogLikelihood(factored, codes, solved);
  const [rows, latents, columns] = [codes.rows, codes.columns, inner.rows];
  const inverse = choleskyInverse(inner);
  const weights = factorTransposeTimes(covariance, solved); // Vᵀa (H, L)
  const factor = factorTimes(covariance, inverse); // K⁻¹·V = V·(α I + VᵀV)⁻¹ (n, H)
  const explained = transpose(weights).data; // (L, H)
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const at = i * columns;
    for (let h = 0; h < columns; h++) factor.data[at + h]! *= latents;
    for (let l = 0; l < latents; l++) {
      const a = solved.data[i * latents + l]!;
      squares += a * a;
      for (let h = 0; h < columns; h++) factor.data[at + h]! -= a * explained[l * columns + h]!;
    }
  }
  // tr K⁻¹ = (n − tr (α I + VᵀV)⁻¹VᵀV) / α
  const inverseTrace = (rows - columns) / covariance.noise + trace(inverse);
  return { codes: solved, factor, noise: 0.5 * (latents * inverseTrace - squares), value };
}

/**
 * Gradient of the expansion's terms of some images with respect to the parameters of `covariance`, which may have moved
 * since the expansion. Over all images, at the parameters of the expansion, it is the gradient of f itself.
 *
 * @param rows which images; all by default
 */
export function taylorGradient(
  { factor: b, noise }: TaylorCoefficients,
  covariance: Covariance,
  rows?: ArrayLike<number>,
): GpGradient {
  const { observations: { objects, views, angles }, rank, signal, noise: alpha } = covariance;
  const { vectors } = covariance.objects;
  const [w, dw] = [covariance.views.factor.data, covariance.views.derivative.data];
  const count = angles.length;
  const scale = Math.sqrt(signal);
  const vectorGradient = new Float64Array(vectors.length);
  let lengthScale = 0;
  let alongFactor = 0; // Σ Bᵢ·Vᵢ
  const total = rows?.length ?? objects.length;
  for (let index = 0; index < total; index++) {
    const i = rows?.[index] ?? index;
    const [x, q] = [objects[i]! * rank, views[i]! * count];
    for (let m = 0; m < rank; m++) {
      const at = i * b.columns + m * count;
      let value = 0;
      let derivative = 0;
      for (let r = 0; r < count; r++) {
        value += b.data[at + r]! * w[q + r]!;
        derivative += b.data[at + r]! * dw[q + r]!;
      }
      vectorGradient[x + m]! += scale * value;
      alongFactor += scale * value * vectors[x + m]!;
      lengthScale += scale * derivative * vectors[x + m]!;
    }
  }
  // V = √v u, so ∂f/∂v = Σ B·V / (2v); v and α are a softmax: ∂v/∂(signal's logit) = v α = −∂α/∂(signal's logit).
  const bySignal = alongFactor / (2 * signal);
  const byNoise = noise * total / objects.length; // c α is one term, divided evenly among the images
  const logit = signal * alpha * (bySignal - byNoise);
  return {
    objectVectors: normaliseRowsGradient(covariance.objects, vectorGradient),
    kernel: Float64Array.of(lengthScale, logit, -logit),
  };
}

/** Rows of a as single-precision numbers, for the loss of a minibatch (b, L). */
export function codeGradients(
  { codes: { columns, data } }: TaylorCoefficients,
  rows: ArrayLike<number>,
): Float32Array {
  const result = new Float32Array(rows.length * columns);
  for (let b = 0; b < rows.length; b++) {
    result.set(data.subarray(rows[b]! * columns, (rows[b]! + 1) * columns), b * columns);
  }
  return result;
}
