import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { observedFrames } from "../../../data/sequences.ts";
import { observationsOf, observedImages } from "../../../models/gppvae/codes.ts";
import { gppvae } from "../../../models/gppvae/method.ts";
import { GPPVAE_SETTINGS } from "../../../models/gppvae/settings.ts";
import {
  DivergenceError,
  type EpochReport,
  type Trainer,
} from "../../../models/training/method.ts";
import type { SequenceModel } from "../../../models/training/sequences.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";
import {
  epochs,
  HIDDEN,
  hiddenError,
  NOISE,
  scalar,
  scriptedBackend,
  stepKind,
  type TinyTask,
  watchHidden,
  withCheckpoints,
  withTrainer,
} from "../training/_tiny_task.ts";

const { train } = NOISE;
const observed = (s: number) => observedFrames(train, s);

/** Two epochs of each of the three stages, and a test in each of the last two. */
const TINY: Settings = {
  codeDimensions: 2,
  objectRank: 2,
  encoderFilters: 1,
  decoderFilters: 1,
  imagesPerBatch: 9,
  vaeEpochs: 2,
  processEpochs: 2,
  processSteps: 3,
  jointEpochs: 2,
  testEvery: 1,
};

/** Seven digits of six frames, four of them observed: three minibatches of nine images, and one image over. */
const onNoise = <T>(
  settings: Settings,
  test: (trainer: Trainer<SequenceModel>) => Promise<T>,
  task: TinyTask = {},
) =>
  withTrainer(gppvae, {
    watch: watchHidden(observed),
    ...task,
    settings: { ...TINY, ...settings },
  }, test);

/** Everything that a trained model answers. */
async function answers(model: SequenceModel): Promise<unknown> {
  return {
    mean: await model.predict({ sequences: train, context: observed }),
    one: await model.predict({ sequences: train, context: () => [0], asked: [HIDDEN] }),
    reconstruction: await model.reconstruct!(train.frames.subarray(0, 2 * 784)),
    facts: model.facts,
    exhibits: model.exhibits!(),
  };
}

Deno.test("a GPPVAE trains its VAE, then its Gaussian process, then both", async () => {
  await onNoise({}, async (trainer) => {
    assertEquals(trainer.epochs, 6);
    // Seven object vectors of two numbers, a length scale and two variances, and the networks.
    assert(trainer.parameters > 7 * 2 + 3);
    const live: string[] = [];
    const reports: EpochReport[] = [];
    for (let epoch = 0; epoch < 6; epoch++) {
      reports.push(
        await trainer.runEpoch(epoch, (done, total, terms) => {
          live.push(`${done}/${total}`);
          assert(Object.values(terms).every(Number.isFinite));
        }),
      );
      assertEquals(trainer.steps, 3 * (epoch + 1));
    }
    assertEquals(live, Array(6).fill(["1/3", "2/3", "3/3"]).flat());
    for (const report of reports) {
      assert(Object.values(report).every(Number.isFinite), JSON.stringify(report));
      assertEquals(Object.keys(report).filter((name) => !(name in trainer.curves)), []);
    }
    const [first, , third, , , last] = reports as [EpochReport, ...EpochReport[]];
    const names = (report: EpochReport) => Object.keys(report).sort();
    assertEquals(names(first), ["imageKl", "imageLoss", "imageMse", "imageReconstruction"]);
    assertAlmostEquals(first.imageLoss!, first.imageKl! - first.imageReconstruction!, 1e-2);
    assertEquals(names(third!), ["codesNll", "lengthScale", "noiseVariance", "testMse"]);
    const { imageLoss, imageReconstruction, imageEntropy, codesNll } = last!;
    assertAlmostEquals(imageLoss!, codesNll! - imageReconstruction! - imageEntropy!, 1e-9);
    const [all, process] = trainer.timeParts!;
    assertEquals([all!.name, all!.count], ["jointEpoch", 2]);
    assertEquals([process!.name, process!.count], ["jointEpochProcess", 2]);
    assert(process!.seconds > 0 && process!.seconds < all!.seconds, "it is a part of the whole");

    const model = await trainer.trained();
    assertEquals(await hiddenError(model, observed), last!.testMse, "the last epoch's parameters");
    assertEquals([model.draws, model.variants], [undefined, undefined]);
    const [noise] = model.facts!;
    assertEquals([noise!.name, noise!.value], ["noiseVariance", last!.noiseVariance]);
    const exhibits = model.exhibits!().map(({ kind, name }) => [kind, name]);
    assertEquals(exhibits, [["matrix", "viewCovariance"], ["traces", "codesAlongAngle"]]);
  });
});

Deno.test("a trained GPPVAE predicts from the context of the question, asked together or alone", async () => {
  // Wide enough that no decoder is dead.
  const settings = { encoderFilters: 2, decoderFilters: 4, jointEpochs: 0, testEvery: 0 };
  await onNoise(settings, async (trainer) => {
    await epochs(trainer, 0, 4);
    const model = await trainer.trained();
    const path = await model.predict({ sequences: train, context: observed });
    assertEquals(path.length, train.frames.length);
    assert(path.every(Number.isFinite));
    const asked = [5, HIDDEN];
    const some = await model.predict({ sequences: train, context: observed, asked });
    for (let s = 0; s < train.count; s++) {
      asked.forEach((frame, at) =>
        assertEquals(
          some.subarray((2 * s + at) * 784, (2 * s + at + 1) * 784),
          path.subarray((6 * s + frame) * 784, (6 * s + frame + 1) * 784),
        )
      );
    }
    const one = { sequences: train, context: () => [0], asked: [HIDDEN] };
    const fromAll = await model.predict({ ...one, context: observed });
    assertNotEquals(await model.predict(one), fromAll, "the context matters");
    const reconstruction = await model.reconstruct!(train.frames.subarray(0, 784));
    assertEquals(reconstruction.length, 784);
    for (
      const question of [
        { ...one, sequences: NOISE.validation },
        { ...one, sequences: { ...train, frames: train.frames.slice() } },
        { ...one, draw: ["error", 1] },
      ]
    ) {
      const refused = await assertRejects(() => model.predict(question), RangeError);
      assert(/^Cannot predict by GPPVAE: it predicts the mean of [^\n]+$/.test(refused.message));
    }
  });
});

Deno.test("GPPVAE-joint begins as GPPVAE-dis of the same seed", async () => {
  await onNoise({ jointEpochs: 0 }, (a) =>
    onNoise({}, async (b) => {
      assertEquals([a.epochs, b.epochs], [4, 6]);
      assertEquals(await epochs(a, 0, 4), await epochs(b, 0, 4));
      const frozen = a.checkpoint();
      assertEquals(frozen, b.checkpoint());
      await epochs(b, 4, 6);
      const moved = b.checkpoint();
      for (const name of ["params/encoder/conv1/kernel", "process/parameters/objectVectors"]) {
        assert(moved[name]!.some((value, i) => value !== frozen[name]![i]), `${name} is free`);
      }
    }));
});

Deno.test("the networks are frozen while the Gaussian process is fitted", async () => {
  await onNoise({}, async (trainer) => {
    await epochs(trainer, 0, 2);
    const before = trainer.checkpoint();
    await epochs(trainer, 2, 4);
    const after = trainer.checkpoint();
    for (const [name, values] of Object.entries(before)) {
      if (!name.startsWith("process/")) assertEquals(after[name], values, name);
    }
    assertEquals(after["process/steps"], Float64Array.of(6));
  });
});

Deno.test("restore() continues bit for bit when given what checkpoint() gave, in every stage", async () => {
  await onNoise({}, async (whole) => {
    const { reports, saved } = await withCheckpoints(whole);
    const copies = structuredClone(saved);
    const expected = await answers(await whole.trained());
    // In the VAE's stage, where the Gaussian process begins, and in the middle of its two stages.
    for (const from of [1, 2, 3, 5]) {
      await onNoise({}, async (resumed) => {
        resumed.restore(saved[from]!);
        assertEquals(await epochs(resumed, from, 6), reports.slice(from), `from ${from}`);
        assertEquals(resumed.steps, 18);
        assertEquals(resumed.checkpoint(), saved[6]);
        assertEquals(await answers(await resumed.trained()), expected);
      });
    }
    assertEquals(saved, copies, "a checkpoint is a copy");
  });
});

Deno.test("restore() throws in one line when the checkpoint of a GPPVAE does not fit", async () => {
  await onNoise({}, async (trainer) => {
    await epochs(trainer, 0, 3);
    const arrays = trainer.checkpoint();
    const refuses = (checkpoint: typeof arrays, words: string) => {
      const error = assertThrows(() => trainer.restore(checkpoint), RangeError, words);
      assert(/^Cannot restore a checkpoint: [^\n]+$/.test(error.message));
      assertEquals(trainer.checkpoint(), arrays, "nothing has changed");
    };
    const { networkSteps: _, ...without } = arrays;
    refuses(without, "networkSteps must have 1 double-precision values, has none");
    const name = "params/encoder/mean/bias";
    refuses(
      { ...arrays, [name]: new Float32Array(5) },
      `${name} must have 2 values of Float32Array, has 5`,
    );
    refuses({ ...arrays, [name]: new Int32Array(2) }, "has 2 values of Int32Array");
    const vectors = "process/second/objectVectors";
    refuses({ ...arrays, [vectors]: new Float64Array(3) }, `${vectors} must have 14 double`);
    refuses({ ...arrays, [vectors]: new Float32Array(14) }, `${vectors} must have 14 double`);
    const networks = Object.entries(arrays).filter(([key]) =>
      !key.startsWith("process/") || key === "process/steps"
    );
    refuses(Object.fromEntries(networks), "process/parameters/objectVectors must have 14 double");
  });
});

Deno.test("a GPPVAE's runEpoch() throws a DivergenceError when a number is not finite", async () => {
  const rejects = async (settings: Settings, from: number, message: string, task?: TinyTask) =>
    await onNoise(settings, async (trainer) => {
      await epochs(trainer, 0, from);
      const error = await assertRejects(() => trainer.runEpoch(from), DivergenceError);
      assertEquals(error.message, `training diverged: ${message}`);
    }, task);
  // The first loss is that of the initial parameters; what its step made of them shows in the next.
  await rejects({ vaeLearningRate: NaN }, 0, "loss was not finite at step 1");
  const parameter = "a parameter of the Gaussian process was not finite at step 6";
  await rejects({ processLearningRate: Infinity }, 2, parameter);
  const bias = "params/encoder/mean/bias";
  const backend = scriptedBackend((specs) =>
    stepKind(specs) !== "training" ? undefined : () => ({
      loss: scalar(1),
      [bias]: { shape: [2], data: Float32Array.of(0, Infinity) },
    })
  );
  await rejects({}, 0, `${bias} was not finite at step 2`, { backend });
});

Deno.test("a Gaussian process without a usable covariance is a divergence at its step", async () => {
  const rejects = async (settings: Settings, from: number, message: RegExp) =>
    await onNoise(settings, async (trainer) => {
      await epochs(trainer, 0, from);
      const rest = async () => {
        await epochs(trainer, from, trainer.epochs);
        await trainer.trained();
      };
      const error = await assertRejects(rest, DivergenceError);
      assert(message.test(error.message), error.message);
      assertEquals(error.message.endsWith(`step ${error.step}`), true);
    });
  const at = (lengthScale: string, step: string) =>
    new RegExp(
      `^training diverged: the Gaussian process \\(length scale ${lengthScale}, noise [^)]+\\) ` +
        `had no usable covariance at step ${step}$`,
    );
  // Three steps in each epoch. So small that 1 / ℓ² is infinite, and so large that it is zero.
  await rejects({ lengthScale: 1e-200 }, 2, at("1.00e-200", "6"));
  await rejects({ lengthScale: 1e200 }, 2, at("1.00e\\+200", "6"));
  // A step that throws the parameters out shows at the next one …
  await rejects({ processLearningRate: 1e4 }, 2, at(".*", "7"));
  // … and in the evaluation, where there is none; in the joint stage no expansion comes in between.
  const one = { processSteps: 1, processEpochs: 1, processLearningRate: 1e4, testEvery: 0 };
  await rejects({ ...one, jointEpochs: 0 }, 2, at(".*", "6"));
  const joint = { jointLearningRate: 1e4, testEvery: 0, jointEpochs: 1 };
  await rejects(joint, 4, /at step 1[2-5]$/);
});

Deno.test("GPPVAE's start() throws in one line for settings and data that do not fit", async () => {
  const refuses = async (settings: Settings, message: string, task: TinyTask = {}) => {
    const start = () => onNoise(settings, () => Promise.resolve(), task);
    const error = await assertRejects(start, RangeError);
    assertEquals(error.message, `Cannot train GPPVAE: ${message}`);
  };
  const images = "imagesPerBatch must be at most the 28 observed images, is 29";
  await refuses({ imagesPerBatch: 29 }, images);
  await refuses({ vaeEpochs: 0 }, "setting vaeEpochs must be a positive integer, is 0");
  await refuses({ jointEpochs: -1 }, "setting jointEpochs must be 0 or a positive integer, is -1");
  await refuses({ noiseVariance: 1 }, "setting noiseVariance must be above 0 and below 1, is 1");
  await refuses({ pixelVariance: 0 }, "setting pixelVariance must be a positive number, is 0");
  await refuses({ objectRank: "2" }, "setting objectRank must be a positive integer, is 2");
  await refuses({ viewAngles: "some" }, "setting viewAngles must be one of true, equal, is some");
  const { degrees: _, ...still } = train;
  await refuses({}, "the angle of each frame must be known, these frames have none", {
    data: { ...NOISE, train: still },
  });
  for (const frameShape of [[784], [28, 28, 3]]) {
    const shape = frameShape.join("×");
    await refuses({}, `frames must be grey images, are ${shape}`, {
      data: { ...NOISE, train: { ...train, frameShape } },
    });
  }
  assertEquals(defaultSettings(GPPVAE_SETTINGS).jointEpochs, 0, "dis is the default");
  const watch = {
    ...watchHidden(observed),
    curves: { codesNll: { label: "error", unit: "" } },
  };
  const start = () => onNoise({}, () => Promise.resolve(), { watch });
  await assertRejects(start, RangeError, "Cannot watch a curve: its name must be none of");
});

Deno.test("observationsOf() lists the context's frames sequence by sequence, with true or equal angles", () => {
  const degrees = [0, 10, 30, 60, 100, 360];
  const turned = { ...train, count: 2, degrees };
  const context = (s: number) => [[0, 3], [5]][s]!;
  const seen = observationsOf(turned, "true", context);
  assertEquals([[...seen.objects], [...seen.views], seen.objectCount], [[0, 0, 1], [0, 3, 5], 2]);
  seen.angles.forEach((angle, q) => assertAlmostEquals(angle, Math.PI * degrees[q]! / 180, 1e-12));
  const equal = observationsOf(turned, "equal");
  equal.angles.forEach((angle, q) => assertAlmostEquals(angle, Math.PI * q / 3, 1e-12));
  assertEquals([...equal.views], [...observed(0), ...observed(1)]);
  const image = (s: number, frame: number) =>
    train.frames.slice((6 * s + frame) * 784, (6 * s + frame + 1) * 784);
  assertEquals(
    observedImages(turned, seen, [2, 1]),
    Float32Array.of(...image(1, 5), ...image(0, 3)),
  );
});
