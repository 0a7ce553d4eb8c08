/** The losses of both models and their gradients, beside PyTorch's, and the path beside exact solutions. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { rootKey } from "../../../data/random/mod.ts";
import type { Sequences } from "../../../data/sequences.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { mapValues, type Tensors } from "../../../models/backend/tensors.ts";
import { initialise } from "../../../models/nn/init.ts";
import { densePath, hermiteWeights } from "../../../models/recurrent/dense_path.ts";
import { recurrentLatentOdeModel } from "../../../models/recurrent/latent_ode.ts";
import type { RecurrentModel } from "../../../models/recurrent/model.ts";
import { recurrentModel } from "../../../models/recurrent/network.ts";
import {
  RECURRENT_LATENT_ODE_SETTINGS,
  type RecurrentLatentOdeSettings,
} from "../../../models/recurrent/settings.ts";
import { defaultSettings } from "../../../models/training/settings.ts";
import { normalTensor, numbers, scalarOf, toTensors } from "../cpu.ts";
import { assertTorch, pattern } from "../latent_ode/_torch_case.ts";
import results from "./torch_vectors.json" with { type: "json" };

const [COUNT, FRAMES] = [3, 8];
const OBSERVED = [[0, 2, 3, 7], [1, 2, 5, 6], [0, 1, 2, 3]];
const SETTINGS = {
  ...defaultSettings(RECURRENT_LATENT_ODE_SETTINGS),
  ...{ latentDimensions: 3, fieldHidden: 5, decoderHidden: 4, recurrentHidden: 4 },
  ...{ frameInterval: 0.05, observationDeviation: 0.4, framesPerStep: 3 },
} as unknown as RecurrentLatentOdeSettings;

/** The sequences of `torch_vectors.py`, where what is not observed is no number. */
const sequences: Sequences = {
  ...{ count: COUNT, frameCount: FRAMES, frameShape: [2], observedCount: 4 },
  frames: Float32Array.from(
    numbers(pattern([COUNT, FRAMES, 2], 0.3, 1.1, 1)),
    (value, i) =>
      OBSERVED[Math.floor(i / (2 * FRAMES))]!.includes(Math.floor(i / 2) % FRAMES) ? value : NaN,
  ),
  observed: Int32Array.from(OBSERVED.flat()),
};

const inputsOf = (model: RecurrentModel) => ({
  ...toTensors(model.observations(sequences)),
  "noise/initial": pattern([COUNT, 3], 0.9, 1.7, 1.2),
});

Deno.test("the loss of a latent ODE with a recurrent encoder has the terms and gradients of PyTorch and torchdiffeq", () => {
  const model = recurrentLatentOdeModel(SETTINGS, FRAMES, 2);
  assertTorch(results.latentOde, model.specs, (params) => model.loss(params, {}, inputsOf(model)));
});

Deno.test("the loss of a recurrent network has PyTorch's value and gradients", () => {
  const model = recurrentModel(SETTINGS, 2, 2);
  assertTorch(results.network, model.specs, (params) => model.loss(params, {}, inputsOf(model)));
});

for (
  const model of [recurrentLatentOdeModel(SETTINGS, FRAMES, 2), recurrentModel(SETTINGS, 2, 2)]
) {
  Deno.test(`the gradient of the loss of ${model.name} has the slope of central differences along any direction`, () => {
    const inputs = inputsOf(model);
    const params = toTensors(initialise(rootKey(3), model.specs));
    const loss = (params: Tensors) => model.loss(params, {}, inputs).loss;
    const { gradients } = valueAndGradients(() => ({ loss: loss(params) }), params);
    for (const seed of [1, 2, 3]) {
      const directions = mapValues(
        params,
        ({ shape }, name) => normalTensor(rootKey(seed), name, shape),
      );
      const along = (step: number) =>
        scalarOf(
          loss(mapValues(params, (x, name) => tf.add(x, tf.mul(directions[name]!, step)))),
        );
      const norm = Math.hypot(...Object.values(gradients).flatMap(numbers));
      const slope = Object.keys(params).reduce(
        (sum, name) => sum + scalarOf(tf.sum(tf.mul(gradients[name]!, directions[name]!))),
        0,
      );
      // Single precision: larger steps than in double.
      const [h, difference] = [2e-3, (h: number) => (along(h) - along(-h)) / (2 * h)];
      const extrapolated = (4 * difference(h) - difference(2 * h)) / 3;
      const error = Math.abs(extrapolated - slope) / norm;
      assert(error < 2e-4, `error ${error} of the gradient's norm`);
    }
  });
}

Deno.test("hermiteWeights() reproduces cubics at every frame, also of paths shorter than a step", () => {
  for (const [frames, perStep] of [[1, 3], [2, 3], [3, 3], [8, 3], [10, 3], [5, 1]] as const) {
    const { values, slopes, steps } = hermiteWeights(frames, perStep);
    assertEquals(steps, Math.ceil((frames - 1) / perStep));
    const cubic = (t: number) => 2 - t + 3 * t ** 2 - 0.5 * t ** 3;
    const slope = (t: number) => -1 + 6 * t - 1.5 * t ** 2;
    for (let frame = 0; frame < frames; frame++) {
      let sum = 0;
      for (let end = 0; end <= steps; end++) {
        const at = frame * (steps + 1) + end;
        sum += values[at]! * cubic(end) + slopes[at]! * slope(end);
      }
      assertAlmostEquals(sum, cubic(frame / perStep), 1e-4);
    }
  }
});

/** z' = [z₂, −z₁] as a field without a hidden layer. */
const ROTATION = {
  "field/layer1/kernel": tf.tensor2d([[0, -1], [1, 0]]),
  "field/layer1/bias": tf.zeros([2]),
};

/** Greatest error of a path on the circle. */
function circleError(framesPerStep: number): number {
  const settings = { ...SETTINGS, fieldLayers: 0, frameInterval: 0.1, framesPerStep };
  const path = numbers(densePath(ROTATION, tf.tensor2d([[0, 1]]), 50, settings));
  return Math.max(...path.map((value, i) => {
    const t = 0.1 * Math.floor(i / 2);
    return Math.abs(value - (i % 2 === 0 ? Math.sin(t) : Math.cos(t)));
  }));
}

Deno.test("densePath() follows a circle with an error of fourth order in the step", () => {
  const [coarse, fine] = [circleError(8), circleError(4)];
  assert(fine < 2e-3, `error ${fine}`);
  assert(coarse / fine > 12 && coarse / fine < 20, `ratio ${coarse / fine}`);
});
