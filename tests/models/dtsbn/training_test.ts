import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import type { Sequences } from "../../../data/sequences.ts";
import { fold, normal, rootKey, uniform } from "../../../data/random/mod.ts";
import { dtsbn } from "../../../models/dtsbn/method.ts";
import type { Trainer } from "../../../models/training/method.ts";
import type {
  SequenceData,
  SequenceModel,
  SequenceQuery,
} from "../../../models/training/sequences.ts";
import type { Settings } from "../../../models/training/settings.ts";
import { assertDiverges } from "../training/_checkpoints.ts";
import { epochs, type TinyTask, withCheckpoints, withTrainer } from "../training/_tiny_task.ts";

const LENGTH = 24;

function allObserved(
  count: number,
  frameShape: readonly number[],
  frames: Float32Array,
): Sequences {
  const observed = Int32Array.from({ length: count * LENGTH }, (_, i) => i % LENGTH);
  return { count, frameCount: LENGTH, frameShape, frames, observedCount: LENGTH, observed };
}

/** Noisy circles far from zero, at two scales, and a number that never changes within a set. */
function circles(name: string, count: number, still = 0.1): Sequences {
  const key = fold(rootKey(4), name);
  const phases = uniform(fold(key, "phase"), count);
  const noise = normal(fold(key, "noise"), count * LENGTH * 2);
  const frames = Array.from({ length: count * LENGTH }, (_, row) => {
    const [s, t] = [Math.floor(row / LENGTH), row % LENGTH];
    const angle = 2 * Math.PI * phases[s]! + 0.5 * t;
    return [
      30 + 10 * Math.cos(angle) + 0.5 * noise[2 * row]!,
      2 + 0.1 * Math.sin(angle) + 0.005 * noise[2 * row + 1]!,
      still,
    ];
  });
  return allObserved(count, [3], Float32Array.from(frames.flat()));
}

const DATA: SequenceData = { train: circles("train", 6), validation: circles("validation", 3) };
const TEST = circles("test", 4, 0.1001);

/** Blinking images of 2×3 pixels. */
function blinking(count: number): Sequences {
  const frames = Float32Array.from(
    { length: count * LENGTH * 6 },
    (_, i) => Number((Math.floor(i / 6) + i % 6) % 2 === 0) * 0.9 + 0.05,
  );
  return allObserved(count, [2, 3], frames);
}

const TINY: Settings = {
  hiddenUnits: 6,
  topUnits: 4,
  baselineUnits: 4,
  learningRate: 3e-3,
  stepsPerEpoch: 10,
  epochs: 3,
  posteriorSamples: 4,
  testEvery: 0,
};

const onCircles = <T>(
  settings: Settings,
  test: (trainer: Trainer<SequenceModel>) => Promise<T>,
  task: TinyTask = {},
) => withTrainer(dtsbn, { data: DATA, ...task, settings: { ...TINY, ...settings } }, test);

const upTo = (length: number) => Array.from({ length }, (_, frame) => frame);
const QUERY: SequenceQuery = { sequences: TEST, context: () => upTo(5) };

/** Mean squared error of the first two numbers, each by its variance on a circle. */
function relativeErrors(predicted: ArrayLike<number>, frame: number): number {
  let sum = 0;
  for (let s = 0; s < TEST.count; s++) {
    for (const [i, variance] of [50, 0.005].entries()) {
      const truth = TEST.frames[(s * LENGTH + frame) * 3 + i]!;
      sum += (predicted[s * 3 + i]! - truth) ** 2 / variance;
    }
  }
  return sum / (2 * TEST.count);
}

Deno.test("DTSBN-S raises its bound, and predicts the next frame better than the mean does", async () => {
  await onCircles({ stepsPerEpoch: 100, epochs: 4, posteriorSamples: 10 }, async (trainer) => {
    const reports = await epochs(trainer, 0, 4);
    const bounds = reports.map(({ bound }) => bound!);
    assertEquals(bounds, bounds.toSorted((a, b) => a - b));
    assert(bounds[3]! > bounds[0]! + 2, `${bounds}`);
    for (const { bound, reconstruction, kl } of reports) {
      assertAlmostEquals(bound!, reconstruction! - kl!, 1e-4);
    }
    const model = await trainer.trained();
    const best = Math.min(...reports.map(({ validationMse }) => validationMse!));
    assertEquals(model.facts!.map(({ name, value }) => [name, value]), [["validationMse", best]]);
    for (const frame of [4, 11, 20]) {
      const query = { sequences: TEST, context: () => upTo(frame), asked: [frame] };
      const error = relativeErrors(await model.predict(query), frame);
      assert(error < 0.3, `frame ${frame}: ${error} of the mean's error`);
    }
    assertEquals(model.variants!.map(({ name }) => name), ["Last", "BoundSelection"]);
    const path = await model.predict({ sequences: TEST, context: () => upTo(2) });
    assert(path.every(Number.isFinite));
    path.forEach((value, i) => i % 3 === 2 && assertAlmostEquals(value, 0.1, 0.01));
  });
});

Deno.test("a mean prediction of DTSBN-S is that of its draws, which their names determine", async () => {
  await onCircles({}, async (trainer) => {
    await epochs(trainer, 0, 3);
    const model = await trainer.trained();
    assertEquals(model.draws, 4);
    const one = await model.predict({ ...QUERY, draw: ["a", 1] });
    assertEquals(await model.predict({ ...QUERY, draw: ["a", 1] }), one);
    assertNotEquals(await model.predict({ ...QUERY, draw: ["a", 2] }), one);
    const mean = await model.predict(QUERY);
    assertEquals(await model.predict(QUERY), mean);
    assertEquals(mean.length, TEST.count * LENGTH * 3);
    const draws = await Promise.all(
      [0, 1, 2, 3].map((sample) => model.predict({ ...QUERY, draw: ["mean", sample] })),
    );
    assertNotEquals(draws[0], draws[1]);
    mean.forEach((value, i) => {
      assertAlmostEquals(value, draws.reduce((sum, draw) => sum + draw[i]!, 0) / 4, 1e-4);
    });
    // Frames asked for alone are those of the whole path, also where contexts begin elsewhere.
    const asked = [9, 23, 6];
    const some = await model.predict({ ...QUERY, asked });
    for (let s = 0; s < TEST.count; s++) {
      asked.forEach((frame, at) =>
        assertEquals(
          some.slice((s * 3 + at) * 3, (s * 3 + at + 1) * 3),
          mean.slice((s * LENGTH + frame) * 3, (s * LENGTH + frame + 1) * 3),
        )
      );
    }
    const late = (s: number) => upTo(5).map((frame) => frame + s % 2);
    const shifted = await model.predict({ ...QUERY, context: late, asked: [5] });
    assertEquals(shifted.length, TEST.count * 3);
  });
});

Deno.test("DTSBN-S reads no frame outside the context, and no frame outside the observed ones", async () => {
  const changed = (sequences: Sequences, isKept: (frame: number) => boolean): Sequences => ({
    ...sequences,
    frames: sequences.frames.map((value, i) => isKept(Math.floor(i / 3) % LENGTH) ? value : NaN),
  });
  const observedCount = 15;
  const some = (sequences: Sequences): Sequences => ({
    ...sequences,
    observedCount,
    observed: Int32Array.from(
      { length: sequences.count * observedCount },
      (_, i) => 2 + i % observedCount,
    ),
  });
  const isObserved = (frame: number) => frame >= 2 && frame < 2 + observedCount;
  const data = { train: some(DATA.train), validation: some(DATA.validation) };
  const hidden = {
    train: changed(data.train, isObserved),
    validation: changed(data.validation, isObserved),
  };
  await onCircles({}, (a) =>
    onCircles({}, async (b) => {
      assertEquals(await epochs(a, 0, 3), await epochs(b, 0, 3));
      const model = await a.trained();
      const same = changed(TEST, (frame) => frame < 5);
      assertEquals(
        await model.predict({ ...QUERY, sequences: same }),
        await model.predict(QUERY),
      );
    }, { data: hidden }), { data });
});

Deno.test("restore() of DTSBN-S continues bit for bit when given what checkpoint() gave", async () => {
  const settings = { order: 2, batchSize: 2, learningSignal: "future" };
  await onCircles(settings, async (whole) => {
    const { reports, saved } = await withCheckpoints(whole);
    const expected = await (await whole.trained()).predict(QUERY);
    for (const from of [1, 2]) {
      await onCircles(settings, async (resumed) => {
        resumed.restore(saved[from]!);
        assertEquals(await epochs(resumed, from, 3), reports.slice(from), `from ${from}`);
        assertEquals(resumed.checkpoint(), saved[3]);
        assertEquals(await (await resumed.trained()).predict(QUERY), expected);
      });
    }
    const { "state/signalMean": _, ...short } = saved[1]!;
    assertThrows(() => whole.restore(short), RangeError, "state/signalMean must have 1 values");
  });
});

Deno.test("DTSBN-S of one sequence, and of images as Bernoulli frames", async () => {
  const one = circles("one", 1);
  await onCircles({}, async (trainer) => {
    await epochs(trainer, 0, 3);
    const query = { sequences: one, context: () => upTo(20), asked: [20, 21, 22, 23] };
    const predicted = await (await trainer.trained()).predict(query);
    assertEquals([predicted.length, predicted.every(Number.isFinite)], [12, true]);
  }, { data: { train: one, validation: one } });
  const images = { train: blinking(3), validation: blinking(2) };
  const settings = { observation: "bernoulli", epochs: 2, stepsPerEpoch: 100 };
  await onCircles(settings, async (trainer) => {
    const [first, last] = await epochs(trainer, 0, 2);
    assert(last!.bound! > first!.bound!);
    const query = { sequences: images.validation, context: () => upTo(3) };
    const path = await (await trainer.trained()).predict(query);
    assert(path.every((value) => value >= 0 && value <= 1));
    const error = path.reduce((sum, value, i) =>
      sum + (value - images.validation.frames[i]!) ** 2, 0) / path.length;
    // A grey image's error is 0.2.
    assert(error < 0.1, `${error}`);
  }, { data: images });
});

Deno.test("a DTSBN-S that is not finite has diverged", async () => {
  await onCircles({ learningRate: 1e30 }, assertDiverges);
});

Deno.test("DTSBN-S refuses data, settings and questions that do not fit, in one line", async () => {
  const refuses = async (message: string, settings: Settings, data: SequenceData = DATA) => {
    const start = () => onCircles(settings, () => Promise.resolve(), { data });
    assertEquals(
      (await assertRejects(start, RangeError)).message,
      `Cannot train DTSBN-S: ${message}`,
    );
  };
  const { train, validation } = DATA;
  await refuses("batchSize must be at most the 6 training sequences, is 7", { batchSize: 7 });
  await refuses("setting order must be a positive integer, is 0", { order: 0 });
  await refuses("there must be a validation sequence, got none", {}, {
    train,
    validation: { ...validation, count: 0 },
  });
  await refuses("validation's frameShape must be 3 as in training, is 2,3", {}, {
    train,
    validation: blinking(1),
  });
  const context = "contextFrames must be below the 24 observed validation frames, is 24";
  await refuses(context, { contextFrames: 24 });
  const gap = { ...train, observedCount: 2, observed: Int32Array.of(0, 2, ...Array(10).fill(0)) };
  await refuses("observed frames must be consecutive, are 0, 2", {}, { train: gap, validation });
  const bernoulli = { observation: "bernoulli" };
  const rule = "numbers of Bernoulli frames must be from 0 to 1, one is ";
  await refuses(rule + train.frames[0], bernoulli);
  await onCircles({ epochs: 1 }, async (trainer) => {
    await epochs(trainer, 0, 1);
    const model = await trainer.trained();
    const question = async (message: string, query: Partial<SequenceQuery>) => {
      const ask = () => model.predict({ ...QUERY, ...query });
      assertEquals(
        (await assertRejects(ask, RangeError)).message,
        `Cannot predict by DTSBN-S: ${message}`,
      );
    };
    const consecutive = "the context's frames must be consecutive, are";
    await question(`${consecutive} 0, 2`, { context: () => [0, 2] });
    await question(`${consecutive} none`, { context: () => [] });
    const lengths = "every context must have 1 frames as the first has, one has 2";
    await question(lengths, { context: (s: number) => s === 2 ? [0, 1] : [0] });
    const early = "frames must not be before the context's first, 4, one is 0";
    await question(early, { context: () => [4, 5] });
  });
});
