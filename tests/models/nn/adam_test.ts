import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { normal, rootKey } from "../../../data/random/mod.ts";
import {
  ADAM_DEFAULTS,
  adamRate,
  adamUpdate,
  initAdam,
} from "../../../models/training/optimisers.ts";
import { numbers, relativeError, toTensors } from "../cpu.ts";

Deno.test("adamUpdate() equals a Float64 loop over single numbers when gradients change", () => {
  const start = {
    "b/kernel": { shape: [2, 3], data: normal(rootKey(1), 6) },
    "a/bias": { shape: [3], data: normal(rootKey(2), 3) },
    "c/logVariance": { shape: [], data: normal(rootKey(3), 1) },
  };
  let params = toTensors(start);
  let { m, v } = toTensors(initAdam(start)) as { m: tf.Tensor; v: tf.Tensor };
  const expected = Object.values(start).flatMap(({ data }) => Array.from(data));
  const first = expected.map(() => 0);
  const second = expected.map(() => 0);
  const { beta1, beta2, epsilon } = ADAM_DEFAULTS;
  for (let step = 1; step <= 20; step++) {
    const draw = normal(rootKey(100 + step), expected.length);
    const grads = {
      "b/kernel": tf.tensor(draw.slice(0, 6), [2, 3]),
      "a/bias": tf.tensor(draw.slice(6, 9)),
      "c/logVariance": tf.scalar(draw[9]!),
    };
    const rate = tf.scalar(adamRate(0.01, step));
    ({ params, moments: { m, v } } = adamUpdate(params, grads, { m, v }, rate));
    for (const [i, gradient] of draw.entries()) {
      first[i] = beta1 * first[i]! + (1 - beta1) * gradient;
      second[i] = beta2 * second[i]! + (1 - beta2) * gradient ** 2;
      const rateOfStep = 0.01 * Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
      expected[i]! -= rateOfStep * first[i]! / (Math.sqrt(second[i]!) + epsilon);
    }
  }
  assertEquals(Object.keys(params).sort(), Object.keys(start).sort());
  const actual = Object.keys(start).flatMap((name) => numbers(params[name]!));
  const error = relativeError(actual, expected, 1);
  assert(error < 1e-6, `relative error ${error}`);
});

Deno.test("adamRate() makes the first update as long as the learning rate", () => {
  // After one step m / √v = (1 − β₁) g / √((1 − β₂) g²), so the rate undoes both factors.
  const { beta1, beta2 } = ADAM_DEFAULTS;
  const length = adamRate(0.003, 1) * (1 - beta1) / Math.sqrt(1 - beta2);
  assert(Math.abs(length - 0.003) < 1e-15);
});

Deno.test("adamRate() refuses a step when it is not a positive integer", () => {
  assertThrows(() => adamRate(0.1, 0), RangeError, "step must be an integer >= 1, is 0");
});
