import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { polynomial } from "../../../models/reference/polynomial.ts";
import { complete, fitted } from "./_fit.ts";

const cubic = complete([
  Array.from({ length: 12 }, (_, t) => [1 + 2 * t, 3 - t + 0.5 * t ** 2]),
  Array.from({ length: 12 }, (_, t) => [t < 5 ? 100 : t, 7]),
]);
const data = { train: cubic, validation: cubic };
const context = () => [0, 1, 5, 6, 9];

Deno.test("polynomial() goes on with what is one, from a context with gaps", async () => {
  const model = await fitted(polynomial, data, { degree: 2, lastFrames: 5 });
  const [x, y] = await model.predict({ sequences: cubic, context, asked: [11] });
  assertAlmostEquals(x!, 23, 1e-4);
  assertAlmostEquals(y!, 52.5, 1e-4);
});

Deno.test("polynomial() is the least-squares fit to the last frames of the context alone", async () => {
  const model = await fitted(polynomial, data, { degree: 1, lastFrames: 3 });
  const answer = await model.predict({ sequences: cubic, context, asked: [9, 11] });
  // Through (5, 10.5), (6, 15), (9, 34.5): mean (20/3, 20), slope 53 / (26/3).
  const slope = 53 / (26 / 3);
  assertAlmostEquals(answer[1]!, 20 + slope * (9 - 20 / 3), 1e-4);
  assertAlmostEquals(answer[3]!, 20 + slope * (11 - 20 / 3), 1e-4);
  // The second sequence's first frames, far away, are not among them.
  [9, 7, 11, 7].forEach((value, i) => assertAlmostEquals(answer[4 + i]!, value, 1e-4));
  assertEquals(answer.length, 8);
});

Deno.test("polynomial() refuses a context that does not determine it", async () => {
  const model = await fitted(polynomial, data, { degree: 2 });
  await assertRejects(
    () => model.predict({ sequences: cubic, context: () => [3, 4], asked: [5] }),
    RangeError,
    "the context must have more than 2 frames, has 2",
  );
});
