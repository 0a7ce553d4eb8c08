import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { assertNotEquals } from "@std/assert";
import { makeBouncingBalls } from "../../../data/mod.ts";
import type { Sequences } from "../../../data/sequences.ts";
import { ddpae } from "../../../models/ddpae/method.ts";
import type { Trainer } from "../../../models/training/method.ts";
import type {
  SequenceData,
  SequenceModel,
  SequenceQuery,
} from "../../../models/training/sequences.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";
import { assertDiverges, assertRefuses, assertResumes } from "../training/_checkpoints.ts";
import { cpu, epochs, type TinyTask, withTrainer } from "../training/_tiny_task.ts";

const LENGTH = 8;
/** Two balls of 16×16 pixels. */
const DATA = await makeBouncingBalls({
  balls: 2,
  resolution: 16,
  frameCount: LENGTH,
  counts: { train: 12, validation: 2, test: 3 },
});
const TEST = DATA.test;
const SIZE = 16 * 16;

const TINY: Settings = {
  components: 2,
  contextFrames: 3,
  predictedFrames: 3,
  hiddenUnits: 8,
  imageFeatures: 8,
  contentDimensions: 4,
  filters: 2,
  batchSize: 4,
  epochs: 3,
  validationEvery: 1,
  testEvery: 0,
};

const onBalls = <T>(
  settings: Settings,
  test: (trainer: Trainer<SequenceModel>) => Promise<T>,
  task: TinyTask = {},
) => withTrainer(ddpae, { data: DATA, ...task, settings: { ...TINY, ...settings } }, test);

const QUERY: SequenceQuery = { sequences: TEST, context: () => [0, 1, 2] };

Deno.test("DDPAE lowers its loss and the validation error, and selects the best epoch", async () => {
  await onBalls({ epochs: 20, learningRate: 5e-3 }, async (trainer) => {
    const reports = await epochs(trainer, 0, 20);
    const [first, last] = [reports[0]!, reports.at(-1)!];
    assert(last.loss! < first.loss! - 30, `${first.loss} ${last.loss}`);
    for (const { loss, reconstruction, poseKl, contentKl } of reports) {
      assertAlmostEquals(loss!, poseKl! + contentKl! - reconstruction!, 1e-3);
    }
    const errors = reports.map(({ validationMse }) => validationMse!);
    const best = Math.min(...errors);
    assert(best < errors[0]!, `${errors}`);
    const { facts, variants } = await trainer.trained();
    assertEquals(facts!.map(({ name, value }) => [name, value]), [["validationMse", best]]);
    assertEquals(variants!.map(({ name }) => name), ["Last"]);
  });
});

Deno.test("DDPAE's predictions: asked frames, later contexts, draws, pictures of components", async () => {
  await onBalls({}, async (trainer) => {
    await epochs(trainer, 0, 1);
    const model = await trainer.trained();
    const all = await model.predict(QUERY);
    const frame = (path: Float32Array, at: number) => path.slice(at * SIZE, (at + 1) * SIZE);
    const asked = [7, 3];
    const some = await model.predict({ ...QUERY, asked });
    for (let s = 0; s < TEST.count; s++) {
      assertEquals(frame(some, 2 * s), frame(all, s * LENGTH + 7));
      assertEquals(frame(some, 2 * s + 1), frame(all, s * LENGTH + 3));
    }
    // Pictures add up to the prediction, cut at 1.
    const pictures = await model.components!({ ...QUERY, asked });
    assertEquals(pictures.map(({ length }) => length), [some.length, some.length]);
    assertNotEquals(pictures[0], pictures[1]);
    some.forEach((value, i) => {
      assertAlmostEquals(value, Math.min(1, pictures[0]![i]! + pictures[1]![i]!), 1e-5);
    });
    // The same frames one place later give the same predictions one place later.
    const frames = new Float32Array(TEST.frames.length);
    frames.set(TEST.frames.subarray(0, frames.length - SIZE), SIZE);
    const later = { sequences: { ...TEST, frames }, context: () => [1, 2, 3], asked: [7] };
    assertEquals(await model.predict(later), await model.predict({ ...QUERY, asked: [6] }));
    const one = await model.predict({ ...QUERY, draw: ["a", 1] });
    assertEquals(await model.predict({ ...QUERY, draw: ["a", 1] }), one);
    assertNotEquals(await model.predict({ ...QUERY, draw: ["a", 2] }), one);
    assertNotEquals(one, all);
  });
});

/** Sequences whose other frames are not numbers. */
const blind = (sequences: Sequences, seen: (frame: number) => boolean): Sequences => ({
  ...sequences,
  frames: sequences.frames.map((v, i) => seen(Math.floor(i / SIZE) % LENGTH) ? v : NaN),
});

Deno.test("DDPAE reads no frame outside the context, and no frame outside the observed ones", async () => {
  const observedCount = 6;
  const some = (sequences: Sequences): Sequences => ({
    ...sequences,
    observedCount,
    observed: Int32Array.from(
      { length: sequences.count * observedCount },
      (_, i) => 2 + i % observedCount,
    ),
  });
  const data = { train: some(DATA.train), validation: some(DATA.validation) };
  const isObserved = (frame: number) => frame >= 2 && frame < 2 + observedCount;
  const hidden = {
    train: blind(data.train, isObserved),
    validation: blind(data.validation, isObserved),
  };
  await onBalls({}, (a) =>
    onBalls({}, async (b) => {
      assertEquals(await epochs(a, 0, 2), await epochs(b, 0, 2));
      const model = await a.trained();
      const context = { ...QUERY, sequences: blind(TEST, (frame) => frame < 3) };
      assertEquals(await model.predict(context), await model.predict(QUERY));
      assertEquals(await model.components!(context), await model.components!(QUERY));
    }, { data: hidden }), { data });
});

Deno.test("restore() of DDPAE continues bit for bit when given what checkpoint() gave", async () => {
  const start = (changes: Settings = {}) =>
    ddpae.start({
      settings: { ...defaultSettings(ddpae.settings), ...TINY, ...changes },
      seed: 11,
      data: DATA,
      backend: () => Promise.resolve(cpu),
    });
  await assertResumes(start, [2]);
  await assertRefuses(await start(), await start({ hiddenUnits: 7 }), "must have");
});

Deno.test("a DDPAE that is not finite has diverged", async () => {
  await onBalls({ learningRate: 1e30 }, assertDiverges);
});

Deno.test("DDPAE refuses data, settings and questions that do not fit, in one line", async () => {
  const refuses = async (message: string, settings: Settings, data: SequenceData = DATA) => {
    const start = () => onBalls(settings, () => Promise.resolve(), { data });
    assertEquals(
      (await assertRejects(start, RangeError)).message,
      `Cannot train DDPAE: ${message}`,
    );
  };
  const { train, validation } = DATA;
  await refuses("batchSize must be at most the 12 training sequences, is 13", { batchSize: 13 });
  const none = { train, validation: { ...validation, count: 0 } };
  await refuses("there must be a validation sequence, got none", {}, none);
  const shaped = (frameShape: number[]) => ({
    train: { ...train, frameShape },
    validation: { ...validation, frameShape },
  });
  const square = "frames must be square images whose side is a power of 2 from 16 on, are ";
  for (const frameShape of [[8, 32], [256], [8, 8], [48, 48]]) {
    await refuses(square + frameShape.join("×"), {}, shaped(frameShape));
  }
  await refuses("validation's frameShape must be 16,16 as in training, is 8,32", {}, {
    train,
    validation: { ...validation, frameShape: [8, 32] },
  });
  await refuses(
    "contextFrames and predictedFrames together must be at most the 8 observed frames, are 9",
    { predictedFrames: 6 },
  );
  await onBalls({ epochs: 1 }, async (trainer) => {
    await epochs(trainer, 0, 1);
    const model = await trainer.trained();
    await assertRejects(
      () => model.predict({ ...QUERY, context: () => [0, 2] }),
      RangeError,
      "Cannot predict by DDPAE: the context's frames must be consecutive, are 0, 2",
    );
  });
});
