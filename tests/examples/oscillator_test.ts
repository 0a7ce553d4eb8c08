/** The library's example: ODE²VAE learns to go on with springs that it has not seen. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { models } from "../../mod.ts";
import { fitSprings, spring } from "./oscillator.ts";

Deno.test("fit() trains ODE²VAE, which continues unseen springs from three frames", async () => {
  await using fitted = await fitSprings();
  const unseen = [spring(1, 0.5), spring(0.8, 2), spring(1.3, 4)];
  const first = models.vectorSequences(unseen.map((frames) => frames.slice(0, 3)));
  const predicted = await fitted.predict(first, 40);
  assertEquals([predicted.count, predicted.frameCount, predicted.frameShape], [3, 40, [6]]);
  const truth = unseen.flat(2);
  const error = truth.reduce((sum, x, i) => sum + (x - predicted.frames[i]!) ** 2, 0);
  const variance = truth.reduce((sum, x) => sum + x * x, 0);
  assert(error < 0.2 * variance, `${error / variance} of the variance is left`);
  const draw = await fitted.predict(first, 5, ["a"]);
  assert(draw.frames.every(Number.isFinite));
  assertEquals(await fitted.predict(first, 5, ["a"]), draw);
});

Deno.test("vectorSequences() and fit() refuse what they cannot train on in one line", async () => {
  const { fit, ode2vaeVectors, vectorSequences } = models;
  for (const values of [[], [[]], [[[1], [2]], [[1]]], [[[1], [2, 3]]]]) {
    assertThrows(() => vectorSequences(values), RangeError, "Cannot take sequences: they must be");
  }
  assertThrows(() => vectorSequences([[[NaN]]]), RangeError, "must be finite, one is NaN");
  const two = vectorSequences([[[1], [2], [3], [4], [5]], [[2], [3], [4], [5], [6]]]);
  for (const validation of [0, 2, 1.5]) {
    await assertRejects(
      () => fit(ode2vaeVectors, two, { validation }),
      RangeError,
      `Cannot fit: validation must leave some of the 2 sequences on either side, is ${validation}`,
    );
  }
});
