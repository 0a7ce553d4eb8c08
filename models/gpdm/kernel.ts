/**
 * A kernel of latent states, its sum of RBF and linear parts with noise, and its gradients.
 *
 * @module
 */
import { type Matrix, matrix, row, trace } from "../linalg/matrix.ts";

/** v·exp(−γ/2·|x − x'|²) + a·xᵀx' + δ/ν. */
export interface KernelParameters {
  /** v: variance of the RBF part. */
  readonly variance: number;
  /** γ: inverse squared length scale. */
  readonly inverseWidth: number;
  /** a: variance of the linear part, 0 for none. */
  readonly linear: number;
  /** ν: inverse variance of the noise. */
  readonly precision: number;
}

/** The gradient by the logarithm of each parameter. */
export type KernelSlopes = KernelParameters;

/** K(X, Z) of states (n, q) and (m, q), without noise: (n, m). */
export function crossKernel(x: Matrix, z: Matrix, parameters: KernelParameters): Matrix {
  const { variance, inverseWidth, linear } = parameters;
  const [q, result] = [x.columns, matrix(x.rows, z.rows)];
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < z.rows; j++) {
      let [squares, product] = [0, 0];
      for (let d = 0; d < q; d++) {
        const [a, b] = [x.data[i * q + d]!, z.data[j * q + d]!];
        squares += (a - b) ** 2;
        product += a * b;
      }
      result.data[i * z.rows + j] = variance * Math.exp(-0.5 * inverseWidth * squares) +
        linear * product;
    }
  }
  return result;
}

/** K(X, X) of states (n, q) with noise on its diagonal: (n, n). */
export function noisyKernel(x: Matrix, parameters: KernelParameters): Matrix {
  const result = crossKernel(x, x, parameters);
  for (let i = 0; i < x.rows; i++) result.data[i * (x.rows + 1)]! += 1 / parameters.precision;
  return result;
}

/**
 * Takes the gradient by K(X, X) with noise back to the states and the parameters.
 *
 * @param byKernel symmetric (n, n)
 * @param byStates that by X is added here (n, q)
 */
export function pullBackKernel(
  x: Matrix,
  parameters: KernelParameters,
  byKernel: Matrix,
  byStates: Matrix,
): KernelSlopes {
  const { variance, inverseWidth, linear, precision } = parameters;
  const [n, q] = [x.rows, x.columns];
  let [byVariance, byWidth, byLinear] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [own, into] = [row(x, i), row(byStates, i)];
    for (let j = 0; j < n; j++) {
      const slope = byKernel.data[i * n + j]!;
      let [squares, product] = [0, 0];
      for (let d = 0; d < q; d++) {
        const other = x.data[j * q + d]!;
        squares += (own[d]! - other) ** 2;
        product += own[d]! * other;
      }
      const rbf = slope * variance * Math.exp(-0.5 * inverseWidth * squares);
      byVariance += rbf;
      byWidth -= 0.5 * inverseWidth * squares * rbf;
      byLinear += slope * linear * product;
      // Row i of X is in row i of K and in its column i, which are equal.
      for (let d = 0; d < q; d++) {
        const other = x.data[j * q + d]!;
        into[d]! += 2 * (slope * linear * other - inverseWidth * rbf * (own[d]! - other));
      }
    }
  }
  return {
    variance: byVariance,
    inverseWidth: byWidth,
    linear: byLinear,
    precision: -trace(byKernel) / precision,
  };
}
