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

/** Copies what is below the diagonal of a square matrix to above it, in place. @returns the same matrix */
export function mirrorLower(a: Matrix): Matrix {
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) a.data[j * n + i] = a.data[i * n + j]!;
  }
  return a;
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

/** Where {@link addProducts} finds the factors of a row: F[at], F[at + step], … */
export interface Factors {
  /** Holds the factors of both rows. */
  readonly data: Float64Array;
  /** Index of the first row's first factor, and of the second row's. */
  readonly at: readonly [first: number, second: number];
  /** From a factor to the next one. */
  readonly step: number;
}

/**
 * Adds Σₖ Fₖ·Bₖ to each of two rows: the inner loop of products and of triangular solutions, which take two rows and four
 * terms at a time because reading and writing memory costs more than the arithmetic. Terms are added one by one in their
 * order, so that the result has the bits of the plain loop.
 *
 * @param rows the two rows: views of the same length, at most B's columns
 * @param b its rows from `from` on are added
 * @param count how many
 * @param factors F, of each row
 * @param sign 1 adds, −1 subtracts
 */
export function addProducts(
  [p, q]: readonly [Float64Array, Float64Array],
  { columns, data: b }: Matrix,
  from: number,
  count: number,
  { data: f, at: [x, y], step }: Factors,
  sign: 1 | -1 = 1,
): void {
  const width = p.length;
  let k = 0;
  // Each name by itself: an array that is taken apart would be made anew every time.
  for (; k + 4 <= count; k += 4) {
    const s = x + k * step;
    const t = y + k * step;
    const f0 = sign * f[s]!;
    const f1 = sign * f[s + step]!;
    const f2 = sign * f[s + 2 * step]!;
    const f3 = sign * f[s + 3 * step]!;
    const g0 = sign * f[t]!;
    const g1 = sign * f[t + step]!;
    const g2 = sign * f[t + 2 * step]!;
    const g3 = sign * f[t + 3 * step]!;
    const r0 = (from + k) * columns;
    const r1 = r0 + columns;
    const r2 = r1 + columns;
    const r3 = r2 + columns;
    for (let j = 0; j < width; j++) {
      const b0 = b[r0 + j]!;
      const b1 = b[r1 + j]!;
      const b2 = b[r2 + j]!;
      const b3 = b[r3 + j]!;
      p[j] = p[j]! + f0 * b0 + f1 * b1 + f2 * b2 + f3 * b3;
      q[j] = q[j]! + g0 * b0 + g1 * b1 + g2 * b2 + g3 * b3;
    }
  }
  for (; k < count; k++) {
    const f0 = sign * f[x + k * step]!;
    const g0 = sign * f[y + k * step]!;
    const r0 = (from + k) * columns;
    for (let j = 0; j < width; j++) {
      p[j]! += f0 * b[r0 + j]!;
      q[j]! += g0 * b[r0 + j]!;
    }
  }
}

/** Views of rows i and i + 1, cut to a width; where there is no such row, zeros that belong to nothing. */
export function rowPair(
  a: Matrix,
  i: number,
  width: number = a.columns,
): readonly [Float64Array, Float64Array] {
  const cut = (at: number) =>
    at >= 0 && at < a.rows
      ? a.data.subarray(at * a.columns, at * a.columns + width)
      : new Float64Array(width);
  return [cut(i), cut(i + 1)];
}

/** A·B. @throws RangeError when the inner lengths differ */
export function multiply(a: Matrix, b: Matrix): Matrix {
  checkInner("A·B", a.columns, b.rows);
  const result = matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i += 2) {
    const last = Math.min(i + 1, a.rows - 1);
    const factors: Factors = { data: a.data, at: [i * a.columns, last * a.columns], step: 1 };
    addProducts(rowPair(result, i), b, 0, a.columns, factors);
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
