import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { evaluateWithPyTorch, hasPyTorch } from "../../../benchmarks/speed/pytorch.ts";
import { fold, normal, permutation, rootKey, uniform } from "../../../data/random/mod.ts";
import type { HostArray, HostArrays } from "../../../models/backend/tensors.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import { loss } from "../../../models/ode2vae/loss.ts";
import { type Ode2vaeSettings, RMNIST_SETTINGS } from "../../../models/ode2vae/settings.ts";

const ignore = !await hasPyTorch();
const KEY = fold(rootKey(20191210), "oracle");
const [SEQUENCES, LENGTH, GRID] = [2, 3, 4];
const RELATIVE_TOLERANCE = 1e-4;

/** Parameters at the paper's sizes, away from their zero biases and unit scales, with a batch and its noise. */
function inputs(settings: Ode2vaeSettings): { params: HostArrays; data: HostArrays } {
  const params: Record<string, HostArray> = {};
  for (const [name, { shape, data }] of Object.entries(init(KEY, settings).params)) {
    const noise = normal(fold(KEY, name), data.length);
    params[name] = { shape, data: Float32Array.from(data, (x, i) => x + 0.05 * noise[i]!) };
  }
  const q = settings.latentDimensions;
  const selection = new Float32Array(SEQUENCES * LENGTH * GRID);
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const states = permutation(fold(KEY, "states", sequence), GRID).subarray(0, LENGTH).sort();
    states.forEach((state, i) => selection[(sequence * LENGTH + i) * GRID + state] = 1);
  }
  const weights = Object.entries(params)
    .filter(([name]) => name.startsWith("field/layer"))
    .reduce((sum, [, { data }]) => sum + data.length, 0);
  const frames = uniform(fold(KEY, "frames"), SEQUENCES * LENGTH * 28 * 28);
  return {
    params,
    data: {
      frames: { shape: [SEQUENCES, LENGTH, 28, 28], data: frames },
      selection: { shape: [SEQUENCES, LENGTH, GRID], data: selection },
      "noise/initial": {
        shape: [SEQUENCES, 2 * q],
        data: normal(fold(KEY, "initial"), SEQUENCES * 2 * q),
      },
      "noise/weights": { shape: [weights], data: normal(fold(KEY, "weights"), weights) },
    },
  };
}

function tensors(arrays: HostArrays): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(arrays).map((
      [name, { shape, data }],
    ) => [name, tf.tensor(data, [...shape], "float32")]),
  );
}

/** The suite's own loss, op by op, with its gradients. */
function evaluate(params: HostArrays, data: HostArrays, settings: Ode2vaeSettings) {
  const names = Object.keys(params);
  const given = tensors(data);
  const state = tensors(init(KEY, settings).state);
  const terms: Record<string, number> = {};
  const { value, grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
    const result = loss(
      Object.fromEntries(names.map((name, i) => [name, values[i]!])),
      state,
      { frames: given.frames!, selection: given.selection! },
      { initial: given["noise/initial"]!, weights: given["noise/weights"]! },
      settings,
    );
    for (const [name, term] of Object.entries(result.terms)) terms[name] = term.dataSync()[0]!;
    return result.loss;
  })(Object.values(tensors(params)));
  const gradients = names.map((name, i) => [name, Array.from(grads[i]!.dataSync())] as const);
  return { terms: { ...terms, loss: value.dataSync()[0]! }, gradients };
}

for (const model of ["ode2vae-kl", "ode2vae"] as const) {
  for (const initialLogDensity of ["paper", "released-code"] as const) {
    Deno.test({
      name: `loss() agrees with PyTorch when the model is ${model}, log q begins as in ${
        initialLogDensity === "paper" ? "the paper" : "the released code"
      }`,
      ignore,
      async fn() {
        await tf.setBackend("cpu");
        const settings: Ode2vaeSettings = {
          ...RMNIST_SETTINGS,
          klEncoder: model === "ode2vae-kl",
          initialLogDensity,
        };
        const { params, data } = inputs(settings);
        tf.engine().startScope();
        const ours = evaluate(params, data, settings);
        tf.engine().endScope();
        const theirs = await evaluateWithPyTorch({ ...params, ...data }, {
          model,
          initialLogDensity,
          float64: true,
        });
        assertEquals(Object.keys(ours.terms).sort(), Object.keys(theirs.terms).sort());
        for (const [name, value] of Object.entries(ours.terms)) {
          const difference = Math.abs(value / theirs.terms[name]! - 1);
          assert(difference < RELATIVE_TOLERANCE, `${name} differs by ${difference}`);
        }
        assertEquals(Object.keys(params).sort(), Object.keys(theirs.gradients).sort());
        for (const [name, gradient] of ours.gradients) {
          const expected = theirs.gradients[name]!.data;
          const size = Math.max(...expected.map(Math.abs));
          const difference = Math.max(...gradient.map((g, i) => Math.abs(g - expected[i]!))) / size;
          assert(difference < RELATIVE_TOLERANCE, `gradient of ${name} differs by ${difference}`);
        }
      },
    });
  }
}
