/**
 * Dense real matrices in double precision: TensorFlow.js has none, and Gaussian processes need them.
 *
 * @module
 */

/** A dense matrix, row-major. */
export interface Matrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** rows × columns numbers, the column fastest. */
  readonly data: Float64Array;
}

/**
 * A matrix over `data`, which is not copied; of zeros without it.
 *
 * @throws RangeError when the data has another size
 */
export function matrix(
  rows: number,
  columns: number,
  data: Float64Array = new Float64Array(rows * columns),
): Matrix {
  if (data.length !== rows * columns) {
    throw new RangeError(
      `Cannot make a ${rows}×${columns} matrix: it must have ${rows * columns} numbers, has ` +
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

/** Sum of the diagonal. */
export function trace({ rows, columns, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < Math.min(rows, columns); i++) sum += data[i * columns + i]!;
  return sum;
}
