import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { meanWeights } from "../../../models/nn/bayesian_mlp.ts";
import { latentPath, predict, validationLogLikelihood } from "../../../models/ode2vae/predict.ts";
import { rollout } from "../../../models/ode2vae/rollout.ts";
import { fieldWidths } from "../../../models/ode2vae/settings.ts";
import { numbers, relativeError, scalarOf, toTensors } from "../cpu.ts";
import { TINY_IMAGES, TINY_VECTORS, tinyCase } from "./tiny_cases.ts";

function prepared(settings: typeof TINY_IMAGES) {
  const { params, state, ...rest } = tinyCase(settings);
  return { params: toTensors(params), state: toTensors(state), ...rest };
}

Deno.test("predict() gives every grid frame, before and after the encoded one", () => {
  const { params, state, batch } = prepared(TINY_IMAGES);
  const both = predict(params, state, batch.frames, TINY_IMAGES, { forward: 3, backward: 2 });
  assertEquals(both.shape, [3, 6, 4, 4]);
  assert(numbers(both).every((x) => x > 0 && x < 1), "a probability leaves (0, 1)");
  const forward = predict(params, state, batch.frames, TINY_IMAGES, { forward: 3 });
  assertEquals(numbers(tf.slice(both, [0, 2, 0, 0], [3, 4, 4, 4])), numbers(forward));
  const vectors = prepared(TINY_VECTORS);
  assertEquals(
    predict(vectors.params, vectors.state, vectors.batch.frames, TINY_VECTORS, { forward: 1 })
      .shape,
    [3, 2, 3],
  );
});

Deno.test("predict() sees the first m frames only", () => {
  const { params, state, batch } = prepared(TINY_VECTORS);
  const options = { forward: 2 };
  const first = tf.slice(batch.frames, [0, 0, 0], [3, 2, 3]);
  assertEquals(
    numbers(predict(params, state, first, TINY_VECTORS, options)),
    numbers(predict(params, state, batch.frames, TINY_VECTORS, options)),
  );
  const one = tf.slice(batch.frames, [0, 0, 0], [3, 1, 3]);
  assertThrows(
    () => predict(params, state, one, TINY_VECTORS, options),
    RangeError,
    "must have at least 2, have 1",
  );
});

Deno.test("latentPath() comes back to the encoded state when integrated forwards from the past", () => {
  const { params, state, batch } = prepared(TINY_VECTORS);
  const path = latentPath(params, state, batch.frames, TINY_VECTORS, { forward: 0, backward: 3 });
  const at = (frame: number) => tf.reshape(tf.slice(path, [0, frame, 0], [3, 1, 4]), [3, 4]);
  const weights = meanWeights(params, "field", fieldWidths(TINY_VECTORS));
  const forwards = rollout(weights, { z: at(0) }, 3, TINY_VECTORS).z;
  const back = numbers(tf.slice(forwards, [3, 0, 0], [1, 3, 4]));
  assert(relativeError(back, numbers(at(3)), 1) < 1e-5);
  assert(relativeError(numbers(at(0)), numbers(at(3)), 1) > 1e-2, "the path stands still");
});

Deno.test("latentPath() is the mean path when all noise is zero, and moves with noise", () => {
  const { params, state, batch, noise } = prepared(TINY_VECTORS);
  const path = (scale: number) =>
    numbers(latentPath(params, state, batch.frames, TINY_VECTORS, {
      forward: 2,
      noise: { initial: tf.mul(noise.initial, scale), weights: tf.mul(noise.weights, scale) },
    }));
  const mean = numbers(latentPath(params, state, batch.frames, TINY_VECTORS, { forward: 2 }));
  assert(relativeError(path(0), mean, 1) < 1e-6);
  assert(relativeError(path(1), mean, 1) > 0.1);
});

Deno.test("predict() normalises by batch statistics when asked", () => {
  const { params, state, batch } = prepared(TINY_IMAGES);
  const run = (frames: tf.Tensor, statistics: "batch" | "running") =>
    numbers(predict(params, state, frames, TINY_IMAGES, { forward: 1, statistics }));
  const alone = tf.slice(batch.frames, [0, 0, 0, 0], [1, 4, 4, 4]);
  // Running statistics: a sequence's prediction does not depend on its neighbours.
  assert(relativeError(run(alone, "running"), run(batch.frames, "running").slice(0, 32), 1) < 1e-6);
  assertNotEquals(run(alone, "batch"), run(batch.frames, "batch").slice(0, 32));
});

Deno.test("validationLogLikelihood() is the likelihood per frame of the predicted frames", () => {
  const { params, state, batch, batch64 } = prepared(TINY_IMAGES);
  const forward = batch.selection.shape[2]! - 1;
  const predicted = numbers(predict(params, state, batch.frames, TINY_IMAGES, { forward }));
  let sum = 0;
  for (const [b, offsets] of batch64.offsets.entries()) {
    for (const [l, offset] of offsets.entries()) {
      for (const [i, x] of batch64.frames[b]![l]!.entries()) {
        const p = predicted[(b * (forward + 1) + offset) * 16 + i]!;
        sum += x * Math.log(1e-5 + p) + (1 - x) * Math.log(1e-5 + 1 - p);
      }
    }
  }
  const actual = scalarOf(validationLogLikelihood(params, state, batch, TINY_IMAGES));
  assertAlmostEquals(actual, sum / 12, 1e-4);
});
