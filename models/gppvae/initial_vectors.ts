/**
 * Initial object vectors: the principal components of the objects' codes.
 *
 * @module
 */
import { type Matrix, matrix } from "../linalg/matrix.ts";
import { principalComponents } from "../linalg/principal_components.ts";
import type { Observations } from "./covariance.ts";

/**
 * The codes of every object at every angle, (P, Q·L): observed ones as they are (the last one if there are several), the
 * others by linear interpolation between the two nearest observed angles of the same object, around the circle.
 *
 * @throws RangeError when an object has no code
 */
export function codesOnGrid(codes: Matrix, observations: Observations): Matrix {
  const { objects, views, objectCount, angles } = observations;
  const [width, count] = [codes.columns, angles.length];
  const rows: Map<number, number>[] = Array.from({ length: objectCount }, () => new Map());
  objects.forEach((object, i) => rows[object]!.set(views[i]!, i));
  const result = matrix(objectCount, count * width);
  for (const [object, seen] of rows.entries()) {
    if (seen.size === 0) {
      throw new RangeError(
        `Cannot place object ${object}: its number of observations must be at least 1, is 0`,
      );
    }
    for (let q = 0; q < count; q++) {
      const { before, after, share } = neighbours([...seen.keys()], angles, q);
      const at = (object * count + q) * width;
      for (let l = 0; l < width; l++) {
        const [a, b] = [seen.get(before)! * width + l, seen.get(after)! * width + l];
        result.data[at + l] = (1 - share) * codes.data[a]! + share * codes.data[b]!;
      }
    }
  }
  return result;
}

/** The observed views on both sides of view q, and the position of q between them; q itself if it is observed. */
function neighbours(
  seen: readonly number[],
  angles: Float64Array,
  q: number,
): { before: number; after: number; share: number } {
  const circle = 2 * Math.PI;
  /** From 0 (included) to 2π (excluded). */
  const forward = (from: number, to: number) =>
    (((angles[to]! - angles[from]!) % circle) + circle) % circle;
  if (seen.includes(q)) return { before: q, after: q, share: 0 };
  const nearest = (distance: (view: number) => number) =>
    seen.reduce((best, view) => distance(view) < distance(best) ? view : best);
  const before = nearest((view) => forward(view, q));
  const after = nearest((view) => forward(q, view));
  const [back, ahead] = [forward(before, q), forward(q, after)];
  return { before, after, share: back + ahead > 0 ? back / (back + ahead) : 0 };
}

/**
 * Object vectors (P, M): the size of the mean code over all objects, and the scores of the M − 1 leading principal
 * components, in the same unit, so that codes ≈ vectors · functions of the angle of equal size.
 *
 * @throws RangeError when an object has no code, or M is too large for the codes
 */
export function initialObjectVectors(
  codes: Matrix,
  observations: Observations,
  rank: number,
): Float64Array {
  const grid = codesOnGrid(codes, observations);
  const { mean, scores } = principalComponents(grid, rank - 1);
  const perNumber = 1 / Math.sqrt(grid.columns);
  const vectors = new Float64Array(grid.rows * rank);
  const common = Math.hypot(...mean) * perNumber;
  for (let p = 0; p < grid.rows; p++) {
    // Never zero, even if all codes are.
    vectors[p * rank] = Math.max(common, 1e-3);
    for (let k = 1; k < rank; k++) {
      vectors[p * rank + k] = scores.data[p * (rank - 1) + k - 1]! * perNumber;
    }
  }
  return vectors;
}
