import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { latentOde, latentOdeVectors } from "../../../models/latent_ode/method.ts";
import { DivergenceError } from "../../../models/training/method.ts";
import type { Settings } from "../../../models/training/settings.ts";
import { epochs, withTrainer } from "../training/_tiny_task.ts";
import { resumedReports, SPIRAL_SETTINGS, spiralError, spirals, withSpirals } from "./_spirals.ts";

const onSpirals = withSpirals(latentOdeVectors, SPIRAL_SETTINGS);

Deno.test("a latent ODE learns spirals, a system of first order", async () => {
  await onSpirals({ epochs: 250, validationEvery: 50 }, async (trainer) => {
    await epochs(trainer, 0, 250);
    // Spirals have a variance of 0.3.
    assert(await spiralError(await trainer.trained()) < 0.02);
  });
});

Deno.test("a latent ODE resumes bit for bit, its terms add up, and the KL's weight grows", async () => {
  const { reports, steps } = await resumedReports(onSpirals, {
    ...{ batchSize: 8, growth: true, growthFrames: 8, clipNorm: 0.5 },
    ...{ klWeight: 0.5, klAnnealingSteps: 8, initialPrior: "learned", encoderFrames: 2 },
  });
  assertEquals(steps, 16);
  // From step 8 on, that is from epoch 2, the weight is whole.
  const { loss, reconstruction, initialKl } = reports[3]!;
  assertAlmostEquals(loss!, 0.5 * initialKl! - reconstruction!, 1e-3);
  const first = reports[0]!;
  const share = (first.loss! + first.reconstruction!) / first.initialKl!;
  assert(share > 0 && share < 0.5 * 3 / 8, `${share}`);
});

Deno.test("predict() of a latent ODE reads the encoded frames alone, and draws by the name of the draw", async () => {
  await onSpirals({ epochs: 1 }, async (trainer) => {
    await trainer.runEpoch(0);
    const model = await trainer.trained();
    const sequences = spirals("test", 3);
    const ask = (of: typeof sequences, draw?: string[]) =>
      model.predict({
        sequences: of,
        context: (s) => [4 + s, 5 + s, 6 + s, 12],
        asked: [0, 5, 19],
        ...(draw ? { draw } : {}),
      });
    const seen = (i: number) => {
      const at = Math.floor(i / 2) % 20 - 4 - Math.floor(i / 40);
      return at >= 0 && at < 3;
    };
    const hidden = { ...sequences, frames: sequences.frames.map((x, i) => seen(i) ? x : NaN) };
    const mean = await ask(sequences);
    assertEquals(mean.length, 3 * 3 * 2);
    assertEquals(await ask(hidden), mean);
    const draw = await ask(hidden, ["a"]);
    assertEquals(await ask(sequences, ["a"]), draw);
    assert(draw.some((x, i) => Math.abs(x - mean[i]!) > 1e-3));
    assert((await ask(sequences, ["b"])).some((x, i) => x !== draw[i]));
  });
});

Deno.test("a latent ODE trains on one sequence of a few frames, and on images with missing ones", async () => {
  const walk = spirals("walk", 1);
  const start = { ...walk, observedCount: 16, observed: walk.observed.slice(0, 16) };
  await withTrainer(latentOdeVectors, {
    settings: { ...SPIRAL_SETTINGS, batchSize: 1, epochs: 2 },
    data: { train: start, validation: start },
  }, async (trainer) => {
    await epochs(trainer, 0, 2);
    const model = await trainer.trained();
    const context = () => start.observed;
    const future = await model.predict({ sequences: start, context, asked: [16, 17, 18, 19] });
    assert(future.length === 8 && future.every(Number.isFinite));
  });
  const settings = {
    ...{ latentDimensions: 2, fieldHidden: 3, stepsPerFrame: 1, batchSize: 3, epochs: 1 },
    ...{ encoderFilters: 1, decoderFilters: 1, testEvery: 0 },
  };
  await withTrainer(latentOde, { settings }, async (trainer) => {
    assert(Object.values(await trainer.runEpoch(0)).every(Number.isFinite));
  });
});

Deno.test("a latent ODE refuses in one line what does not fit, and diverges where a loss is not finite", async () => {
  const refused = async (settings: Settings, message: string) => {
    const error = await assertRejects(() => onSpirals(settings, () => Promise.resolve()));
    assertEquals((error as Error).message, `Cannot train latent ODE: ${message}`);
  };
  await refused({ batchSize: 33 }, "batchSize must be at most the 32 training sequences, is 33");
  await refused({ encoderFrames: 20 }, "encoderFrames must be below the 20 observed frames, is 20");
  await refused({ fieldLayers: 0 }, "setting fieldLayers must be a positive integer, is 0");
  await onSpirals({ learningRate: NaN, epochs: 1 }, async (trainer) => {
    await assertRejects(() => trainer.runEpoch(0), DivergenceError);
  });
});
