/**
 * Dense real matrices in double precision: TensorFlow.js has none, and Gaussian processes need them.
 *
 * @module
 */
/**
 * Thrown when sizes and types are right but values are not: a matrix that is not positive definite, a parameter that has
 * overflowed. In training this is a divergence; any other RangeError is a mistake of the caller.
 */
export class NumericalError extends RangeError {
  /** Name of the class of errors. */
  override name = "NumericalError";
}

/** A dense matrix, row-major. */
export interface Matrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** rows × columns numbers, the column fastest. */
  readonly data: Float64Array;
}

/** A matrix of `data`, which is not copied; of zeros by default. @throws RangeError when the data has another size */
export function matrix(
  rows: number,
  columns: number,
  data: Float64Array = new Float64Array(rows * columns),
): Matrix {
  if (data.length !== rows * columns) {
    throw new RangeError(
      `Cannot make a ${rows}×${columns} matrix: data must have ${rows * columns} numbers, has ` +
        `${data.length}`,
    );
  }
  return { rows, columns, data };
}

/** The n×n identity times `factor`. */
export function identity(n: number, factor = 1): Matrix {
  const result = matrix(n, n);
  for (let i = 0; i < n; i++) result.data[i * n + i] = factor;
  return result;
}

/** Aᵀ. */
export function transpose({ rows, columns, data }: Matrix): Matrix {
  const result = matrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result.data[j * rows + i] = data[i * columns + j]!;
  }
  return result;
}

/** Row i as a view of the data. */
export function row({ columns, data }: Matrix, i: number): Float64Array {
  return data.subarray(i * columns, (i + 1) * columns);
}

/** Each row less a vector, such as their mean. */
export function lessRow({ rows, columns, data }: Matrix, vector: Float64Array): Matrix {
  return matrix(rows, columns, data.map((value, at) => value - vector[at % columns]!));
}

/** Index of the row that is nearest to a vector, the first of equals. */
export function nearestRow(a: Matrix, vector: Float64Array): number {
  let [nearest, least] = [0, Infinity];
  for (let i = 0; i < a.rows; i++) {
    const own = row(a, i);
    const distance = vector.reduce((sum, value, j) => sum + (value - own[j]!) ** 2, 0);
    if (distance < least) [nearest, least] = [i, distance];
  }
  return nearest;
}

/** Sum of the diagonal. */
export function trace({ rows, columns, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < Math.min(rows, columns); i++) sum += data[i * columns + i]!;
  return sum;
}

function checkInner(name: string, left: number, right: number): void {
  if (left === right) return;
  throw new RangeError(
    `Cannot multiply ${name}: inner lengths must be equal, are ${left} and ${right}`,
  );
}

/** A·B. @throws RangeError when the inner lengths differ */
export function multiply(a: Matrix, b: Matrix): Matrix {
  checkInner("A·B", a.columns, b.rows);
  const result = matrix(a.rows, b.columns);
  const [inner, width] = [a.columns, b.columns];
  // Row by row of B, so that the innermost loop accesses memory in order.
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
      `Cannot take the inner product of two matrices: shapes must be equal, are ` +
        `${a.rows}×${a.columns} and ${b.rows}×${b.columns}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}
