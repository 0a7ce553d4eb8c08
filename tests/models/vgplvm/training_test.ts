/** VGPLVM on a made-up walk: prediction, determinism, checkpoints, what it reads and what it refuses. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import type { Sequences } from "../../../data/sequences.ts";
import { lastFrame } from "../../../models/reference/method.ts";
import { DivergenceError } from "../../../models/training/method.ts";
import type { Settings } from "../../../models/training/settings.ts";
import { vgplvm } from "../../../models/vgplvm/method.ts";
import { complete, errorFrom, fitted, started } from "../reference/_fit.ts";
import { assertRefuses, assertResumes } from "../training/_checkpoints.ts";

/** Frames of 50 angles that repeat every 20 frames, with noise. */
function madeUpWalk(frameCount: number): Sequences {
  const key = fold(rootKey(7), "walk");
  const [size, noise] = [
    normal(fold(key, "size"), 100),
    normal(fold(key, "noise"), frameCount * 50),
  ];
  return complete([
    Array.from({ length: frameCount }, (_, i) =>
      Array.from({ length: 50 }, (_, j) => {
        const phase = 2 * Math.PI * i / 20;
        const wave = size[j]! * Math.sin(phase) + size[50 + j]! * Math.cos(2 * phase);
        return 10 * wave + 0.5 * noise[i * 50 + j]!;
      })),
  ]);
}

function beginning(sequences: Sequences, observedCount: number): Sequences {
  return {
    ...sequences,
    observedCount,
    observed: Int32Array.from({ length: observedCount }, (_, i) => i),
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const walk = madeUpWalk(75);
const data = { train: beginning(walk, 40), validation: beginning(walk, 50) };
const SMALL: Settings = {
  ...{ latentDimensions: 2, inducingInputs: 12, fixedNoiseIterations: 20, iterations: 60 },
  ...{ shortestPeriod: 10, longestPeriod: 30, contextIterations: 10, testEvery: 0 },
};
const QUICK: Settings = {
  ...SMALL,
  ...{ inducingInputs: 5, fixedNoiseIterations: 4, iterations: 6, iterationsPerEpoch: 3 },
};

const trained = (settings: Settings, own = data) => fitted(vgplvm, own, settings);

Deno.test("VGPLVM goes on with a periodic walk, better than its last frame or its mean", async () => {
  const model = await trained({ ...SMALL, iterations: 30, timeKernel: "periodic" });
  const context = () => range(0, 50);
  const ahead = await errorFrom(model, walk, context, 50);
  const last = await errorFrom(await fitted(lastFrame, data), walk, context, 50);
  const variance = walk.frames.reduce((sum, v) => sum + v * v, 0) / walk.frames.length;
  assert(ahead < 0.1 * last && ahead < 0.2 * variance, `${ahead} of ${last}, ${variance}`);
});

Deno.test("VGPLVM with a smooth prior predicts one frame again and again, far ahead", async () => {
  const model = await trained({ ...SMALL, iterations: 20 });
  const far = { ...walk, frameCount: 2000 };
  const query = { sequences: far, context: () => range(0, 40) };
  const [here, near] = [
    await model.predict({ ...query, asked: [1500] }),
    await model.predict({ ...query, asked: [1900] }),
  ];
  here.forEach((value, j) => assert(Math.abs(value - near[j]!) < 1e-6));
  const last = await errorFrom(await fitted(lastFrame, data), walk, () => range(0, 50), 50);
  assert(await errorFrom(model, walk, () => range(0, 50), 50) < last);
});

Deno.test("VGPLVM shown further frames follows them", async () => {
  const model = await trained(SMALL);
  const error = async (context: readonly number[]) => {
    const asked = range(40, 50);
    const predicted = await model.predict({ sequences: walk, context: () => context, asked });
    return predicted.reduce((sum, v, i) => sum + (v - walk.frames[40 * 50 + i]!) ** 2, 0) / 500;
  };
  const [unseen, seen] = [await error(range(0, 40)), await error(range(0, 50))];
  assert(seen < 0.2 * unseen && seen < 20, `${seen} of ${unseen}`);
});

Deno.test("VGPLVM draws futures around its mean, each a function of its name", async () => {
  const model = await trained({ ...SMALL, iterations: 20 });
  const ask = (asked: readonly number[], draw?: readonly (string | number)[]) =>
    model.predict({
      ...{ sequences: walk, context: () => range(0, 40), asked },
      ...(draw === undefined ? {} : { draw }),
    });
  const asked = [39, 45];
  assertEquals(await ask(asked, ["a", 1]), await ask(asked, ["a", 1]));
  assertNotEquals(await ask(asked, ["a", 1]), await ask(asked, ["a", 2]));
  // The mean of draws is the closed form's, to the error of a mean of 200.
  const draws = await Promise.all(range(0, 200).map((i) => ask(asked, ["draws", i])));
  const mean = await ask(asked);
  const worst = Math.max(...mean.map((value, j) => {
    const own = draws.map((frames) => frames[j]!);
    const average = own.reduce((sum, v) => sum + v / own.length, 0);
    const variance = own.reduce((sum, v) => sum + (v - average) ** 2 / own.length, 0);
    return Math.abs(average - value) / Math.sqrt(variance / own.length + 1e-12);
  }));
  assert(worst < 4.5, `${worst} standard errors`);
});

Deno.test("VGPLVM goes on from a checkpoint bit for bit, before, at and after the noise is free", async () => {
  const start = async () => await started(vgplvm, data, QUICK);
  const { reports, whole } = await assertResumes(start, [0, 1, 2, 3]);
  assertEquals([whole.epochs, whole.steps], [4, 10]);
  assert(reports[3]!.negativeBound! < reports[0]!.negativeBound!);
});

Deno.test("VGPLVM refuses a checkpoint of another size, and stays as it was", async () => {
  await assertRefuses(
    await started(vgplvm, data, QUICK),
    await started(vgplvm, data, { ...QUICK, inducingInputs: 4 }),
    "lbfgs/point",
  );
});

Deno.test("VGPLVM is a function of its seed", async () => {
  const run = async (seed: number) => {
    const model = await fitted(vgplvm, data, QUICK, seed);
    return await model.predict({ sequences: walk, context: () => range(0, 3), asked: [20, 60] });
  };
  assertEquals(await run(5), await run(5));
  assertNotEquals(await run(5), await run(6));
});

Deno.test("VGPLVM reads no frame outside the context, and none that training must not see", async () => {
  const hidden = (count: number) => ({
    ...walk,
    frames: walk.frames.map((value, i) => i < count * 50 ? value : NaN),
  });
  const model = await trained(QUICK);
  const query = { context: () => range(0, 45), asked: [30, 44, 50, 74] };
  const seen = await model.predict({ ...query, sequences: walk });
  assertEquals(await model.predict({ ...query, sequences: hidden(45) }), seen);
  assert(seen.every(Number.isFinite));
  const blind = await trained(QUICK, {
    train: beginning(hidden(40), 40),
    validation: beginning(hidden(50), 50),
  });
  assertEquals(await blind.predict({ ...query, sequences: walk }), seen);
});

Deno.test("VGPLVM shows the benchmark its model every few epochs and at the end", async () => {
  const table = Object.entries(vgplvm.settings);
  const own: Settings = { ...QUICK, testEvery: 2, fixedNoiseIterations: 1, iterations: 13 };
  const trainer = await vgplvm.start({
    ...{ data, seed: 1, backend: () => Promise.reject(new Error("none")) },
    settings: Object.fromEntries(
      table.map(([name, { default: value }]) => [name, own[name] ?? value]),
    ),
    watch: {
      curves: { error: { label: "error", unit: "" } },
      measure: async (model) => ({ error: await errorFrom(model, walk, () => range(0, 40), 50) }),
    },
  });
  const shown = [];
  for (let epoch = 0; epoch < trainer.epochs; epoch++) {
    const { error, validationMse } = await trainer.runEpoch(epoch);
    if (error !== undefined) shown.push(epoch);
    assertEquals(error === undefined, validationMse === undefined);
  }
  assertEquals(shown, [1, 3, 4]);
  assert("error" in trainer.curves);
});

Deno.test("VGPLVM refuses what it cannot do, in a line", async () => {
  const model = await trained(QUICK);
  const { train } = data;
  const other = { ...walk, frames: walk.frames.map((value) => value + 1) };
  const two = complete([[[1, 2], [2, 1], [3, 4]], [[1, 2], [2, 1], [3, 4]]]);
  const gaps = { ...beginning(walk, 20), observed: Int32Array.from(range(0, 20), (i) => 2 * i) };
  const PERIODIC = { ...QUICK, timeKernel: "periodic" };
  const flat = complete([Array.from({ length: 20 }, (_, i) => [i, 0, 0])]);
  const refused: [() => Promise<unknown>, string][] = [
    [() => model.predict({ sequences: other, context: () => [0] }), "frame 0"],
    [() => model.predict({ sequences: two, context: () => [0] }), "have 2"],
    [() => started(vgplvm, { train: two, validation: two }, QUICK), "is 2"],
    [() => started(vgplvm, { ...data, train: { ...train, frameShape: [5, 10] } }, QUICK), "5×10"],
    [() => started(vgplvm, { ...data, train: beginning(walk, 1) }, QUICK), "is 1"],
    [() => started(vgplvm, { train, validation: other }, QUICK), "another one at frame 0"],
    [() => started(vgplvm, { train: gaps, validation: walk }, PERIODIC), "the 39 frames"],
    [() => started(vgplvm, { train: flat, validation: flat }, QUICK), "latentDimensions"],
    [() => started(vgplvm, data, { ...QUICK, shortestPeriod: 31 }), "longestPeriod"],
    [() => started(vgplvm, data, { ...QUICK, timeKernel: "linear" }), "timeKernel"],
  ];
  for (const [ask, words] of refused) {
    const error = await assertRejects(ask, RangeError, words);
    assert(!error.message.includes("\n"));
  }
});

Deno.test("VGPLVM that begins beyond all numbers has diverged", async () => {
  const trainer = await started(vgplvm, data, { ...QUICK, latentPrecision: 1e300 });
  await assertRejects(() => trainer.runEpoch(0), DivergenceError, "bound");
});
