/** npODE on Van der Pol's orbits: noise floor, determinism, checkpoints, what it reads and what it refuses. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { Sequences } from "../../../data/sequences.ts";
import { npode } from "../../../models/npode/method.ts";
import { DivergenceError } from "../../../models/training/method.ts";
import type { Settings } from "../../../models/training/settings.ts";
import { complete, errorFrom, fitted, started } from "../reference/_fit.ts";
import { assertRefuses, assertResumes } from "../training/_checkpoints.ts";
import { vanDerPol } from "./_van_der_pol.ts";

const NOISE = 0.1;
const { noisy, exact } = vanDerPol([[2, -3], [-1, 2], [0.5, 0.5], [2, 0]], 60, NOISE);
const data = { train: part(noisy, 0, 3), validation: part(noisy, 3, 4) };
const SMALL: Settings = {
  ...{ latentDimensions: 2, gridWidth: 6, frameStride: 1, initialState: "learned" },
  ...{ signalDeviation: 3, initialNoise: 0.1 },
  ...{ restarts: 1, iterations: 300, growthStages: 3, testEvery: 0 },
};
const QUICK: Settings = {
  ...SMALL,
  restarts: 2,
  gridWidth: 4,
  iterations: 4,
  growthStages: 2,
};

function part(sequences: Sequences, from: number, to: number): Sequences {
  const { frameCount, observedCount } = sequences;
  return {
    ...sequences,
    count: to - from,
    frames: sequences.frames.slice(from * frameCount * 2, to * frameCount * 2),
    observed: sequences.observed.slice(from * observedCount, to * observedCount),
  };
}

const trained = (settings: Settings, own = data) => fitted(npode, own, settings);

const all = (sequences: Sequences) => () =>
  Array.from({ length: sequences.frameCount }, (_, i) => i);

Deno.test("npODE follows noisy orbits of Van der Pol's equation down to the noise", async () => {
  const model = await trained(SMALL);
  const { train, validation } = data;
  const fit = await errorFrom(model, train, all(train), 0);
  assert(fit < 1.1 * NOISE ** 2, `${fit} of the noisy training frames`);
  const truth = { ...part(exact, 0, 3) };
  const frames = await model.predict({ sequences: train, context: all(train) });
  const error = frames.reduce((sum, v, i) => sum + (v - truth.frames[i]!) ** 2, 0) / frames.length;
  assert(error < 0.25 * NOISE ** 2, `${error} of the orbits themselves`);
  // Half of an orbit that it was not trained on is given, the other half asked for.
  const half = () => Array.from({ length: 30 }, (_, i) => i);
  const ahead = await errorFrom(model, validation, half, 30);
  assert(ahead < 0.1, `${ahead} of an unseen orbit's frames`);
});

Deno.test("npODE goes on from a checkpoint bit for bit, in a restart, between two and in the final run", async () => {
  for (const finalIterations of [0, 3]) {
    const settings = { ...QUICK, finalIterations };
    const own = { train: truncated(data.train, 40), validation: data.train };
    const from = [0, 1, 4, 6, 8, 9].filter((epoch) => epoch < 8 + finalIterations);
    const { whole } = await assertResumes(async () => await started(npode, own, settings), from);
    assertEquals(whole.epochs, 8 + finalIterations);
  }
});

Deno.test("npODE refuses a checkpoint of another size, and stays as it was", async () => {
  await assertRefuses(
    await started(npode, data, QUICK),
    await started(npode, data, { ...QUICK, gridWidth: 3 }),
    "lbfgs/point",
  );
});

Deno.test("npODE is a function of its seed", async () => {
  const run = async (seed: number) => {
    const model = await fitted(npode, data, QUICK, seed);
    return await model.predict({ sequences: data.train, context: () => [0] });
  };
  assertEquals(await run(5), await run(5));
  assertNotEquals(await run(5), await run(6));
});

function truncated(sequences: Sequences, observedCount: number): Sequences {
  const { count } = sequences;
  const observed = Int32Array.from({ length: count * observedCount }, (_, i) => i % observedCount);
  return { ...sequences, observedCount, observed };
}

for (const initialState of ["first-frame", "learned"]) {
  Deno.test(`npODE reads no frame outside the context, initial state ${initialState}`, async () => {
    const model = await trained({ ...QUICK, initialState });
    const { validation } = data;
    const blind = { ...validation, frames: validation.frames.map((v, i) => i < 6 ? v : NaN) };
    const query = { context: () => [0, 1, 2], asked: [3, 10, 59] };
    const seen = await model.predict({ ...query, sequences: validation });
    assertEquals(await model.predict({ ...query, sequences: blind }), seen);
    const one = await model.predict({ sequences: blind, context: () => [0], asked: [0] });
    const kept = [...one].map((v, i) => Math.abs(v - validation.frames[i]!));
    // With as many components as dimensions the first frame is its own state, learned or not.
    assert(Math.max(...kept) < 1e-3, `${kept}`);
  });
}

Deno.test("npODE does not read hidden frames of the training", async () => {
  const own = { train: truncated(data.train, 40), validation: data.validation };
  const hidden = { ...own.train, frames: own.train.frames.map((v, i) => i % 120 < 80 ? v : NaN) };
  const query = { sequences: data.validation, context: () => [0] };
  const seen = await (await trained(QUICK, own)).predict(query);
  assertEquals(await (await trained(QUICK, { ...own, train: hidden })).predict(query), seen);
});

Deno.test("npODE refuses what it cannot do, in a line", async () => {
  const model = await trained(QUICK);
  const { train, validation } = data;
  const refused: [() => Promise<unknown>, string][] = [
    [() => model.predict({ sequences: train, context: () => [0], draw: ["a"] }), "draw"],
    [() => model.predict({ sequences: train, context: () => [3], asked: [1] }), "asked for 1"],
    [() => model.predict({ sequences: train, context: () => [] }), "context"],
    [() => model.predict({ sequences: complete([[[1], [2]]]), context: () => [0] }), "have 1"],
    [() => started(npode, data, { ...QUICK, latentDimensions: 3 }), "columns"],
    [() => started(npode, data, { ...QUICK, growthStages: 5 }), "growthStages"],
    [() => started(npode, data, { ...QUICK, gridWidth: 60 }), "gridWidth"],
    [() => started(npode, data, { ...QUICK, frameStride: 100 }), "at least 2 fitted frames"],
    [() => started(npode, { train, validation: truncated(validation, 3) }, QUICK), "more than 3"],
    [() => started(npode, { ...data, train: { ...train, frameShape: [1, 2] } }, QUICK), "1×2"],
  ];
  for (const [ask, words] of refused) {
    const error = await assertRejects(ask, RangeError, words);
    assert(!error.message.includes("\n"));
  }
});

Deno.test("npODE that begins beyond all numbers has diverged", async () => {
  const trainer = await started(npode, data, { ...QUICK, initialNoise: 1e-200 });
  await assertRejects(() => trainer.runEpoch(0), DivergenceError, "posterior");
});

Deno.test("npODE shows the benchmark its model every few iterations and at the end", async () => {
  const settings = Object.entries(npode.settings)
    .map(([name, { default: value }]) => [name, { ...QUICK, testEvery: 3 }[name] ?? value]);
  const trainer = await npode.start({
    ...{ data, seed: 1, backend: () => Promise.reject(new Error("none")) },
    settings: Object.fromEntries(settings),
    watch: {
      curves: { error: { label: "error", unit: "" } },
      measure: async (model) => ({ error: await errorFrom(model, data.validation, () => [0], 1) }),
    },
  });
  const shown = [];
  for (let epoch = 0; epoch < trainer.epochs; epoch++) {
    const { error } = await trainer.runEpoch(epoch);
    if (error !== undefined && Number.isFinite(error)) shown.push(epoch);
  }
  assertEquals(shown, [2, 5, 7]);
  assert("error" in trainer.curves);
});
