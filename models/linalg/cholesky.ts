/**
 * Cholesky factors of covariances, and solutions of triangular systems.
 *
 * @module
 */
import { identity, type Matrix, matrix, NumericalError } from "./matrix.ts";

/** Difference between Aᵢⱼ and Aⱼᵢ that rounding explains, as a share of the largest entry. */
const ROUNDING = 1e-10;

/**
 * Checks that A is square, finite and symmetric up to rounding.
 *
 * @param action what needs such a matrix, e.g. "factor a matrix", for the message
 * @throws RangeError in one line when it is not square or not symmetric
 * @throws NumericalError in one line when it is not finite
 */
export function checkSymmetric({ rows, columns, data }: Matrix, action: string): void {
  const refuse = (rule: string, value: string) =>
    new RangeError(`Cannot ${action}: it must be ${rule}, is ${value}`);
  if (rows !== columns) throw refuse("square", `${rows}×${columns}`);
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]!);
    if (!Number.isFinite(size)) {
      throw new NumericalError(
        `Cannot ${action}: it must be finite, is ${data[i]} in row ` +
          `${Math.floor(i / columns)}, column ${i % columns}`,
      );
    }
    largest = Math.max(largest, size);
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [data[i * columns + j]!, data[j * columns + i]!];
      if (Math.abs(lower - upper) > ROUNDING * largest) {
        throw refuse("symmetric", `${lower} at (${i}, ${j}), ${upper} at (${j}, ${i})`);
      }
    }
  }
}

function copyFor(l: Matrix, b: Matrix): Matrix {
  if (l.rows !== l.columns || l.rows !== b.rows) {
    throw new RangeError(
      `Cannot solve a triangular system: L must be ${b.rows}×${b.rows} for B ` +
        `${b.rows}×${b.columns}, is ${l.rows}×${l.columns}`,
    );
  }
  return matrix(b.rows, b.columns, b.data.slice());
}

/** Subtracts `factor` times row `from` from row `to`. */
function subtractRow(x: Matrix, to: number, from: number, factor: number): void {
  const { columns, data } = x;
  for (let j = 0; j < columns; j++) data[to * columns + j]! -= factor * data[from * columns + j]!;
}

function divideRow(x: Matrix, i: number, pivot: number): void {
  if (pivot === 0) {
    throw new RangeError(
      `Cannot solve a triangular system: entry ${i} of the diagonal must not be zero, is ${pivot}`,
    );
  }
  for (let j = 0; j < x.columns; j++) x.data[i * x.columns + j]! /= pivot;
}

/** X with L·X = B for a lower triangular L; what is above its diagonal is not read. @throws RangeError */
export function solveLower(l: Matrix, b: Matrix): Matrix {
  const x = copyFor(l, b);
  const n = l.rows;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(x, i, k, l.data[i * n + k]!);
    divideRow(x, i, l.data[i * n + i]!);
  }
  return x;
}

/** X with Lᵀ·X = B for a lower triangular L; what is above its diagonal is not read. @throws RangeError */
export function solveLowerTransposed(l: Matrix, b: Matrix): Matrix {
  const x = copyFor(l, b);
  const n = l.rows;
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(x, i, k, l.data[k * n + i]!);
    divideRow(x, i, l.data[i * n + i]!);
  }
  return x;
}

/**
 * The lower triangular L with L·Lᵀ = A.
 *
 * @param a symmetric and positive definite (n, n)
 * @param name what A is, for the message
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
  // A smaller pivot is rounding: in double precision the matrix is singular.
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
          `Cannot factor ${name}: it must be positive definite: pivot ${i} must be above ` +
            `${least.toExponential(1)}, is ${sum}`,
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
