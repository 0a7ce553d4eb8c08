/**
 * Leading principal components in double precision.
 *
 * @module
 */
import { type Matrix, matrix, multiply, row, transposeMultiply } from "./matrix.ts";

/** Data ≈ mean + scores · directionsᵀ. */
export interface PrincipalComponents {
  /** Mean of each column (d). */
  readonly mean: Float64Array;
  /** Orthonormal directions of the largest variances, largest first (d, k). */
  readonly directions: Matrix;
  /** Coordinates of each row along them (n, k). */
  readonly scores: Matrix;
}

/** Passes of the iteration: enough to order directions, whose subspace is what most uses need. */
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
      `Cannot find principal components: there must be at most as many as the ${columns} columns ` +
        `of the data: current number is ${components}`,
    );
  }
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) row(data, i).forEach((value, j) => mean[j]! += value / rows);
  const centred = matrix(rows, columns, data.data.map((value, at) => value - mean[at % columns]!));
  const scatter = transposeMultiply(centred, centred); // (n, d)ᵀ x (n, d) -> (d, d)
  // Rows are directions, so that each lies together in memory.
  let directions = matrix(components, columns);
  for (let at = 0; at < directions.data.length; at++) directions.data[at] = Math.sin(at + 1);
  orthonormalise(directions);
  for (let pass = 0; pass < PASSES; pass++) {
    directions = multiply(directions, scatter); // the scatter is symmetric
    orthonormalise(directions);
  }
  const result = matrix(columns, components);
  for (let k = 0; k < components; k++) {
    for (let j = 0; j < columns; j++) {
      result.data[j * components + k] = directions.data[k * columns + j]!;
    }
  }
  return { mean, directions: result, scores: multiply(centred, result) };
}

/** Gram–Schmidt on the rows, twice for the sake of rounding; a row that the others span becomes one that they do not. */
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

/** Takes the rows before it off row k; its length then, 0 where only rounding is left. */
function reduce(directions: Matrix, k: number): number {
  const own = row(directions, k);
  const before = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
  for (let pass = 0; pass < 2; pass++) {
    for (let other = 0; other < k; other++) {
      const unit = row(directions, other);
      let along = 0;
      for (let j = 0; j < own.length; j++) along += own[j]! * unit[j]!;
      for (let j = 0; j < own.length; j++) own[j]! -= along * unit[j]!;
    }
  }
  const after = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
  return after > 1e-12 * before ? after : 0;
}
