/**
 * The periodic covariance of views.
 *
 * @module
 */
import { cholesky } from "../linalg/cholesky.ts";
import { type Matrix, matrix, transpose } from "../linalg/matrix.ts";
import { NumericalError } from "../linalg/numerical_error.ts";
import { solveLower } from "../linalg/triangular.ts";

/** K (Q, Q) and its derivative with respect to the logarithm of the length scale. */
export interface ViewCovariance {
  /** Kernel plus nugget: exp(−2 sin²((θ − θ′) / 2) / ℓ²), period 2π, and the nugget on the diagonal. */
  readonly covariance: Matrix;
  /** dK / d log ℓ. */
  readonly derivative: Matrix;
}

/**
 * The periodic squared exponential kernel between all angles.
 *
 * @param angles radians (Q)
 * @param logLengthScale log ℓ; ℓ has no unit
 * @param nugget added to the diagonal
 * @throws NumericalError when ℓ is not a positive number, or 1 / ℓ² is not
 */
export function viewCovariance(
  angles: Float64Array,
  logLengthScale: number,
  nugget: number,
): ViewCovariance {
  const precision = Math.exp(-2 * logLengthScale);
  if (!Number.isFinite(precision) || precision === 0) {
    throw new NumericalError(
      `Cannot compute the view covariance: the length scale must be a positive number: current ` +
        `value is ${Math.exp(logLengthScale)}`,
    );
  }
  const count = angles.length;
  const covariance = matrix(count, count);
  const derivative = matrix(count, count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const exponent = 2 * precision * Math.sin((angles[i]! - angles[j]!) / 2) ** 2;
      const value = Math.exp(-exponent);
      covariance.data[i * count + j] = value + (i === j ? nugget : 0);
      derivative.data[i * count + j] = 2 * exponent * value;
    }
  }
  return { covariance, derivative };
}

/** W with W·Wᵀ = K, and dW with dW·Wᵀ + W·dWᵀ = dK for the derivative by log ℓ. */
export interface ViewFactor {
  /** Lower triangular (Q, Q). */
  readonly factor: Matrix;
  /** (Q, Q), not triangular. */
  readonly derivative: Matrix;
}

/**
 * The Cholesky factor of a view covariance with a derivative. Every dW with dW·Wᵀ + W·dWᵀ = dK gives the same derivative
 * of anything that depends on W·Wᵀ only; ½ dK·W⁻ᵀ spares the derivative of the factorisation itself.
 *
 * @throws NumericalError when the covariance is singular
 */
export function viewFactor({ covariance, derivative }: ViewCovariance): ViewFactor {
  const factor = cholesky(covariance, "the view covariance");
  const half = transpose(solveLower(factor, derivative)); // dK is symmetric: (W⁻¹ dK)ᵀ = dK W⁻ᵀ
  for (let i = 0; i < half.data.length; i++) half.data[i]! *= 0.5;
  return { factor, derivative: half };
}
