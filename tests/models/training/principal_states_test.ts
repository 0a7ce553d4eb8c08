/** Whitened principal components as first states. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal, rootKey } from "../../../data/random/mod.ts";
import {
  matrix,
  multiplyTranspose,
  row,
  transposeMultiply,
} from "../../../models/linalg/matrix.ts";
import { principalStates } from "../../../models/training/principal_states.ts";

/** Frames (40, 4) in a plane that does not contain the origin. */
const scores = matrix(40, 2, Float64Array.from(normal(rootKey(1), 80)));
const plane = multiplyTranspose(scores, matrix(4, 2, Float64Array.of(1, 2, 0, 1, 3, -1, 1, 1)));
const frames = { ...plane, data: plane.data.map((v, at) => v + at % 4) };

Deno.test("principalStates() have variance 1, no covariance, and decode to the frames", () => {
  const { mean, directions, deviations, states } = principalStates("M", frames, 2);
  [1, 0, 0, 1].forEach((value, at) =>
    // As exact as the directions, which an iteration finds.
    assertAlmostEquals(transposeMultiply(states, states).data[at]! / 39, value, 1e-6)
  );
  const scaled = { ...states, data: states.data.map((v, at) => v * deviations[at % 2]!) };
  const decoded = multiplyTranspose(scaled, directions);
  for (let i = 0; i < 40; i++) {
    row(decoded, i).forEach((v, d) => assertAlmostEquals(v + mean[d]!, row(frames, i)[d]!, 1e-9));
  }
});

Deno.test("principalStates() refuses dimensions that are only rounding", () => {
  const error = assertThrows(() => principalStates("M", frames, 3), RangeError);
  assertEquals(
    error.message,
    "Cannot train M: latentDimensions must be at most the 2 in which the training frames vary, is 3",
  );
  const still = matrix(5, 2, new Float64Array(10).fill(0.1));
  assertThrows(() => principalStates("M", still, 1), RangeError, "the 0");
});
