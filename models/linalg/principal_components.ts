/**
 * Leading principal components in double precision.
 *
 * @module
 */
import { type Matrix, matrix, multiply, row, transpose, transposeMultiply } from "./matrix.ts";

/** Data ≈ mean + scores · directionsᵀ. */
export interface PrincipalComponents {
  /** Mean of each column (d). */
  readonly mean: Float64Array;
  /** Orthonormal directions of the largest variances, largest first (d, k). */
  readonly directions: Matrix;
  /** Coordinates of each row along them (n, k). */
  readonly scores: Matrix;
}

/** Iterations: enough to order the directions; most uses need only their subspace. */
const PASSES = 100;

/**
 * The k leading principal components of the rows of `data`, by orthogonal iteration from a fixed start, so that equal
 * data give equal bytes. Directions beyond the rank of the data have scores of zero.
 *
 * @param data (n, d)
 * @throws RangeError when there are fewer columns than components
 */
export function principalComponents(data: Matrix, components: number): PrincipalComponents {
  const { rows, columns } = data;
  if (components > columns) {
    throw new RangeError(
      `Cannot find principal components: their number must be at most the data's ${columns} ` +
        `columns, is ${components}`,
    );
  }
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) row(data, i).forEach((value, j) => mean[j]! += value / rows);
  const centred = matrix(rows, columns, data.data.map((value, at) => value - mean[at % columns]!));
  const scatter = transposeMultiply(centred, centred); // (n, d)ᵀ x (n, d) -> (d, d)
  // Directions are rows, so that each is contiguous in memory.
  let directions = matrix(components, columns);
  for (let at = 0; at < directions.data.length; at++) directions.data[at] = Math.sin(at + 1);
  orthonormalise(directions);
  for (let pass = 0; pass < PASSES; pass++) {
    directions = multiply(directions, scatter); // the scatter is symmetric
    orthonormalise(directions);
  }
  const result = transpose(directions);
  return { mean, directions: result, scores: multiply(centred, result) };
}

/** Gram–Schmidt on the rows, twice because of rounding; a row that the others span is replaced by one outside their span. */
function orthonormalise(directions: Matrix): void {
  const { rows, columns } = directions;
  for (let k = 0; k < rows; k++) {
    const own = row(directions, k);
    let length = reduce(directions, k);
    for (let axis = 0; !(length > 0) && axis < columns; axis++) {
      own.fill(0);
      own[axis] = 1;
      const rest = reduce(directions, k);
      if (rest > 0.5 / Math.sqrt(columns)) length = rest;
    }
    for (let j = 0; j < columns; j++) own[j]! /= length;
  }
}

/** Subtracts from row k its projections on the rows before it; returns its new length, 0 if only rounding is left. */
function reduce(directions: Matrix, k: number): number {
  const own = row(directions, k);
  const length = () => Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
  const before = length();
  for (let pass = 0; pass < 2; pass++) {
    for (let other = 0; other < k; other++) {
      const unit = row(directions, other);
      let along = 0;
      for (let j = 0; j < own.length; j++) along += own[j]! * unit[j]!;
      for (let j = 0; j < own.length; j++) own[j]! -= along * unit[j]!;
    }
  }
  const after = length();
  return after > 1e-12 * before ? after : 0;
}
