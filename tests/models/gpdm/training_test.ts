/** GPDM on a periodic walk: prediction, determinism, checkpoints, what it reads and what it refuses. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { normal, rootKey } from "../../../data/random/mod.ts";
import type { Sequences } from "../../../data/sequences.ts";
import { gpdm } from "../../../models/gpdm/method.ts";
import { DivergenceError } from "../../../models/training/method.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";
import { lastFrame } from "../../../models/reference/method.ts";
import { complete, errorFrom, fitted, started } from "../reference/_fit.ts";
import { assertRefuses, assertResumes } from "../training/_checkpoints.ts";

const FRAMES = 100;
const SIZE = 50;
const OBSERVED = 60;

/** Joint angles with a period of 25 frames, two harmonics each, and noise of 0.1. */
function periodicWalk(seed = 1): Sequences {
  const shapes = normal(rootKey(seed), 4 * SIZE);
  const noise = normal(rootKey(seed + 1), FRAMES * SIZE);
  const frame = (t: number) =>
    Array.from({ length: SIZE }, (_, d) => {
      const angle = 2 * Math.PI * t / 25;
      const [a, b, c, e] = shapes.subarray(4 * d, 4 * d + 4);
      return 8 * (a! * Math.cos(angle) + b! * Math.sin(angle)) +
        2 * (c! * Math.cos(2 * angle) + e! * Math.sin(2 * angle)) + 0.1 * noise[t * SIZE + d]!;
    });
  return complete([Array.from({ length: FRAMES }, (_, t) => frame(t))]);
}

/** A sequence of which only the first frames are observed. */
function truncated(sequences: Sequences, observedCount: number): Sequences {
  return { ...sequences, observedCount, observed: sequences.observed.slice(0, observedCount) };
}

const walk = periodicWalk();
const data = { train: truncated(walk, 48), validation: truncated(walk, OBSERVED) };
const QUICK: Settings = { epochs: 4, iterationsPerEpoch: 3 };
const first = (n: number) => () => Array.from({ length: n }, (_, i) => i);

const trained = (settings: Settings, own = data) => fitted(gpdm, own, settings);

const longTrained = trained({ epochs: 20, testEvery: 0 });

Deno.test("GPDM continues a periodic walk, from its end and from its beginning", async () => {
  const model = await longTrained;
  const still = await fitted(lastFrame, data);
  for (const context of [OBSERVED, 48, 3]) {
    const error = await errorFrom(model, walk, first(context), OBSERVED);
    const reference = await errorFrom(still, walk, first(context), OBSERVED);
    assert(error < 0.1 * reference, `${error} from ${context} frames, the last frame ${reference}`);
  }
  const own = await model.predict({ sequences: walk, context: first(48), asked: first(48)() });
  const squares = own.reduce((sum, value, i) => sum + (value - walk.frames[i]!) ** 2, 0);
  assert(squares / own.length < 1, `${squares / own.length} of the training frames`);
});

Deno.test("GPDM finds the states of a walk that it was not trained on", async () => {
  const model = await longTrained;
  // The same walk from another of its phases, a tenth larger.
  const other = {
    ...walk,
    frames: walk.frames.map((_, i) => 1.1 * walk.frames[(i + 10 * SIZE) % walk.frames.length]!),
  };
  const query = { sequences: other, context: first(20), asked: first(20)() };
  const frames = await model.predict(query);
  const error = frames.reduce((sum, v, i) => sum + (v - other.frames[i]!) ** 2, 0) / frames.length;
  const size = frames.reduce((sum, _, i) => sum + other.frames[i]! ** 2, 0) / frames.length;
  assert(error < 0.1 * size, `${error} of ${size}`);
});

Deno.test("GPDM goes on from a checkpoint bit for bit", async () => {
  await assertResumes(async () => await started(gpdm, data, QUICK), [0, 1, 3]);
});

Deno.test("GPDM is that of the epoch with the least validation error, its variant that of the last", async () => {
  // At its end the validation walk stands still, which the model does not expect.
  const frames = walk.frames.map((v, i) => i < 50 * SIZE ? v : walk.frames[49 * SIZE + i % SIZE]!);
  const validation = { ...data.validation, frames };
  const trainer = await started(gpdm, { ...data, validation }, QUICK);
  const errors = [];
  const predictions = [];
  const query = { sequences: walk, context: first(48), asked: [70] };
  for (let epoch = 0; epoch < trainer.epochs; epoch++) {
    errors.push((await trainer.runEpoch(epoch)).validationMse!);
    predictions.push(await (await trainer.trained()).variants![0]!.predict(query));
  }
  const best = errors.indexOf(Math.min(...errors));
  assert(best < errors.length - 1, `${errors}`);
  const model = await trainer.trained();
  assertEquals(model.facts![0]!.value, best + 1);
  assertEquals(await model.predict(query), predictions[best]);
  assertNotEquals(predictions.at(-1), predictions[best]);
});

Deno.test("GPDM refuses a checkpoint of another size, and stays as it was", async () => {
  await assertRefuses(
    await started(gpdm, data, QUICK),
    await started(gpdm, data, { ...QUICK, latentDimensions: 2 }),
    "lbfgs/point",
  );
});

Deno.test("GPDM is a function of its seed", async () => {
  const run = async (seed: number) =>
    await (await fitted(gpdm, data, QUICK, seed)).predict({ sequences: walk, context: first(48) });
  assertEquals(await run(5), await run(5));
  assertNotEquals(await run(5), await run(6));
});

for (const count of [3, 48, 50]) {
  Deno.test(`GPDM reads no frame outside a context of ${count}, and none hidden from training`, async () => {
    const query = { context: first(count), asked: [count, 70, 99] };
    const seen = await (await trained(QUICK)).predict({ ...query, sequences: walk });
    const hidden = (known: number) => ({
      frames: walk.frames.map((v, i) => i < known * SIZE ? v : NaN),
    });
    const train = { ...data.train, ...hidden(48) };
    const model = await trained(QUICK, { ...data, train });
    assertEquals(await model.predict({ ...query, sequences: { ...walk, ...hidden(count) } }), seen);
  });
}

Deno.test("GPDM refuses what it cannot do, in a line", async () => {
  const model = await trained(QUICK);
  const { train, validation } = data;
  const ask = (context: number[], asked = [99]) => () =>
    model.predict({ sequences: walk, context: () => context, asked });
  const two = { ...train, count: 2 };
  const long = complete([Array.from({ length: 1001 }, (_, i) => [i, i ** 2, i % 7])]);
  const refused: [() => Promise<unknown>, string][] = [
    [() => model.predict({ sequences: walk, context: () => [0], draw: ["a"] }), "draw"],
    [ask([0, 2]), "no gaps, is frames 0, 2"],
    [ask([3], [1]), "asked for 1"],
    [ask([]), "context"],
    [() => model.predict({ sequences: complete([[[1], [2]]]), context: () => [0] }), "have 1"],
    [() => started(gpdm, { train: two, validation }), "1 training sequence, are 2"],
    [() => started(gpdm, { train: long, validation: long }), "has 1001"],
    [() => started(gpdm, { train: truncated(walk, 2), validation }), "has 2"],
    [() => started(gpdm, { train, validation: train }), "more than the training's 48"],
    [() => started(gpdm, data, { latentDimensions: 51 }), "columns"],
    [() => started(gpdm, { ...data, train: truncated(walk, 3) }, { latentDimensions: 4 }), "the 2"],
    [() => started(gpdm, { ...data, train: { ...train, frameShape: [5, 10] } }), "5×10"],
  ];
  for (const [refuse, words] of refused) {
    const error = await assertRejects(refuse, RangeError, words);
    assert(!error.message.includes("\n"));
  }
});

Deno.test("GPDM that begins beyond all numbers has diverged", async () => {
  const trainer = await started(gpdm, data, {
    ...QUICK,
    dynamicsVariance: 1e308,
    dynamicsLinear: 1e308,
  });
  await assertRejects(() => trainer.runEpoch(0), DivergenceError, "posterior");
  await assertRejects(() => trainer.trained(), DivergenceError);
});

Deno.test("GPDM shows the benchmark its model every few epochs and at the end", async () => {
  const trainer = await gpdm.start({
    ...{ data, seed: 1, backend: () => Promise.reject(new Error("none")) },
    settings: { ...defaultSettings(gpdm.settings), ...QUICK, testEvery: 3 },
    watch: {
      curves: { error: { label: "error", unit: "" } },
      measure: async (model) => ({ error: await errorFrom(model, walk, first(48), 60) }),
    },
  });
  const shown = [];
  for (let epoch = 0; epoch < trainer.epochs; epoch++) {
    const { error } = await trainer.runEpoch(epoch);
    if (error !== undefined && Number.isFinite(error)) shown.push(epoch);
  }
  assertEquals(shown, [2, 3]);
  assert("error" in trainer.curves);
});
