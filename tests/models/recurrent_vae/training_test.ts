import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { recurrentVae } from "../../../models/recurrent_vae/method.ts";
import { DivergenceError, type Trainer } from "../../../models/training/method.ts";
import type { SequenceModel } from "../../../models/training/sequences.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";
import { assertResumes } from "../training/_checkpoints.ts";
import { cpu, NOISE, noiseImages, type TinyTask, withTrainer } from "../training/_tiny_task.ts";

const TINY: Settings = {
  ...{ latentDimensions: 2, encoderFilters: 1, decoderFilters: 1, batchSize: 3, epochs: 1 },
  ...{ testEvery: 0, posteriorSamples: 2 },
};

/** Seven sequences of four images, none of them missing. */
const COMPLETE = { train: noiseImages(7, 5, 4), validation: noiseImages(2, 5, 4) };
for (const { observed } of Object.values(COMPLETE)) observed.forEach((_, i) => observed[i] = i % 4);

const onImages = <T>(
  settings: Settings,
  test: (trainer: Trainer<SequenceModel>) => Promise<T>,
  task: TinyTask = { data: COMPLETE },
) => withTrainer(recurrentVae, { ...task, settings: { ...TINY, ...settings } }, test);

Deno.test("a recurrent VAE resumes bit for bit, and its terms add up", async () => {
  const start = () =>
    recurrentVae.start({
      settings: { ...defaultSettings(recurrentVae.settings), ...TINY, epochs: 3, klWeight: 0.5 },
      ...{ seed: 11, data: NOISE },
      backend: () => Promise.resolve(cpu),
    });
  const { reports } = await assertResumes(start, [1, 2]);
  const { loss, reconstruction, initialKl } = reports[2]!;
  assertAlmostEquals(loss!, 0.5 * initialKl! - reconstruction!, 1e-2);
});

Deno.test("predict() of a recurrent VAE reads the encoded frames alone, and goes forwards", async () => {
  await onImages({ encoderFrames: 2 }, async (trainer) => {
    await trainer.runEpoch(0);
    const model = await trainer.trained();
    const { train: sequences } = COMPLETE;
    const ask = (frames: Float32Array, draw?: string[]) =>
      model.predict({
        sequences: { ...sequences, frames },
        ...{ context: () => [1, 2, 4], asked: [1, 3, 4] },
        ...(draw ? { draw } : {}),
      });
    const hidden = sequences.frames.map((x, i) =>
      [1, 2].includes(Math.floor(i / 784) % 5) ? x : NaN
    );
    const mean = await ask(sequences.frames);
    assertEquals(mean.length, 7 * 3 * 784);
    assertEquals(await ask(hidden), mean);
    const draw = await ask(hidden, ["a"]);
    assertEquals(await ask(sequences.frames, ["a"]), draw);
    assert(draw.some((x, i) => x !== mean[i]));
    const error = await assertRejects(
      () => model.predict({ sequences, context: () => [1, 2], asked: [0] }),
      RangeError,
    );
    assertEquals(
      error.message,
      "Cannot predict by recurrent VAE: frames asked for must not lie before the context, one does by 1",
    );
  });
});

Deno.test("a recurrent VAE learns an image that turns from black to white", async () => {
  const frames = (count: number) =>
    Float32Array.from({ length: count * 5 * 784 }, (_, i) => (Math.floor(i / 784) % 5) / 4);
  const data = {
    train: { ...COMPLETE.train, frames: frames(7) },
    validation: { ...COMPLETE.validation, frames: frames(2) },
  };
  const epochs = 60;
  const settings = { epochs, growth: false, learningRate: 0.02 };
  await onImages(settings, async (trainer) => {
    let loss = Infinity;
    for (let epoch = 0; epoch < epochs; epoch++) loss = (await trainer.runEpoch(epoch)).loss!;
    // The frames' entropy is 1425 nats a sequence; a model that does not know the time has 2075.
    assert(loss < 1600, `${loss}`);
  }, { data });
});

Deno.test("a recurrent VAE refuses vectors in one line, and diverges where a loss is not finite", async () => {
  const vectors = { ...COMPLETE.train, frameShape: [784] };
  const error = await assertRejects(
    () => onImages({}, () => Promise.resolve(), { data: { train: vectors, validation: vectors } }),
    RangeError,
  );
  assertEquals(error.message, "Cannot train recurrent VAE: frames must be grey images, are 784");
  await onImages({ learningRate: NaN }, async (trainer) => {
    await assertRejects(() => trainer.runEpoch(0), DivergenceError);
  });
});
