import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { rootKey } from "../../../data/random/mod.ts";
import { solveSde } from "../../../models/latent_ode/euler_maruyama.ts";
import { parameterSpecs, samplePath } from "../../../models/latent_ode/sde_model.ts";
import type { LatentSdeSettings } from "../../../models/latent_ode/sde_settings.ts";
import { initialise } from "../../../models/nn/init.ts";
import { normalTensor, numbers, toTensors } from "../cpu.ts";

const [SEQUENCES, FRAMES, SIZE, STEPS_PER_FRAME] = [2, 9, 3, 2];
const settings: LatentSdeSettings = {
  observation: { kind: "vector", dimensions: SIZE, hidden: 5, variance: "unit" },
  ...{ latentDimensions: 2, fieldHidden: 4, fieldLayers: 1, fieldActivation: "tanh" },
  ...{ encoderFrames: 3, initialPrior: "learned", contextDimensions: 2, diffusionHidden: 3 },
  ...{ frameInterval: 0.1, stepsPerFrame: STEPS_PER_FRAME },
  ...{ predictionDrift: "prior", contexts: "each" },
};
const params = toTensors(initialise(rootKey(3), parameterSpecs(settings)));
const noise = {
  initial: normalTensor(rootKey(4), "initial", [SEQUENCES, 2]),
  path: normalTensor(rootKey(4), "path", [(FRAMES - 1) * STEPS_PER_FRAME, SEQUENCES, 2]),
};
const frames = normalTensor(rootKey(5), "frames", [SEQUENCES, FRAMES, SIZE]);

/** The same frames but for one of the second sequence. */
function changed(frame: number): tf.Tensor {
  const values = numbers(frames);
  values[(FRAMES + frame) * SIZE + 1]! += 1;
  return tf.tensor(values, frames.shape);
}

/** Frames of the second sequence whose states another path has. */
function changedStates(
  frame: number,
  drift: Parameters<typeof samplePath>[4],
  contexts: LatentSdeSettings["contexts"],
): number[] {
  const states = (x: tf.Tensor) =>
    numbers(samplePath(params, x, noise, { ...settings, contexts }, drift).path);
  const [one, other] = [states(frames), states(changed(frame))];
  const differs = (sequence: number, t: number) =>
    [0, 1].some((k) => {
      const at = (sequence * FRAMES + t) * 2 + k;
      return one[at] !== other[at];
    });
  const times = Array.from({ length: FRAMES }, (_, t) => t);
  assert(!times.some((t) => differs(0, t)), "the first sequence must not see the second");
  return times.filter((t) => differs(1, t));
}

Deno.test("the posterior's step from frame k sees frames k + 1 … k + 3, and all later states follow", () => {
  for (const frame of [3, 4, 7, 8]) {
    // Frame j is first seen by the step from frame j − 3, which leads to j − 2.
    const expected = Array.from({ length: FRAMES - (frame - 2) }, (_, i) => frame - 2 + i);
    assertEquals(changedStates(frame, "posterior-with-kl", "each"), expected);
  }
});

Deno.test("the prior's path and one context see the first frames alone", () => {
  for (const frame of [3, 8]) {
    assertEquals(changedStates(frame, "prior", "each"), []);
    assertEquals(changedStates(frame, "posterior-with-kl", "first"), []);
  }
  assertEquals(changedStates(2, "prior", "each").length, FRAMES);
});

Deno.test("the last steps see the last frames, and a step of one frame what its others see", () => {
  const { path, pathKl } = samplePath(params, frames, noise, settings, "posterior-with-kl");
  assertEquals(path.shape, [SEQUENCES, FRAMES, 2]);
  assertEquals(pathKl!.shape, [SEQUENCES]);
  // With a constant sequence all contexts are the same one.
  const still = tf.tile(tf.slice(frames, [0, 0, 0], [SEQUENCES, 1, SIZE]), [1, FRAMES, 1]);
  const [each, first] = (["each", "first"] as const).map((contexts) =>
    numbers(samplePath(params, still, noise, { ...settings, contexts }, "posterior-with-kl").path)
  );
  each!.forEach((value, i) => assert(Math.abs(value - first![i]!) < 1e-6));
});

Deno.test("solveSde() gives drift and diffusion the inputs of each step", () => {
  const [steps, dt] = [6, 0.5];
  const draws = normalTensor(rootKey(6), "draws", [steps, 1, 1]);
  const { z } = solveSde({
    drift: ({ push }, z) => tf.add(tf.mul(z, 0), push!),
    diffusion: ({ size }, z) => tf.add(tf.mul(z, 0), size!),
    params: {},
    inputs: {
      push: tf.tensor([1, 2, 3, 4, 5, 6], [steps, 1, 1]),
      size: tf.tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [steps, 1, 1]),
    },
    z: tf.zeros([1, 1]),
    noise: draws,
    stepsPerFrame: 1,
    stepSize: dt,
  });
  const noises = numbers(draws);
  let state = 0;
  numbers(z).forEach((value, i) => {
    if (i > 0) state += dt * i + Math.sqrt(dt) * 0.1 * i * noises[i - 1]!;
    assert(Math.abs(value - state) < 1e-5);
  });
});
