import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { prefixed, type Tensors } from "../../../models/backend/tensors.ts";
import { frameSpecs } from "../../../models/latent_paths/initial_state.ts";
import { loss } from "../../../models/latent_paths/loss.ts";
import type { InitialStateSettings } from "../../../models/latent_paths/settings.ts";
import { cellSpecs, recurrentPath } from "../../../models/recurrent_vae/transition.ts";
import { numbers, relativeError, scalarOf } from "../cpu.ts";
import { batch, initialNoise, pattern } from "../latent_ode/_torch_case.ts";
import torch from "./torch_vectors.json" with { type: "json" };

Deno.test("recurrentPath() has the states and gradients of PyTorch's GRUCell with an input of zeros", () => {
  const cell = Object.fromEntries(
    cellSpecs(3).map(({ name, shape }, i) => [name, pattern(shape, 0.2 + 1.3 * i, 0.7, 0.9)]),
  );
  const z = pattern([2, 3], 0.9, 1.7, 1.5);
  const { result, gradients } = valueAndGradients((): { loss: tf.Scalar; path: tf.Tensor } => {
    const path = recurrentPath(cell, z, { forward: 4 });
    return { path, loss: tf.sum(tf.mul(path, pattern(path.shape, 0.4, 1.1, 1))) };
  }, { ...cell, z });
  assertEquals(result.path.shape, [2, 5, 3]);
  assert(relativeError(numbers(result.path), torch.path, 0.1) < 1e-5);
  const expected: Record<string, number[]> = {
    z: torch.gradients.z,
    ...prefixed("cell/", torch.gradients),
  };
  assertEquals(Object.keys(gradients).length, 8);
  for (const [name, gradient] of Object.entries(gradients)) {
    assert(relativeError(numbers(gradient), expected[name]!, 0.1) < 1e-4, name);
  }
});

Deno.test("recurrentPath() is the state itself where no frame follows", () => {
  const z = pattern([2, 3], 0.9, 1.7, 1.5);
  assertEquals(numbers(recurrentPath({}, z, { forward: 0 })), numbers(z));
});

Deno.test("the loss of a recurrent VAE has the slopes of central differences", () => {
  const settings: InitialStateSettings = {
    observation: { kind: "vector", dimensions: 3, hidden: 4, variance: "learned" },
    ...{ latentDimensions: 2, encoderFrames: 2, initialPrior: "learned" },
  };
  const specs = [...frameSpecs(settings), ...cellSpecs(2)];
  const params = Object.fromEntries(
    specs.map(({ name, shape }, i) => [name, pattern(shape, 0.2 + 1.3 * i, 0.7, 0.5)]),
  );
  const lossOf = (params: Tensors) =>
    loss(params, {}, batch, initialNoise(2), tf.scalar(0.7), settings, recurrentPath);
  const { gradients } = valueAndGradients(() => lossOf(params), params);
  for (const [name, param] of Object.entries(params)) {
    const direction = pattern(param.shape, 0.5, 2.3, 1);
    const at = (step: number) =>
      scalarOf(lossOf({ ...params, [name]: tf.add(param, tf.mul(direction, step)) }).loss);
    const slope = (at(0.01) - at(-0.01)) / 0.02;
    const exact = scalarOf(tf.sum(tf.mul(gradients[name]!, direction)));
    assertAlmostEquals(slope, exact, 1e-3 + 1e-3 * Math.abs(exact), name);
  }
});
