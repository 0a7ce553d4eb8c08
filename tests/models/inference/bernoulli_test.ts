import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { bernoulliLogLikelihood } from "../../../models/inference/bernoulli.ts";
import { numbers } from "../cpu.ts";

Deno.test("bernoulliLogLikelihood() is x log(1e-5 + p) + (1 − x) log(1e-5 + 1 − p)", () => {
  const x = [0, 1, 0.3, 0.9];
  const p = [0.2, 0.7, 0.5, 0.1];
  const actual = numbers(bernoulliLogLikelihood(tf.tensor1d(x), tf.tensor1d(p)));
  for (const [i, value] of actual.entries()) {
    const expected = x[i]! * Math.log(1e-5 + p[i]!) + (1 - x[i]!) * Math.log(1e-5 + 1 - p[i]!);
    assertAlmostEquals(value, expected, 1e-6);
  }
});

Deno.test("bernoulliLogLikelihood() stays finite when p is 0 or 1", () => {
  const actual = numbers(bernoulliLogLikelihood(tf.tensor1d([1, 0]), tf.tensor1d([0, 1])));
  // In single precision 1 + 1e-5 − 1 is off by up to 6e-8, which is 0.6 % of 1e-5.
  for (const value of actual) assertAlmostEquals(value, Math.log(1e-5), 0.01);
});
