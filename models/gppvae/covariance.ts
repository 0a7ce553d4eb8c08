/**
 * The covariance of latent codes (Casale et al. 2018): object kernel times view kernel, plus noise, in low-rank form.
 *
 * @module
 */
import { cholesky, solveLower } from "../linalg/cholesky.ts";
import { type Matrix, matrix, NumericalError, transpose } from "../linalg/matrix.ts";

/** n images of P objects at Q angles; every object may have its own subset of angles. */
export interface Observations {
  /** Object of each image (n), 0 … P − 1. */
  readonly objects: Int32Array;
  /** View of each image (n), an index of `angles`. */
  readonly views: Int32Array;
  /** P. */
  readonly objectCount: number;
  /** Angles in radians (Q), including those that no image shows but that are to be predicted. */
  readonly angles: Float64Array;
}

/** The object and view of codes to predict. */
export type Targets = Pick<Observations, "objects" | "views">;

/** Checks that there is an image, and that all indices are in range. @throws RangeError in one line if not */
export function checkObservations(
  targets: Targets,
  { objectCount, angles }: Pick<Observations, "objectCount" | "angles">,
): void {
  const { objects, views } = targets;
  const refuse = (rule: string, value: number | string) =>
    new RangeError(`Cannot build the covariance of latent codes: ${rule}, is ${value}`);
  if (objects.length === 0) throw refuse("the number of codes must be at least 1", 0);
  if (objects.length !== views.length) {
    const counts = `${objects.length} and ${views.length}`;
    throw refuse("the numbers of objects and views must be equal", counts);
  }
  const object = objects.find((p) => p < 0 || p >= objectCount);
  if (object !== undefined) throw refuse(`objects must be 0 … ${objectCount - 1}`, object);
  const view = views.find((q) => q < 0 || q >= angles.length);
  if (view !== undefined) throw refuse(`views must be 0 … ${angles.length - 1}`, view);
  const angle = angles.find((value) => !Number.isFinite(value));
  if (angle !== undefined) throw refuse("angles must be finite", angle);
}

/** Unit object vectors, so that every object's covariance with itself is 1, and the lengths that were divided out. */
export interface UnitVectors {
  /** (P, M), rows of length 1. */
  readonly vectors: Float64Array;
  /** (P) */
  readonly lengths: Float64Array;
}

/** x / |x| of each row. @param raw (P, M) @throws NumericalError when a row has no length */
export function normaliseRows(raw: Float64Array, rank: number): UnitVectors {
  const vectors = new Float64Array(raw.length);
  const lengths = new Float64Array(raw.length / rank);
  for (let p = 0; p < lengths.length; p++) {
    const length = Math.hypot(...raw.subarray(p * rank, (p + 1) * rank));
    if (!(length > 0) || !Number.isFinite(length)) {
      throw new NumericalError(
        `Cannot normalise object vector ${p}: its length must be positive and finite, is ${length}`,
      );
    }
    lengths[p] = length;
    for (let m = p * rank; m < (p + 1) * rank; m++) vectors[m] = raw[m]! / length;
  }
  return { vectors, lengths };
}

/** The gradient with respect to the raw vectors from that with respect to the unit ones: (g − (g·x) x) / |raw|. */
export function normaliseRowsGradient(
  { vectors, lengths }: UnitVectors,
  gradient: Float64Array,
): Float64Array {
  const rank = vectors.length / lengths.length;
  const result = new Float64Array(vectors.length);
  for (let p = 0; p < lengths.length; p++) {
    let along = 0;
    for (let m = p * rank; m < (p + 1) * rank; m++) along += gradient[m]! * vectors[m]!;
    for (let m = p * rank; m < (p + 1) * rank; m++) {
      result[m] = (gradient[m]! - along * vectors[m]!) / lengths[p]!;
    }
  }
  return result;
}

/** K (Q, Q) and its derivative with respect to the logarithm of the length scale. */
export interface ViewCovariance {
  /** Kernel plus nugget: exp(−2 sin²((θ − θ′) / 2) / ℓ²), period 2π, and the nugget on the diagonal. */
  readonly covariance: Matrix;
  /** dK / d log ℓ. */
  readonly derivative: Matrix;
}

/**
 * The periodic squared exponential kernel between all angles.
 *
 * @param angles radians (Q)
 * @param logLengthScale log ℓ; ℓ has no unit
 * @param nugget added to the diagonal
 * @throws NumericalError when ℓ is not a positive number, or 1 / ℓ² is not
 */
export function viewCovariance(
  angles: Float64Array,
  logLengthScale: number,
  nugget: number,
): ViewCovariance {
  const precision = Math.exp(-2 * logLengthScale);
  if (!Number.isFinite(precision) || precision === 0) {
    throw new NumericalError(
      `Cannot compute the view covariance: the length scale must be a positive number, is ` +
        `${Math.exp(logLengthScale)}`,
    );
  }
  const count = angles.length;
  const covariance = matrix(count, count);
  const derivative = matrix(count, count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const exponent = 2 * precision * Math.sin((angles[i]! - angles[j]!) / 2) ** 2;
      const value = Math.exp(-exponent);
      covariance.data[i * count + j] = value + (i === j ? nugget : 0);
      derivative.data[i * count + j] = 2 * exponent * value;
    }
  }
  return { covariance, derivative };
}

/** W with W·Wᵀ = K, and dW with dW·Wᵀ + W·dWᵀ = dK for the derivative by log ℓ. */
export interface ViewFactor {
  /** Lower triangular (Q, Q). */
  readonly factor: Matrix;
  /** (Q, Q), not triangular. */
  readonly derivative: Matrix;
}

/**
 * The Cholesky factor of a view covariance with a derivative. Every dW with dW·Wᵀ + W·dWᵀ = dK gives the same derivative
 * of anything that depends only on W·Wᵀ; ½ dK·W⁻ᵀ avoids the derivative of the factorisation.
 *
 * @throws NumericalError when the covariance is singular
 */
export function viewFactor({ covariance, derivative }: ViewCovariance): ViewFactor {
  const factor = cholesky(covariance, "the view covariance");
  const half = transpose(solveLower(factor, derivative)); // dK is symmetric: (W⁻¹ dK)ᵀ = dK W⁻ᵀ
  for (let i = 0; i < half.data.length; i++) half.data[i]! *= 0.5;
  return { factor, derivative: half };
}

/** What is learned; all latent dimensions share it. */
export interface GpParameters {
  /** Object vectors before their normalisation (P, M). */
  readonly objectVectors: Float64Array;
  /** (3): log ℓ of the view kernel, and the logits of the variances, signal before noise. */
  readonly kernel: Float64Array;
}

/**
 * Added to the view kernel's diagonal, so that it can be factored at any length scale: a millionth of the signal is
 * independent between views.
 */
export const NUGGET = 1e-6;

/** K = V·Vᵀ + α I (n, n), with row i of V = √v · x_object(i) ⊗ w_view(i) of H = M·Q numbers, the view's fastest. */
export interface Covariance {
  /** Which object and view each row is of. */
  readonly observations: Observations;
  /** x: unit object vectors (P, M). */
  readonly objects: UnitVectors;
  /** M. */
  readonly rank: number;
  /** w: rows of the view kernel's factor (Q, Q), with its derivative by log ℓ. */
  readonly views: ViewFactor;
  /** v, variance of the signal: v + α = 1, as in the released code. */
  readonly signal: number;
  /** α, variance of the noise. */
  readonly noise: number;
}

/** Parameters from their natural values. */
export function kernelParameters(lengthScale: number, noise: number): Float64Array {
  return Float64Array.of(Math.log(lengthScale), Math.log(1 - noise), Math.log(noise));
}

/** The variances (v, α): the softmax of the two logits. */
export function variances(
  kernel: Float64Array,
): { readonly signal: number; readonly noise: number } {
  const difference = kernel[1]! - kernel[2]!;
  return { signal: 1 / (1 + Math.exp(-difference)), noise: 1 / (1 + Math.exp(difference)) };
}

/**
 * The covariance at the given parameters.
 *
 * @param nugget see {@link NUGGET}
 * @throws RangeError when sizes do not agree
 * @throws NumericalError when a parameter is not finite, an object vector is zero, the noise has no variance or the view
 * covariance is singular
 */
export function covarianceAt(
  parameters: GpParameters,
  observations: Observations,
  nugget = NUGGET,
): Covariance {
  const { objectVectors, kernel } = parameters;
  const { objectCount, angles } = observations;
  checkObservations(observations, observations);
  const rank = objectVectors.length / objectCount;
  if (!Number.isInteger(rank) || rank < 1) {
    throw new RangeError(
      `Cannot build the covariance of latent codes: the number of values must be a multiple of ` +
        `the ${objectCount} objects, is ${objectVectors.length}`,
    );
  }
  const { signal, noise } = variances(kernel);
  if (!(noise > 0) || !(signal > 0)) {
    throw new NumericalError(
      `Cannot build the covariance of latent codes: variances must be positive, are ` +
        `${signal} (signal) and ${noise} (noise)`,
    );
  }
  return {
    observations,
    objects: normaliseRows(objectVectors, rank),
    rank,
    views: viewFactor(viewCovariance(angles, kernel[0]!, nugget)),
    signal,
    noise,
  };
}

/** H = M·Q: columns of V. */
export function factorColumns({ rank, observations }: Covariance): number {
  return rank * observations.angles.length;
}

/** w of each view, scaled by √v: (Q, Q). */
export function scaledViews({ views, signal }: Covariance): Matrix {
  const scale = Math.sqrt(signal);
  return { ...views.factor, data: views.factor.data.map((value) => scale * value) };
}

/**
 * Vᵀ·Z (H, c) of Z (n, c). Like all products with V it uses the Kronecker form √v · x ⊗ w of the rows: V itself is never
 * formed, and the cost grows with n·M instead of n·M·Q.
 */

export function factorTransposeTimes(covariance: Covariance, z: Matrix): Matrix {
  const width = z.columns;
  // Σ x ⊗ z over the rows of each view: (Q, M, c).
  const sums = matrix(factorColumns(covariance), width);
  const result = matrix(factorColumns(covariance), width);
  forEachObjectEntry(
    covariance,
    covariance.observations,
    (i, row, x) => addRow(sums, row, x, z, i),
  );
  forEachViewEntry(covariance, (row, column, w) => addRow(result, column, w, sums, row));
  return result;
}

/** Adds `factor` times row `from` of b to row `to` of a. */
function addRow(a: Matrix, to: number, factor: number, b: Matrix, from: number): void {
  const width = a.columns;
  const [start, source] = [to * width, from * width];
  for (let l = 0; l < width; l++) a.data[start + l]! += factor * b.data[source + l]!;
}

/** Visits entry m of the object vector of each target i, with its row in (Q, M, …). */
function forEachObjectEntry(
  { objects: { vectors }, rank }: Covariance,
  { objects, views }: Targets,
  visit: (i: number, row: number, x: number) => void,
): void {
  for (let i = 0; i < objects.length; i++) {
    for (let m = 0; m < rank; m++) {
      visit(i, views[i]! * rank + m, vectors[objects[i]! * rank + m]!);
    }
  }
}

/** Visits the entries √v·w of I ⊗ w: rows of (Q, M, …) and columns of V. */
function forEachViewEntry(
  covariance: Covariance,
  visit: (row: number, column: number, w: number) => void,
): void {
  const { observations: { angles }, rank } = covariance;
  const count = angles.length;
  const w = scaledViews(covariance).data;
  for (let q = 0; q < count; q++) {
    for (let m = 0; m < rank; m++) {
      // w is lower triangular
      for (let r = 0; r <= q; r++) visit(q * rank + m, m * count + r, w[q * count + r]!);
    }
  }
}

/** V·Y (t, c) of Y (H, c). @param targets rows of V; those of the observations by default */
export function factorTimes(
  covariance: Covariance,
  y: Matrix,
  targets: Targets = covariance.observations,
): Matrix {
  // (I ⊗ w)·Y for each view: (Q, M, c).
  const parts = matrix(factorColumns(covariance), y.columns);
  const result = matrix(targets.objects.length, y.columns);
  forEachViewEntry(covariance, (row, column, w) => addRow(parts, row, w, y, column));
  forEachObjectEntry(covariance, targets, (i, row, x) => addRow(result, i, x, parts, row));
  return result;
}

/** Vᵀ·V (H, H) = Σ over views of (Σ x xᵀ) ⊗ v w wᵀ. */
export function factorGram(covariance: Covariance): Matrix {
  const { observations: { objects, views, angles }, objects: { vectors }, rank } = covariance;
  const count = angles.length;
  const sums = new Float64Array(count * rank * rank);
  for (let i = 0; i < objects.length; i++) {
    const x = vectors.subarray(objects[i]! * rank, (objects[i]! + 1) * rank);
    const at = views[i]! * rank * rank;
    for (let m = 0; m < rank; m++) {
      for (let k = 0; k < rank; k++) sums[at + m * rank + k]! += x[m]! * x[k]!;
    }
  }
  const w = scaledViews(covariance).data;
  const columns = factorColumns(covariance);
  const result = matrix(columns, columns);
  for (let q = 0; q < count; q++) {
    for (let m = 0; m < rank; m++) {
      for (let k = 0; k < rank; k++) {
        const sum = sums[(q * rank + m) * rank + k]!;
        for (let r = 0; r <= q; r++) {
          const to = (m * count + r) * columns + k * count;
          const factor = sum * w[q * count + r]!;
          for (let s = 0; s <= q; s++) result.data[to + s]! += factor * w[q * count + s]!;
        }
      }
    }
  }
  return result;
}
