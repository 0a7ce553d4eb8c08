import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import { BERNOULLI_EPSILON } from "../../../models/inference/densities.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import { prefixed, PREFIXES } from "../../../models/ode2vae/training_step.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import {
  frameOf,
  framesAt,
  meanSquaredError,
  Ode2vaePredictor,
} from "../../../benchmarks/trainers/ode2vae_evaluation.ts";
import { evaluateOde2vae, type FinalTest } from "../../../benchmarks/trainers/ode2vae_final.ts";
import { parseOde2vaeSettings } from "../../../benchmarks/trainers/ode2vae_settings.ts";
import { cpu, noiseSequences, PIXELS, TINY_SETTINGS } from "./_tiny_task.ts";

const { model } = parseOde2vaeSettings({ ...TINY_SETTINGS, stepsPerFrame: 2 });

/** Parameters far from where they begin, so that paths curve. */
function roughState(): HostArrays {
  const key = rootKey(3);
  const { params, state } = init(fold(key, "init"), model);
  const rough = Object.fromEntries(
    Object.entries(params).map(([name, { shape, data }]) => {
      const jitter = normal(fold(key, name), data.length);
      const scale = name.startsWith("field/layer") ? 0.6 : 0.2;
      return [name, { shape, data: Float32Array.from(data, (x, i) => x + scale * jitter[i]!) }];
    }),
  );
  return { ...prefixed(PREFIXES.params, rough), ...prefixed(PREFIXES.state, state) };
}

const STATE = roughState();
const UNSEEN = 2;
/** Five sequences of six frames; the first observed frames lie before and after the unseen one. */
const SEQUENCES = {
  ...noiseSequences(5, 6, 3, UNSEEN),
  observed: Int32Array.of(0, 1, 4, 3, 4, 5, 1, 3, 5, 0, 3, 4, 3, 4, 5),
};

/** The same parameters, some of them a little further on. */
function moved(share: number): HostArrays {
  return Object.fromEntries(
    Object.entries(STATE).map(([name, { shape, data }]) => [
      name,
      { shape, data: name.startsWith(PREFIXES.params) ? data.map((x) => x * share) : data },
    ]),
  );
}
const STATES = {
  selected: STATE,
  selectedComplete: moved(0.9),
  averaged: moved(0.8),
  last: moved(0.7),
};

const byBatch = new Ode2vaePredictor(cpu, model, "batch");

async function withPredictor<T>(test: (predictor: Ode2vaePredictor) => Promise<T>): Promise<T> {
  const predictor = new Ode2vaePredictor(cpu, model, "running");
  try {
    return await test(predictor);
  } finally {
    await predictor.dispose();
    await byBatch.dispose();
  }
}

const finalTest = (predictor: Ode2vaePredictor, changes: Partial<FinalTest> = {}): FinalTest => ({
  predictor,
  byBatch,
  states: STATES,
  test: SEQUENCES,
  unseenFrame: UNSEEN,
  digit: "training digit",
  posteriorSamples: 3,
  key: rootKey(9),
  bestLogLikelihood: -1.5,
  ...changes,
});

Deno.test("predict() gives the path one way and the other, the encoded frame between", async () => {
  await withPredictor(async (predictor) => {
    const images = framesAt(SEQUENCES, 0);
    const path = await predictor.predict(STATE, images, { forward: 2, backward: 3 });
    assertEquals(path.length, 5 * 6 * PIXELS);
    const ahead = await predictor.predict(STATE, images, { forward: 2 });
    const at = await predictor.predict(STATE, images, { forward: 2, only: 2 });
    for (let offset = 0; offset <= 2; offset++) {
      const difference = meanSquaredError(
        frameOf(path, 6, PIXELS, 3 + offset),
        frameOf(ahead, 3, PIXELS, offset),
      );
      assertAlmostEquals(difference, 0, 1e-12);
    }
    assertAlmostEquals(meanSquaredError(frameOf(ahead, 3, PIXELS, 2), at), 0, 1e-12);
    const past = frameOf(path, 6, PIXELS, 0);
    assert(meanSquaredError(past, frameOf(path, 6, PIXELS, 5)) > 1e-7, "the past is no future");
  });
});

Deno.test("predict() compiles each shape once and draws with its key", async () => {
  await withPredictor(async (predictor) => {
    const images = framesAt(SEQUENCES, 0);
    const draw = (seed: number) => predictor.predict(STATE, images, { forward: 1 }, rootKey(seed));
    const first = await draw(1);
    const seconds = predictor.compilationSeconds;
    assert(seconds > 0);
    assertEquals(await draw(1), first);
    assertNotEquals(await draw(2), first);
    assertEquals(predictor.compilationSeconds, seconds);
  });
});

Deno.test("validationLogLikelihood() is that of the frames under the mean path", async () => {
  await withPredictor(async (predictor) => {
    const actual = await predictor.validationLogLikelihood(STATE, SEQUENCES);
    // Bernoulli log-likelihood in Float64 of what predict() gives from each first observed frame.
    const first = (s: number) => SEQUENCES.observed[3 * s]!;
    const path = await predictor.predict(STATE, framesAt(SEQUENCES, first), { forward: 5 });
    let sum = 0;
    for (let l = 0; l < 3; l++) {
      const observed = (s: number) => SEQUENCES.observed[3 * s + l]!;
      const p = frameOf(path, 6, PIXELS, (s) => observed(s) - first(s));
      framesAt(SEQUENCES, observed).forEach((x, i) => {
        const [on, off] = [p[i]! + BERNOULLI_EPSILON, 1 - p[i]! + BERNOULLI_EPSILON];
        sum += x * Math.log(on) + (1 - x) * Math.log(off);
      });
    }
    assertAlmostEquals(actual / (sum / 15), 1, 1e-6);
  });
});

Deno.test("evaluateOde2vae() predicts the unseen frame from the first observed one, before or after it", async () => {
  await withPredictor(async (predictor) => {
    const { metrics } = await evaluateOde2vae(finalTest(predictor));
    const errors: number[] = [];
    for (let s = 0; s < 5; s++) {
      const offset = UNSEEN - SEQUENCES.observed[3 * s]!;
      const [back, ahead] = [Math.max(0, -offset), Math.max(0, offset)];
      const one = { ...SEQUENCES, count: 1, frames: SEQUENCES.frames.subarray(s * 6 * PIXELS) };
      const path = await predictor.predict(
        STATE,
        framesAt(one, SEQUENCES.observed[3 * s]!),
        { forward: ahead, backward: back },
      );
      const frame = frameOf(path, back + 1 + ahead, PIXELS, offset < 0 ? 0 : ahead);
      errors.push(meanSquaredError(frame, framesAt(one, UNSEEN)));
    }
    const strict = Number(metrics.find(({ name }) => name === "testMseStrict")!.value);
    assertAlmostEquals(strict, errors.reduce((sum, error) => sum + error, 0) / 5, 1e-7);
  });
});

Deno.test("evaluateOde2vae() gives metrics, the error at every angle and four sequences", async () => {
  await withPredictor(async (predictor) => {
    const { metrics, curves, sequences } = await evaluateOde2vae(finalTest(predictor));
    assertEquals(
      metrics.map(({ name, unit, direction }) => [name, unit, direction]),
      [
        ["testMse", "per pixel", "lower"],
        ["testMseStrict", "per pixel", "lower"],
        ["testMseSamples", "per pixel", "lower"],
        ["testMseSingleDraw", "per pixel", "lower"],
        ["testMseLast", "per pixel", "lower"],
        ["testMseAveraged", "per pixel", "lower"],
        ["testMseCompleteSelection", "per pixel", "lower"],
        ["testMseBatchStatistics", "per pixel", "lower"],
        ["validationLogLikelihood", "nats per frame", "higher"],
      ],
    );
    assertEquals(metrics.at(-1)!.value, -1.5);
    const value = (name: string) => metrics.find((metric) => metric.name === name)!.value;
    const horizon = { forward: UNSEEN, only: UNSEEN };
    const mse = async (by: Ode2vaePredictor, state: HostArrays) =>
      meanSquaredError(
        await by.predict(state, framesAt(SEQUENCES, 0), horizon),
        framesAt(SEQUENCES, UNSEEN),
      );
    assertEquals(value("testMseLast"), await mse(predictor, STATES.last));
    assertEquals(value("testMseAveraged"), await mse(predictor, STATES.averaged));
    assertEquals(value("testMseCompleteSelection"), await mse(predictor, STATES.selectedComplete));
    assertEquals(value("testMseBatchStatistics"), await mse(byBatch, STATE));
    const all = [...metrics.slice(0, -1)].map((metric) => metric.value);
    assertEquals(new Set(all).size, all.length, "every variant is another number");
    const [curve] = curves;
    assertEquals(curve!.x, [0, 60, 120, 180, 240, 300]);
    assertEquals(curve!.y[UNSEEN], metrics[0]!.value);
    // Frame 0 of each sequence predicts all: the error there is that of the reconstruction alone.
    const path = await predictor.predict(STATE, framesAt(SEQUENCES, 0), { forward: 0 });
    assertAlmostEquals(
      Number(curve!.y[0]),
      meanSquaredError(path, framesAt(SEQUENCES, 0)),
      1e-7,
    );
    assertEquals(sequences.length, 4);
    assertEquals(sequences[1]!.missing, [0, 1, 2]);
    assertEquals([sequences[0]!.height, sequences[0]!.width, sequences[0]!.frames], [28, 28, 6]);
    assertEquals(typeof sequences[0]!.deviation, "string");
  });
});

Deno.test("evaluateOde2vae() averages posterior draws before it takes the error", async () => {
  await withPredictor(async (predictor) => {
    const key = rootKey(9);
    const { metrics } = await evaluateOde2vae(finalTest(predictor, { key, posteriorSamples: 2 }));
    const draws: Float32Array[] = [];
    for (const draw of [0, 1]) {
      const horizon = { forward: UNSEEN, only: UNSEEN };
      const noise = fold(key, "error", draw);
      draws.push(await predictor.predict(STATE, framesAt(SEQUENCES, 0), horizon, noise));
    }
    const mean = draws[0]!.map((x, i) => (x + draws[1]![i]!) / 2);
    const sampled = Number(metrics.find(({ name }) => name === "testMseSamples")!.value);
    assertAlmostEquals(sampled, meanSquaredError(mean, framesAt(SEQUENCES, UNSEEN)), 1e-8);
    assertNotEquals(sampled, metrics[0]!.value);
    const single = Number(metrics.find(({ name }) => name === "testMseSingleDraw")!.value);
    const errors = draws.map((draw) => meanSquaredError(draw, framesAt(SEQUENCES, UNSEEN)));
    assertAlmostEquals(single, (errors[0]! + errors[1]!) / 2, 1e-8);
  });
});

Deno.test("framesAt() and frameOf() take one frame, or one a sequence", () => {
  const frames = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7);
  const set = { count: 2, frames, frameCount: 2 };
  assertEquals([...framesAt({ ...set, pixels: 2 }, 1)], [2, 3, 6, 7]);
  assertEquals([...framesAt({ ...set, pixels: 2 }, (s) => 1 - s)], [2, 3, 4, 5]);
  assertEquals([...frameOf(frames, 4, 1, 3)], [3, 7]);
});
