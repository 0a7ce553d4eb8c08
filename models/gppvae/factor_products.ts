/**
 * Products with the factor V of the covariance by its Kronecker rows √v · x ⊗ w: V itself is never formed, and the cost
 * grows with n·M instead of n·M·Q.
 *
 * @module
 */
import { type Matrix, matrix } from "../linalg/matrix.ts";
import { type Covariance, factorColumns, scaledViews } from "./covariance.ts";
import type { Targets } from "./observations.ts";

/** Vᵀ·Z (H, c) of Z (n, c). */
export function factorTransposeTimes(covariance: Covariance, z: Matrix): Matrix {
  const { observations: { objects, views, angles }, objects: { vectors }, rank } = covariance;
  const [count, width] = [angles.length, z.columns];
  // Σ x ⊗ z over the rows of each view: (Q, M, c).
  const sums = new Float64Array(count * rank * width);
  for (let i = 0; i < z.rows; i++) {
    for (let m = 0; m < rank; m++) {
      const x = vectors[objects[i]! * rank + m]!;
      const at = (views[i]! * rank + m) * width;
      for (let l = 0; l < width; l++) sums[at + l]! += x * z.data[i * width + l]!;
    }
  }
  const w = scaledViews(covariance).data;
  const result = matrix(factorColumns(covariance), width);
  for (let q = 0; q < count; q++) {
    for (let m = 0; m < rank; m++) {
      const from = (q * rank + m) * width;
      for (let r = 0; r <= q; r++) { // w is lower triangular
        const to = (m * count + r) * width;
        for (let l = 0; l < width; l++) result.data[to + l]! += w[q * count + r]! * sums[from + l]!;
      }
    }
  }
  return result;
}

/** V·Y (t, c) of Y (H, c), with the rows of V that belong to the targets; to those of the observations unless told. */
export function factorTimes(
  covariance: Covariance,
  y: Matrix,
  targets: Targets = covariance.observations,
): Matrix {
  const { observations: { angles }, objects: { vectors }, rank } = covariance;
  const [count, width] = [angles.length, y.columns];
  const w = scaledViews(covariance).data;
  // (I ⊗ w)·Y for each view: (Q, M, c).
  const parts = new Float64Array(count * rank * width);
  for (let q = 0; q < count; q++) {
    for (let m = 0; m < rank; m++) {
      const to = (q * rank + m) * width;
      for (let r = 0; r <= q; r++) {
        const from = (m * count + r) * width;
        for (let l = 0; l < width; l++) parts[to + l]! += w[q * count + r]! * y.data[from + l]!;
      }
    }
  }
  const result = matrix(targets.objects.length, width);
  for (let i = 0; i < result.rows; i++) {
    for (let m = 0; m < rank; m++) {
      const x = vectors[targets.objects[i]! * rank + m]!;
      const at = (targets.views[i]! * rank + m) * width;
      for (let l = 0; l < width; l++) result.data[i * width + l]! += x * parts[at + l]!;
    }
  }
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
