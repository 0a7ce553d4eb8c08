/**
 * The Cholesky factor of a covariance, and what it is good for.
 *
 * @module
 */
import { identity, type Matrix, matrix } from "./matrix.ts";
import { NumericalError } from "./numerical_error.ts";
import { checkSymmetric } from "./symmetric.ts";
import { solveLower, solveLowerTransposed } from "./triangular.ts";

/**
 * The lower triangular L with L·Lᵀ = A.
 *
 * @param a symmetric and positive definite (n, n)
 * @param name what A is, for the error
 * @throws RangeError in one line when A is not square and symmetric
 * @throws NumericalError in one line when A is not finite and numerically positive definite
 */
export function cholesky(a: Matrix, name = "a matrix"): Matrix {
  checkSymmetric(a, `factor ${name}`);
  const n = a.rows;
  const factor = matrix(n, n);
  const l = factor.data;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a.data[i * n + i]!);
  // Below this a pivot is rounding: the matrix is singular as far as double precision can tell.
  const least = n * Number.EPSILON * largest;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a.data[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i !== j) {
        l[i * n + j] = sum / l[j * n + j]!;
        continue;
      }
      if (!(sum > least)) {
        throw new NumericalError(
          `Cannot factor ${name}: it must be positive definite (pivots above ` +
            `${least.toExponential(1)}): pivot ${i} is ${sum}`,
        );
      }
      l[i * n + i] = Math.sqrt(sum);
    }
  }
  return factor;
}

/** A⁻¹·B from the factor of A. */
export function choleskySolve(factor: Matrix, b: Matrix): Matrix {
  return solveLowerTransposed(factor, solveLower(factor, b));
}

/** A⁻¹ from the factor of A. */
export function choleskyInverse(factor: Matrix): Matrix {
  return choleskySolve(factor, identity(factor.rows));
}

/** log |A| from the factor of A. */
export function logDeterminant({ rows, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += Math.log(data[i * rows + i]!);
  return 2 * sum;
}
