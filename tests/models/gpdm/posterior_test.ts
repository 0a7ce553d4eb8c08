/** GPDM's posterior and mean path against SciPy, its gradient against central differences. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { matrix } from "../../../models/linalg/matrix.ts";
import { negativeLogPosterior, transitions } from "../../../models/gpdm/posterior.ts";
import { meanPath } from "../../../models/gpdm/predict.ts";
import { gradientError } from "../linalg/_gradients.ts";
import vectors from "./posterior_vectors.json" with { type: "json" };

const rows = (values: number[][]) =>
  matrix(values.length, values[0]!.length, Float64Array.from(values.flat()));

const { starts } = vectors;
const frames = rows(vectors.frames);
const vector = Float64Array.of(...vectors.states.flat(), ...vectors.theta.map(Math.log));

Deno.test("negativeLogPosterior() is that of SciPy's densities, with weights found by search", () => {
  const { value } = negativeLogPosterior({ frames, starts }, 2)(vector);
  assertAlmostEquals(value, vectors.negativeLogPosterior, 1e-8);
});

for (const own of [[0, 6], [0]]) {
  Deno.test(`negativeLogPosterior() has the gradient of central differences, walks from ${own}`, () => {
    const error = gradientError(negativeLogPosterior({ frames, starts: own }, 2), vector);
    assert(error < 1e-6, `${error}`);
  });
}

Deno.test("negativeLogPosterior() of a dimension that does not vary is finite", () => {
  const still = { ...frames, data: frames.data.map((v, at) => at % 4 === 1 ? 0 : v) };
  const { value, gradient } = negativeLogPosterior({ frames: still, starts }, 2)(vector);
  assert(Number.isFinite(value) && gradient.every(Number.isFinite));
});

Deno.test("negativeLogPosterior() is not a number where a kernel has no factor", () => {
  for (const k of [1, 5]) {
    // States that are equal, and no noise.
    const beyond = vector.map((v, at) => at === 18 + k ? 700 : at < 18 ? 1 : v);
    assertEquals(negativeLogPosterior({ frames, starts }, 2)(beyond).value, NaN);
  }
});

Deno.test("transitions() leaves out those between walks", () => {
  const { before, after, indices } = transitions(rows(vectors.states), starts);
  assertEquals(indices, [0, 1, 2, 3, 4, 6, 7]);
  assertEquals([...before.data.subarray(10, 12)], vectors.states[6]);
  assertEquals([...after.data.subarray(10, 12)], vectors.states[7]);
});

Deno.test("meanPath() follows the dynamics' mean as NumPy does", () => {
  const model = {
    frames,
    starts,
    vector,
    mean: new Float64Array(4),
    latentDimensions: 2,
    contextIterations: 1,
  };
  meanPath(model, 8, 1, 5).data.forEach((value, at) =>
    assertAlmostEquals(value, vectors.means.flat()[at]!, 1e-9)
  );
});
