/**
 * npODE's vector field: Gaussian process interpolation of vectors at the points of a grid.
 *
 * @module
 */
import { cholesky, solveLower, solveLowerTransposed } from "../linalg/cholesky.ts";
import { type Matrix, matrix, row, transpose } from "../linalg/matrix.ts";

/** Inducing locations, the kernel between them, and its factor. */
export interface InducingGrid {
  /** Coordinates of the grid along each dimension (q, W). */
  readonly axes: Matrix;
  /** Z: the W^q locations, the last dimension fastest (M, q). */
  readonly locations: Matrix;
  /** ℓ of each dimension (q). */
  readonly lengthScales: Float64Array;
  /** σ_f². */
  readonly signalVariance: number;
  /** L, lower triangular with L·Lᵀ = K(Z, Z) plus a nugget on the diagonal (M, M). */
  readonly factor: Matrix;
}

/** Added to the kernel's diagonal: the square of the released code's 0.01. */
const NUGGET = 1e-4;
/** Most inducing locations: their kernel is factored densely. */
const LARGEST_GRID = 2000;

/** How the kernel is. */
export interface KernelSettings {
  /** W: locations along each dimension. */
  readonly gridWidth: number;
  /** ℓ of each dimension (q). */
  readonly lengthScales: Float64Array;
  /** σ_f. */
  readonly signalDeviation: number;
}

/**
 * A grid over the bounding box of states (n, q).
 *
 * @throws RangeError when it has too many points
 * @throws NumericalError when the kernel between them is singular
 */
export function inducingGrid(
  states: Matrix,
  { gridWidth, lengthScales, signalDeviation }: KernelSettings,
): InducingGrid {
  const q = states.columns;
  const count = gridWidth ** q;
  if (count > LARGEST_GRID) {
    throw new RangeError(
      `Cannot train npODE: gridWidth ^ latentDimensions must be at most ${LARGEST_GRID}, is ${count}`,
    );
  }
  const axes = matrix(q, gridWidth);
  for (let d = 0; d < q; d++) {
    const values = Array.from({ length: states.rows }, (_, i) => row(states, i)[d]!);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    for (let w = 0; w < gridWidth; w++) {
      row(axes, d)[w] = gridWidth === 1
        ? (least + most) / 2
        : least + w * (most - least) / (gridWidth - 1);
    }
  }
  const locations = matrix(count, q);
  for (let m = 0; m < count; m++) {
    for (let d = q - 1, rest = m; d >= 0; d--, rest = Math.floor(rest / gridWidth)) {
      row(locations, m)[d] = row(axes, d)[rest % gridWidth]!;
    }
  }
  const grid = { axes, locations, lengthScales, signalVariance: signalDeviation ** 2 };
  const kernel = kernelRows(grid, locations);
  for (let m = 0; m < count; m++) kernel.data[m * count + m]! += NUGGET;
  return { ...grid, factor: cholesky(kernel, "the kernel between inducing locations") };
}

type Kernel = Omit<InducingGrid, "factor">;

/** k(x, Z) = σ_f² exp(−½ Σ_d (x_d − z_d)² / ℓ_d²) of one state: (M). On a grid it is a product of one factor a dimension. */
function kernelRow(
  { axes, lengthScales, signalVariance }: Kernel,
  x: ArrayLike<number>,
  into: Float64Array,
): void {
  const width = axes.columns;
  const factors = new Float64Array(width);
  into[0] = signalVariance;
  for (let d = 0, size = 1; d < axes.rows; d++, size *= width) {
    for (let w = 0; w < width; w++) {
      factors[w] = Math.exp(-0.5 * ((x[d]! - axes.data[d * width + w]!) / lengthScales[d]!) ** 2);
    }
    // From the end, so that no product is overwritten before it is read.
    for (let m = size - 1; m >= 0; m--) {
      const product = into[m]!;
      for (let w = width - 1; w >= 0; w--) into[m * width + w] = product * factors[w]!;
    }
  }
}

/** K(X, Z) of states (n, q): (n, M). */
function kernelRows(kernel: Kernel, states: Matrix): Matrix {
  const rows = matrix(states.rows, kernel.locations.rows);
  for (let i = 0; i < states.rows; i++) kernelRow(kernel, row(states, i), row(rows, i));
  return rows;
}

/** A with f(X) = A·Ũ for whitened vectors Ũ (M, q): K(X, Z)·L⁻ᵀ (n, M). */
export function interpolation(grid: InducingGrid, states: Matrix): Matrix {
  const rows = kernelRows(grid, states);
  const whitened = solveLower(grid.factor, transpose(rows)); // (M, M)⁻¹ x (M, n)
  return transpose(whitened);
}

/** The field f(x) = k(x, Z)·K⁻¹·U = k(x, Z)·L⁻ᵀ·Ũ. */
export class InducingField {
  /** What it interpolates between. */
  readonly grid: InducingGrid;
  /** L⁻ᵀ·Ũ (M, q). */
  readonly #weights: Float64Array;
  /** Room for k(x, Z). */
  readonly #kernel: Float64Array;

  /** @param whitened Ũ = L⁻¹·U (M, q) */
  constructor(grid: InducingGrid, whitened: Matrix) {
    this.grid = grid;
    this.#weights = solveLowerTransposed(grid.factor, whitened).data;
    this.#kernel = new Float64Array(grid.locations.rows);
  }

  /** f(x) (q). */
  evaluate(x: Float64Array, into: Float64Array): void {
    const [weights, kernel, q] = [this.#weights, this.#kernel, into.length];
    kernelRow(this.grid, x, kernel);
    into.fill(0);
    for (let m = 0, at = 0; m < kernel.length; m++) {
      const k = kernel[m]!;
      for (let c = 0; c < q; c++, at++) into[c]! += k * weights[at]!;
    }
  }

  /**
   * Adds the gradients of λ·f(x).
   *
   * @param lambda λ (q)
   * @param weightGradient that by the weights L⁻ᵀ·Ũ is added here (M, q), see {@link whitenedGradient}
   * @param into that by x is written here (q)
   */
  pullBack(
    x: Float64Array,
    lambda: Float64Array,
    weightGradient: Float64Array,
    into: Float64Array,
  ): void {
    const { locations, lengthScales } = this.grid;
    const [weights, kernel, q] = [this.#weights, this.#kernel, x.length];
    kernelRow(this.grid, x, kernel);
    into.fill(0);
    for (let m = 0; m < kernel.length; m++) {
      const [k, at] = [kernel[m]!, m * q];
      let along = 0;
      for (let c = 0; c < q; c++) {
        weightGradient[at + c]! += k * lambda[c]!;
        along += weights[at + c]! * lambda[c]!;
      }
      along *= k;
      for (let d = 0; d < q; d++) into[d]! += along * (locations.data[at + d]! - x[d]!);
    }
    for (let d = 0; d < q; d++) into[d]! /= lengthScales[d]! ** 2;
  }
}

/** The gradient by the whitened vectors Ũ from that by the weights L⁻ᵀ·Ũ: L⁻¹·g (M, q). */
export function whitenedGradient({ factor }: InducingGrid, weightGradient: Matrix): Matrix {
  return solveLower(factor, weightGradient);
}
