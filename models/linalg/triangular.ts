/**
 * Solutions of triangular systems for many right-hand sides at once.
 *
 * @module
 */
import { type Matrix, matrix } from "./matrix.ts";

function copyFor(l: Matrix, b: Matrix): Matrix {
  if (l.rows !== l.columns || l.rows !== b.rows) {
    throw new RangeError(
      `Cannot solve a triangular system: L must be square with as many rows as B: current value ` +
        `is ${l.rows}×${l.columns} with B ${b.rows}×${b.columns}`,
    );
  }
  return matrix(b.rows, b.columns, b.data.slice());
}

/** Takes `factor` times row `from` off row `to`. */
function subtractRow(x: Matrix, to: number, from: number, factor: number): void {
  const { columns, data } = x;
  for (let j = 0; j < columns; j++) data[to * columns + j]! -= factor * data[from * columns + j]!;
}

function divideRow(x: Matrix, i: number, pivot: number): void {
  if (pivot === 0) {
    throw new RangeError(
      `Cannot solve a triangular system: the diagonal must not be zero: entry ${i} is ${pivot}`,
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
