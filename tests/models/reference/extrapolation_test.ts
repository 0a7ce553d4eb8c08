import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Sequences } from "../../../data/sequences.ts";
import { vectorAutoregression } from "../../../models/reference/autoregression.ts";
import { lastPeriod, nearestTraining } from "../../../models/reference/extrapolation.ts";
import { principalComponentsFloor } from "../../../models/reference/reconstruction.ts";
import { complete, errorFrom, fitted, started } from "./_fit.ts";

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** A turning point (cos, sin) and a constant: each frame is linear in the two before it. */
const turning = (frames: number, phase: number) =>
  range(frames).map((t) => [3 * Math.cos(t / 5 + phase), 3 * Math.sin(t / 5 + phase), 2]);

const PAIR = {
  train: complete([turning(40, 0), turning(40, 1)]),
  validation: complete([turning(40, 2)]),
};

Deno.test("vectorAutoregression continues what is linear in two frames, from any context", async () => {
  const trainer = await started(vectorAutoregression, PAIR);
  assertEquals([trainer.parameters, trainer.epochs], [7 * 3, 0]);
  const model = await trainer.trained();
  const test = complete([turning(60, 4)]);
  for (const length of [3, 20]) {
    assert(await errorFrom(model, test, () => range(length), length) < 1e-4);
  }
  const [fact] = model.facts!;
  assertEquals([fact!.name, fact!.value], ["ridge", 0.01]);
});

Deno.test("vectorAutoregression gives frames of the context as they are, and the others in the order asked for", async () => {
  const model = await fitted(vectorAutoregression, PAIR);
  const test = complete([turning(60, 4), turning(60, 5)]);
  const ask = (asked: number[]) =>
    model.predict({ sequences: test, context: () => [0, 1, 2], asked });
  const [forward, back] = [await ask([1, 50, 9]), await ask([9, 50, 1])];
  assertEquals(forward.subarray(0, 3), test.frames.subarray(3, 6));
  const order = range(2).flatMap((s) =>
    [2, 1, 0].flatMap((at) => range(3).map((i) => 9 * s + 3 * at + i))
  );
  assertEquals([...back], order.map((at) => forward[at]!));
});

Deno.test("vectorAutoregression reads of a question the context's last frames alone", async () => {
  const model = await fitted(vectorAutoregression, PAIR);
  const test = complete([turning(60, 4)]);
  const blind = test.frames.map((value, i) => [10, 11].includes(Math.floor(i / 3)) ? value : NaN);
  const ask = (sequences: Sequences) =>
    model.predict({ sequences, context: () => range(12), asked: [12, 40] });
  assertEquals(await ask({ ...test, frames: blind }), await ask(test));
});

Deno.test("vectorAutoregression takes the penalty with which validation has the least error", async () => {
  // Validation falls to zero at once: the more the map forgets, the better.
  const still = complete([range(40).map((t) => [t < 3 ? 3 : 0, 0, 2])]);
  const model = await fitted(vectorAutoregression, { ...PAIR, validation: still });
  assertEquals(model.facts![0]!.value, 10_000);
});

Deno.test("vectorAutoregression refuses sequences with hidden frames, and contexts with gaps, in one line", async () => {
  const hidden = { ...PAIR.train, observedCount: 39 };
  await assertRejects(
    () => started(vectorAutoregression, { ...PAIR, train: hidden }),
    RangeError,
    "sequences must have more than 2 frames, all observed, is 39 of 40",
  );
  const model = await fitted(vectorAutoregression, PAIR);
  await assertRejects(
    () => model.predict({ sequences: PAIR.train, context: () => [0, 2] }),
    RangeError,
    "Cannot go on from the context of sequence 0: it must be at least 2 consecutive frames, is 2 " +
      "from 0 to 2",
  );
});

Deno.test("lastPeriod repeats the last period of the context", async () => {
  // A period of 7 frames that grows a little each time.
  const saw = (frames: number) => range(frames).map((t) => [t % 7 + Math.floor(t / 7) / 100]);
  const set = complete([saw(40)]);
  const settings = { shortestPeriod: 3, longestPeriod: 12 };
  const model = await fitted(lastPeriod, { train: set, validation: set }, settings);
  const predicted = await model.predict({ sequences: set, context: () => range(21) });
  const expected = range(40).map((t) => t < 21 ? saw(40)[t]![0]! : t % 7 + 0.02);
  expected.forEach((value, t) => assertAlmostEquals(predicted[t]!, value, 1e-6));
  await assertRejects(
    () => model.predict({ sequences: set, context: () => [0, 1, 2] }),
    RangeError,
    "it must be at least 4 consecutive frames, is 3 from 0 to 2",
  );
});

Deno.test("nearestTraining copies the training sequence whose frames at the context's places are the nearest", async () => {
  const train = complete([[[0], [0], [9]], [[1], [5], [7]], [[1], [2], [8]]]);
  const model = await fitted(nearestTraining, { train, validation: train });
  const test = complete([[[1], [4], [0]], [[-1], [0], [0]]]);
  const asked = [2, 0];
  assertEquals([...await model.predict({ sequences: test, context: () => [0, 1], asked })], [
    ...[7, 1],
    ...[9, 0],
  ]);
  const long = complete([[[1], [4], [0], [0]]]);
  await assertRejects(
    () => model.predict({ sequences: long, context: () => [0] }),
    RangeError,
    "Cannot copy frame 3 of a training sequence: it must be below 3, is not",
  );
});

Deno.test("principalComponentsFloor leaves what the directions left out hold, and shows no hidden frame", async () => {
  // Variances of 4, 1 and 0.25 along the axes, about (1, 2, 3).
  const corners = range(8).map((
    i,
  ) => [1 + (i & 1 ? 2 : -2), 2 + (i & 2 ? 1 : -1), 3 + (i & 4 ? 0.5 : -0.5)]);
  const set = complete([corners]);
  const data = { train: set, validation: set };
  for (const [components, sum] of [[1, 1.25], [2, 0.25], [3, 0]] as const) {
    const model = await fitted(principalComponentsFloor, data, { components });
    assertAlmostEquals(await errorFrom(model, set, () => range(8), 0), sum / 3, 1e-6);
    await assertRejects(
      () => model.predict({ sequences: set, context: () => [0, 1], asked: [2] }),
      RangeError,
      "Cannot reconstruct frame 2 of sequence 0: it must be in the context",
    );
  }
});
