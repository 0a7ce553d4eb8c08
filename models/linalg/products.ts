/**
 * Matrix products in double precision.
 *
 * @module
 */
import { type Matrix, matrix, transpose } from "./matrix.ts";

function checkInner(name: string, left: number, right: number): void {
  if (left !== right) {
    throw new RangeError(
      `Cannot multiply ${name}: inner lengths must agree, are ${left} and ${right}`,
    );
  }
}

/** A·B. @throws RangeError when the inner lengths differ */
export function multiply(a: Matrix, b: Matrix): Matrix {
  checkInner("A·B", a.columns, b.rows);
  const result = matrix(a.rows, b.columns);
  const [inner, width] = [a.columns, b.columns];
  // Row by row of B, so that the innermost loop runs along memory.
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a.data[i * inner + k]!;
      for (let j = 0; j < width; j++) {
        result.data[i * width + j]! += factor * b.data[k * width + j]!;
      }
    }
  }
  return result;
}

/** Aᵀ·B. @throws RangeError when the inner lengths differ */
export function transposeMultiply(a: Matrix, b: Matrix): Matrix {
  checkInner("Aᵀ·B", a.rows, b.rows);
  return multiply(transpose(a), b);
}

/** A·Bᵀ. @throws RangeError when the inner lengths differ */
export function multiplyTranspose(a: Matrix, b: Matrix): Matrix {
  checkInner("A·Bᵀ", a.columns, b.columns);
  return multiply(a, transpose(b));
}

/** Σᵢⱼ AᵢⱼBᵢⱼ. @throws RangeError when the shapes differ */
export function frobenius(a: Matrix, b: Matrix): number {
  if (a.rows !== b.rows || a.columns !== b.columns) {
    throw new RangeError(
      `Cannot take the inner product of two matrices: shapes must agree, are ` +
        `${a.rows}×${a.columns} and ${b.rows}×${b.columns}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}
