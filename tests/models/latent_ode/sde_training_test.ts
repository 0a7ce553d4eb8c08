import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { latentSde, latentSdeFrameContexts } from "../../../models/latent_ode/method.ts";
import { parameterSpecs } from "../../../models/latent_ode/sde_model.ts";
import { LATENT_SDE_SETTINGS } from "../../../models/latent_ode/sde_settings.ts";
import { sizeOf } from "../../../models/backend/tensors.ts";
import { DivergenceError } from "../../../models/training/method.ts";
import type { SequenceModel } from "../../../models/training/sequences.ts";
import {
  defaultSettings,
  parseSettings,
  type Settings,
} from "../../../models/training/settings.ts";
import { resumedReports, SPIRAL_SETTINGS, spiralError, spirals, withSpirals } from "./_spirals.ts";
import { epochs, withTrainer } from "../training/_tiny_task.ts";

const SETTINGS: Settings = {
  ...SPIRAL_SETTINGS,
  ...{ diffusionHidden: 4, contextDimensions: 2, posteriorSamples: 8, validationSamples: 3 },
};

const onSpirals = withSpirals(latentSde, SETTINGS);

Deno.test("a latent SDE of walks has as many parameters as the published one", () => {
  const flat = parseSettings("", LATENT_SDE_SETTINGS, defaultSettings(LATENT_SDE_SETTINGS));
  const { networkHidden: hidden } = flat;
  const specs = parameterSpecs({
    ...{ ...flat, contexts: "first" },
    observation: { kind: "vector", dimensions: 50, hidden, variance: "decoded" },
  });
  assertEquals(specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0), 11_605);
});

Deno.test("a latent SDE learns spirals better than their variance", async () => {
  await onSpirals({ epochs: 250, validationEvery: 50, klAnnealingSteps: 50 }, async (trainer) => {
    await epochs(trainer, 0, 250);
    assert(await spiralError(await trainer.trained()) < 0.25);
  });
});

Deno.test("a latent SDE resumes bit for bit, and its terms add up", async () => {
  const settings = { batchSize: 8, klAnnealingSteps: 8, klWeight: 0.5 };
  const { reports } = await resumedReports(onSpirals, settings);
  const { loss, reconstruction, initialKl, pathKl } = reports[3]!;
  assertAlmostEquals(loss!, 0.5 * (initialKl! + pathKl!) - reconstruction!, 1e-3);
});

Deno.test("predict() of a latent SDE averages draws, reads the encoded frames alone, and goes forwards", async () => {
  const settings = { epochs: 1, klAnnealingSteps: 0 };
  const ask = async (model: SequenceModel, of = spirals("test", 3), draw?: (string | number)[]) =>
    await model.predict({
      sequences: of,
      context: () => [0, 1, 2, 12],
      asked: [3, 8, 19],
      ...(draw ? { draw } : {}),
    });
  const prior = await onSpirals(settings, async (trainer) => {
    await trainer.runEpoch(0);
    const model = await trainer.trained();
    assertEquals(model.draws, 8);
    const mean = await ask(model);
    const test = spirals("test", 3);
    const hidden = {
      ...test,
      frames: test.frames.map((x, i) => Math.floor(i / 2) % 20 < 3 ? x : NaN),
    };
    assertEquals(await ask(model, hidden), mean);
    const draws = await Promise.all(
      Array.from({ length: 8 }, (_, i) => ask(model, test, ["average", i])),
    );
    for (const [i, value] of mean.entries()) {
      assertAlmostEquals(value, draws.reduce((sum, draw) => sum + draw[i]!, 0) / 8, 1e-6);
    }
    assert(new Set(draws.map((draw) => draw[0])).size === 8);
    const backwards = model.predict({ sequences: test, context: () => [5, 6, 7], asked: [4] });
    const error = await assertRejects(() => backwards, RangeError);
    assertEquals(
      error.message,
      "Cannot predict by latent SDE: frames asked for must not lie before the context, one does by 1",
    );
    return mean;
  });
  await onSpirals({ ...settings, predictionDrift: "posterior" }, async (trainer) => {
    await trainer.runEpoch(0);
    assertNotEquals(await ask(await trainer.trained()), prior);
  });
});

Deno.test("a latent SDE refuses images in one line, and diverges where a loss is not finite", async () => {
  const error = await assertRejects(
    () => withTrainer(latentSde, { settings: SETTINGS }, () => Promise.resolve()),
    RangeError,
  );
  assertEquals(error.message, "Cannot train latent SDE: frames must be vectors, are 28×28");
  await onSpirals({ learningRate: NaN, epochs: 1 }, async (trainer) => {
    await assertRejects(() => trainer.runEpoch(0), DivergenceError);
  });
});

const { predictionDrift: _, ...frameContextDefaults } = defaultSettings(LATENT_SDE_SETTINGS);

Deno.test("a latent SDE with a context of each frame has the other's settings but for the drift, and learns spirals", async () => {
  assertEquals(defaultSettings(latentSdeFrameContexts.settings), frameContextDefaults);
  const settings = { epochs: 150, validationEvery: 50, klAnnealingSteps: 50 };
  const first = await onSpirals(settings, (trainer) => trainer.runEpoch(0));
  await withSpirals(latentSdeFrameContexts, SETTINGS)(settings, async (trainer) => {
    const [report] = await epochs(trainer, 0, 150);
    assertNotEquals(report!.pathKl, first.pathKl);
    assert(await spiralError(await trainer.trained()) < 0.25);
  });
});

Deno.test("a latent SDE with a context of each frame refuses sequences with missing frames", async () => {
  const train = spirals("train", 32);
  const missing = {
    ...train,
    observedCount: 10,
    observed: Int32Array.from({ length: 320 }, (_, i) => i % 10),
  };
  const data = { train: missing, validation: spirals("validation", 8) };
  const error = await assertRejects(
    () =>
      withTrainer(
        latentSdeFrameContexts,
        { settings: SETTINGS, data },
        () => Promise.resolve(),
      ),
    RangeError,
  );
  assertEquals(
    error.message,
    "Cannot train latent SDE with a context of each frame: all 20 frames of a sequence must be " +
      "observed, are 10",
  );
});
