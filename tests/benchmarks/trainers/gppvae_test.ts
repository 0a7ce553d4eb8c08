import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { FrameStrips, MatrixExhibit } from "../../../models/training/exhibit.ts";
import type { Settings } from "../../../benchmarks/definition.ts";
import {
  DivergenceError,
  type EpochReport,
  type Trainer,
} from "../../../models/training/method.ts";
import { createGppvaeTrainer, type GppvaeTask } from "../../../benchmarks/trainers/gppvae.ts";
import {
  GPPVAE_DEFAULTS,
  parseGppvaeSettings,
} from "../../../benchmarks/trainers/gppvae_settings.ts";
import type { Backend } from "../../../models/backend/backend.ts";
import { cpu, noiseSequences, scriptedBackend, stepKind } from "./_tiny_task.ts";

/** Two epochs of each of the three stages, and a test in each of the last two. */
const TINY: Settings = {
  ...GPPVAE_DEFAULTS,
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
function tinyTask(settings: Settings = {}, backend: Backend = cpu): GppvaeTask {
  return {
    settings: { ...TINY, ...settings },
    seed: 11,
    train: noiseSequences(7, 6, 4, 1),
    unseenFrame: 1,
    backend,
  };
}

async function withTrainer<T>(trainer: Trainer, test: (trainer: Trainer) => Promise<T>) {
  try {
    return await test(trainer);
  } finally {
    trainer.dispose();
  }
}

async function epochs(trainer: Trainer, from: number, to: number): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  for (let epoch = from; epoch < to; epoch++) reports.push(await trainer.runEpoch(epoch));
  return reports;
}

Deno.test("a GPPVAE trains its VAE, then its Gaussian process, then both", async () => {
  await withTrainer(createGppvaeTrainer(tinyTask()), async (trainer) => {
    assertEquals(trainer.epochs, 6);
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
    const described = Object.keys(trainer.curveDescriptions);
    for (const report of reports) {
      assert(Object.values(report).every(Number.isFinite), JSON.stringify(report));
      assertEquals(Object.keys(report).filter((name) => !described.includes(name)), []);
    }
    const [first, , third, , , last] = reports as [EpochReport, ...EpochReport[]];
    assertEquals(Object.keys(first).sort(), [
      "imageKl",
      "imageLoss",
      "imageMse",
      "imageReconstruction",
    ]);
    assertAlmostEquals(first.imageLoss!, first.imageKl! - first.imageReconstruction!, 1e-2);
    assertEquals(Object.keys(third!).sort(), [
      "codesNll",
      "lengthScale",
      "noiseVariance",
      "testMse",
    ]);
    const { imageLoss, imageReconstruction, imageEntropy, codesNll } = last!;
    assertAlmostEquals(imageLoss!, codesNll! - imageReconstruction! - imageEntropy!, 1e-9);
    const { metrics, curves, exhibits } = await trainer.evaluate();
    assertEquals(metrics.map(({ name }) => name), [
      "testMse",
      "testMseOneFrame",
      "testMseEncoded",
      "noiseVariance",
    ]);
    assertEquals(metrics[0]!.value, last!.testMse!, "the last epoch's parameters are tested");
    assertEquals(curves[0]!.y[1], metrics[0]!.value, "frame 1 is the unseen one");
    assertEquals(exhibits.map(({ name }) => name), [
      ...[0, 1, 2, 3].map((digit) => `sequence${digit}`),
      ...["viewCovariance", "codesAlongAngle"],
    ]);
    assert((exhibits[0] as FrameStrips).marked.includes(1));
    assert((exhibits[4] as MatrixExhibit).values.every(Number.isFinite));
    const [all, process] = trainer.timeParts!;
    assertEquals([all!.name, all!.count], ["jointEpoch", 2]);
    assertEquals([process!.name, process!.count], ["jointEpochProcess", 2]);
    assert(process!.seconds > 0 && process!.seconds < all!.seconds, "it is a part of the whole");
  });
});

Deno.test("GPPVAE-joint begins as GPPVAE-dis of the same seed", async () => {
  const dis = createGppvaeTrainer(tinyTask({ jointEpochs: 0 }));
  const joint = createGppvaeTrainer(tinyTask());
  await withTrainer(dis, (a) =>
    withTrainer(joint, async (b) => {
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
  await withTrainer(createGppvaeTrainer(tinyTask()), async (trainer) => {
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
  const task = () => createGppvaeTrainer(tinyTask());
  await withTrainer(task(), async (whole) => {
    const saved = [whole.checkpoint()];
    const reports: EpochReport[] = [];
    for (let epoch = 0; epoch < 6; epoch++) {
      reports.push(await whole.runEpoch(epoch));
      saved.push(whole.checkpoint());
    }
    const copies = structuredClone(saved);
    const evaluation = await whole.evaluate();
    // In the VAE's stage, where the Gaussian process begins, and in the middle of its two stages.
    for (const from of [1, 2, 3, 5]) {
      await withTrainer(task(), async (resumed) => {
        resumed.restore(saved[from]!);
        assertEquals(await epochs(resumed, from, 6), reports.slice(from), `from ${from}`);
        assertEquals(resumed.steps, 18);
        assertEquals(resumed.checkpoint(), saved[6]);
        assertEquals(await resumed.evaluate(), evaluation);
      });
    }
    assertEquals(saved, copies, "a checkpoint is a copy");
  });
});

Deno.test("restore() throws in one line when the checkpoint of a GPPVAE does not fit", async () => {
  await withTrainer(createGppvaeTrainer(tinyTask()), async (trainer) => {
    await epochs(trainer, 0, 3);
    const arrays = trainer.checkpoint();
    const refuses = (checkpoint: Parameters<Trainer["restore"]>[0], words: string) => {
      const error = assertThrows(() => trainer.restore(checkpoint), RangeError, words);
      assert(/^Cannot restore a checkpoint: [^\n]+$/.test(error.message));
    };
    const { networkSteps: _, ...without } = arrays;
    refuses(without, "networkSteps must have 1 values, has none");
    const name = "params/encoder/mean/bias";
    refuses({ ...arrays, [name]: new Float32Array(5) }, `${name} must have 2 values, has 5`);
    const vectors = "process/second/objectVectors";
    refuses({ ...arrays, [vectors]: new Float64Array(3) }, `${vectors} must have 14 double`);
    refuses({ ...arrays, [vectors]: new Float32Array(14) }, `${vectors} must have 14 double`);
  });
});

Deno.test("a GPPVAE's runEpoch() throws a DivergenceError when a number is not finite", async () => {
  const nan = createGppvaeTrainer(tinyTask({ vaeLearningRate: NaN }));
  await withTrainer(nan, async (trainer) => {
    // The first loss is that of the initial parameters; what its step made of them shows in the next.
    const error = await assertRejects(() => trainer.runEpoch(0), DivergenceError);
    assertEquals(error.message, "training diverged: loss was not finite at step 1");
  });
  const process = createGppvaeTrainer(tinyTask({ processLearningRate: Infinity }));
  await withTrainer(process, async (trainer) => {
    await epochs(trainer, 0, 2);
    const error = await assertRejects(() => trainer.runEpoch(2), DivergenceError);
    assert(error.message.includes("a parameter of the Gaussian process was not finite at step 6"));
  });
  const backend = scriptedBackend((specs) =>
    stepKind(specs) !== "training" ? undefined : (inputs) => ({
      loss: { shape: [], data: Float32Array.of(1) },
      "params/encoder/mean/bias": {
        shape: inputs["params/encoder/mean/bias"]!.shape,
        data: Float32Array.of(0, Infinity),
      },
    })
  );
  await withTrainer(createGppvaeTrainer(tinyTask({}, backend)), async (trainer) => {
    const error = await assertRejects(() => trainer.runEpoch(0), DivergenceError);
    assert(error.message.includes("params/encoder/mean/bias was not finite at step 2"));
  });
});

Deno.test("a Gaussian process without a usable covariance is a divergence at its step", async () => {
  const rejects = async (settings: Settings, from: number, step: number, message: RegExp) =>
    await withTrainer(createGppvaeTrainer(tinyTask(settings)), async (trainer) => {
      await epochs(trainer, 0, from);
      const rest = async () => {
        await epochs(trainer, from, trainer.epochs);
        await trainer.evaluate();
      };
      const error = await assertRejects(rest, DivergenceError);
      assertEquals([error.step, message.test(error.message)], [step, true], error.message);
    });
  const at = (lengthScale: string) =>
    new RegExp(
      `^training diverged: the Gaussian process \\(length scale ${lengthScale}, noise [^)]+\\) ` +
        "had no usable covariance at step \\d+$",
    );
  // Three steps in each epoch. So small that 1 / ℓ² is infinite, and so large that it is zero.
  await rejects({ lengthScale: 1e-200 }, 2, 6, at("1.00e-200"));
  await rejects({ lengthScale: 1e200 }, 2, 6, at("1.00e\\+200"));
  // A step that throws the parameters out shows at the next one …
  await rejects({ processLearningRate: 1e4 }, 2, 7, at(".*"));
  // … and in the evaluation, where there is none; in the joint stage no expansion comes in between.
  const one = { processSteps: 1, processEpochs: 1, processLearningRate: 1e4, testEvery: 0 };
  await rejects({ ...one, jointEpochs: 0 }, 2, 6, at(".*"));
  const joint = { jointLearningRate: 1e4, testEvery: 0, jointEpochs: 1 };
  await withTrainer(createGppvaeTrainer(tinyTask(joint)), async (trainer) => {
    await epochs(trainer, 0, 4);
    const error = await assertRejects(() => trainer.runEpoch(4), DivergenceError);
    assert(error.step >= 12 && error.step <= 15, error.message);
  });
});

Deno.test("createGppvaeTrainer() throws in one line for settings that do not fit", () => {
  const refuses = (settings: Settings, message: string) =>
    assertEquals(
      assertThrows(() => createGppvaeTrainer(tinyTask(settings)), RangeError).message,
      `Cannot train GPPVAE: ${message}`,
    );
  refuses({ imagesPerBatch: 29 }, "imagesPerBatch must be at most the 28 observed images, is 29");
  refuses({ vaeEpochs: 0 }, "setting vaeEpochs must be a positive integer, is 0");
  refuses({ jointEpochs: -1 }, "setting jointEpochs must be 0 or a positive integer, is -1");
  refuses({ noiseVariance: 1 }, "setting noiseVariance must be below 1, the codes' variance, is 1");
  refuses({ pixelVariance: 0 }, "setting pixelVariance must be a positive number, is 0");
  refuses({ objectRank: "2" }, "setting objectRank must be a number, is 2");
  refuses({ viewAngles: "some" }, "setting viewAngles must be one of true, equal, is some");
  assertEquals(parseGppvaeSettings(GPPVAE_DEFAULTS).training.jointEpochs, 0, "dis is the default");
});
