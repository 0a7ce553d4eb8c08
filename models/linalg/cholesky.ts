/**
 * Cholesky factors of covariances, and solutions of triangular systems.
 *
 * @module
 */
import {
  addProducts,
  identity,
  type Matrix,
  matrix,
  mirrorLower,
  NumericalError,
  rowPair,
} from "./matrix.ts";

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

/** Subtracts `factor` times a row from another one of its length. */
function subtractRow(to: Float64Array, from: Float64Array, factor: number): void {
  for (let j = 0; j < to.length; j++) to[j]! -= factor * from[j]!;
}

function divideRow(values: Float64Array, i: number, pivot: number): void {
  if (pivot === 0) {
    throw new RangeError(
      `Cannot solve a triangular system: entry ${i} of the diagonal must not be zero, is ${pivot}`,
    );
  }
  for (let j = 0; j < values.length; j++) values[j]! /= pivot;
}

/** Solves L·X = B in place, two rows at a time. @param lower B and X are lower triangular: their zeros are left out */
function forwards(l: Matrix, x: Matrix, lower = false): void {
  const n = l.rows;
  for (let i = 0; i < n; i += 2) {
    const pair = rowPair(x, i, lower ? Math.min(i + 2, n) : x.columns);
    const next = Math.min(i + 1, n - 1);
    addProducts(pair, x, 0, i, { data: l.data, at: [i * n, next * n], step: 1 }, -1);
    divideRow(pair[0], i, l.data[i * n + i]!);
    if (next === i) break;
    subtractRow(pair[1], pair[0], l.data[next * n + i]!);
    divideRow(pair[1], next, l.data[next * n + next]!);
  }
}

/** Solves Lᵀ·X = B in place, two rows at a time. @param lower only the lower triangle of X is wanted */
function backwards(l: Matrix, x: Matrix, lower = false): void {
  const n = l.rows;
  // Rows i − 1 and i.
  for (let i = n - 1; i >= 0; i -= 2) {
    const width = lower ? i + 1 : x.columns;
    const [before, own] = rowPair(x, i - 1, width);
    const previous = Math.max(i - 1, 0);
    const at = [(i + 1) * n + previous, (i + 1) * n + i] as const;
    addProducts([before, own], x, i + 1, n - i - 1, { data: l.data, at, step: n }, -1);
    divideRow(own, i, l.data[i * n + i]!);
    if (i === 0) break;
    subtractRow(before, own, l.data[i * n + previous]!);
    divideRow(before, previous, l.data[previous * n + previous]!);
  }
}

/** X with L·X = B for a lower triangular L; what is above its diagonal is not read. @throws RangeError */
export function solveLower(l: Matrix, b: Matrix): Matrix {
  const x = copyFor(l, b);
  forwards(l, x);
  return x;
}

/** X with Lᵀ·X = B for a lower triangular L; what is above its diagonal is not read. @throws RangeError */
export function solveLowerTransposed(l: Matrix, b: Matrix): Matrix {
  const x = copyFor(l, b);
  backwards(l, x);
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
    let j = 0;
    // Four columns at a time, whose sums do not wait for one another.
    for (; j + 4 <= i; j += 4) {
      const own = i * n;
      const r0 = j * n;
      const r1 = r0 + n;
      const r2 = r1 + n;
      const r3 = r2 + n;
      let s0 = a.data[own + j]!;
      let s1 = a.data[own + j + 1]!;
      let s2 = a.data[own + j + 2]!;
      let s3 = a.data[own + j + 3]!;
      for (let k = 0; k < j; k++) {
        const factor = l[own + k]!;
        s0 -= factor * l[r0 + k]!;
        s1 -= factor * l[r1 + k]!;
        s2 -= factor * l[r2 + k]!;
        s3 -= factor * l[r3 + k]!;
      }
      s0 /= l[r0 + j]!;
      s1 = (s1 - s0 * l[r1 + j]!) / l[r1 + j + 1]!;
      s2 = (s2 - s0 * l[r2 + j]! - s1 * l[r2 + j + 1]!) / l[r2 + j + 2]!;
      s3 = (s3 - s0 * l[r3 + j]! - s1 * l[r3 + j + 1]! - s2 * l[r3 + j + 2]!) / l[r3 + j + 3]!;
      l[own + j] = s0;
      l[own + j + 1] = s1;
      l[own + j + 2] = s2;
      l[own + j + 3] = s3;
    }
    for (; j <= i; j++) {
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

/** A⁻¹ from the factor of A: one triangle is computed. */
export function choleskyInverse(factor: Matrix): Matrix {
  const result = identity(factor.rows);
  forwards(factor, result, true);
  backwards(factor, result, true);
  return mirrorLower(result);
}

/** log |A| from the factor of A. */
export function logDeterminant({ rows, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += Math.log(data[i * rows + i]!);
  return 2 * sum;
}
