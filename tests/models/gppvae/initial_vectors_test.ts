import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { codesOnGrid, initialObjectVectors } from "../../../models/gppvae/initial_vectors.ts";
import type { Observations } from "../../../models/gppvae/covariance.ts";
import { matrix } from "../../../models/linalg/matrix.ts";

/** Objects at angle indices of a full turn in `count` steps. */
function observed(count: number, views: readonly (readonly number[])[]): Observations {
  return {
    objects: Int32Array.from(views.flatMap((of, p) => of.map(() => p))),
    views: Int32Array.from(views.flat()),
    objectCount: views.length,
    angles: Float64Array.from({ length: count }, (_, q) => 2 * Math.PI * q / count),
  };
}

Deno.test("codesOnGrid() interpolates between the nearest observed angles, around the circle", () => {
  const observations = observed(8, [[1, 3, 7], [5]]);
  const codes = matrix(4, 1, Float64Array.of(10, 30, 70, -1));
  const grid = codesOnGrid(codes, observations);
  const expected = [40, 10, 20, 30, 40, 50, 60, 70, -1, -1, -1, -1, -1, -1, -1, -1];
  expected.forEach((value, at) => assertAlmostEquals(grid.data[at]!, value, 1e-12, `${at}`));
});

Deno.test("codesOnGrid() throws in one line when an object has no code", () => {
  const observations = { ...observed(4, [[0]]), objectCount: 2 };
  assertEquals(
    assertThrows(() => codesOnGrid(matrix(1, 1), observations), RangeError).message,
    "Cannot place object 1: its number of observations must be at least 1, is 0",
  );
});

Deno.test("initialObjectVectors() puts objects apart as far as their codes are", () => {
  // z = (cos θ, sin θ) + s (sin 2θ, cos 2θ) with one number s for each object: rank 2 says all, rank 3 adds nothing.
  const all = Array.from({ length: 16 }, (_, q) => q);
  const observations = observed(16, [all, all, all, all]);
  const amounts = [-1, 0, 0.25, 0.75];
  const codes = matrix(64, 2);
  observations.views.forEach((q, i) => {
    const [angle, s] = [observations.angles[q]!, amounts[observations.objects[i]!]!];
    codes.data[2 * i] = Math.cos(angle) + s * Math.sin(2 * angle);
    codes.data[2 * i + 1] = Math.sin(angle) + s * Math.cos(2 * angle);
  });
  const vectors = initialObjectVectors(codes, observations, 3);
  const sign = Math.sign(vectors[1]!) === Math.sign(amounts[0]!) ? 1 : -1;
  for (const [p, amount] of amounts.entries()) {
    // Both functions of the angle have the root mean square √½.
    assertAlmostEquals(vectors[3 * p]!, Math.SQRT1_2, 1e-12);
    assertAlmostEquals(sign * vectors[3 * p + 1]!, amount * Math.SQRT1_2, 1e-9);
    assertAlmostEquals(vectors[3 * p + 2]!, 0, 1e-9);
  }
});

Deno.test("initialObjectVectors() are never zero, also where all codes are", () => {
  const observations = observed(4, [[0], [2, 3]]);
  const vectors = initialObjectVectors(matrix(3, 2), observations, 2);
  assertEquals([...vectors], [1e-3, 0, 1e-3, 0]);
  assert(initialObjectVectors(matrix(3, 2), observations, 1).every((value) => value > 0));
});
