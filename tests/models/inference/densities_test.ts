import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals } from "@std/assert";
import { normal, rootKey } from "../../../data/random/mod.ts";
import {
  bernoulliLogLikelihood,
  gaussianKl,
  gaussianLogDensity,
  reparameterise,
  standardNormalKl,
  standardNormalLogDensity,
} from "../../../models/inference/densities.ts";
import { numbers, scalarOf } from "../cpu.ts";

const MEAN = [0.3, -1.2, 2];
const LOG_VARIANCE = [-0.5, 0.8, 0.1];
const GAUSSIAN = { mean: tf.tensor1d(MEAN), logVariance: tf.tensor1d(LOG_VARIANCE) };

/** Product of one-dimensional densities, written out. */
const density = (x: number[], mean: number[], variance: number[]) =>
  x.reduce(
    (product, value, i) =>
      product * Math.exp(-((value - mean[i]!) ** 2) / (2 * variance[i]!)) /
      Math.sqrt(2 * Math.PI * variance[i]!),
    1,
  );

Deno.test("gaussianLogDensity() is the logarithm of the product of densities", () => {
  const rows = [[0.1, 0.2, 0.3], [1, -1, 2]];
  const actual = numbers(gaussianLogDensity(tf.tensor2d(rows), GAUSSIAN));
  for (const [i, row] of rows.entries()) {
    assertAlmostEquals(actual[i]!, Math.log(density(row, MEAN, LOG_VARIANCE.map(Math.exp))), 1e-5);
  }
});

Deno.test("standardNormalLogDensity() keeps all axes but the last", () => {
  const x = tf.tensor3d([[[0.5, -1], [0, 2]]]);
  const actual = standardNormalLogDensity(x);
  assertAlmostEquals(numbers(actual)[0]!, Math.log(density([0.5, -1], [0, 0], [1, 1])), 1e-6);
  assertAlmostEquals(numbers(actual)[1]!, Math.log(density([0, 2], [0, 0], [1, 1])), 1e-6);
  assert(actual.shape.join() === "1,2");
});

Deno.test("reparameterise() gives draws with the mean and variance", () => {
  const n = 20_000;
  const noise = tf.tensor(normal(rootKey(5), n * 3), [n, 3]);
  const draws = reparameterise(GAUSSIAN, noise);
  const { mean, variance } = tf.moments(draws, 0);
  for (const i of [0, 1, 2]) {
    const expected = Math.exp(LOG_VARIANCE[i]!);
    assertAlmostEquals(numbers(mean)[i]!, MEAN[i]!, 4 * Math.sqrt(expected / n));
    assertAlmostEquals(numbers(variance)[i]! / expected, 1, 4 * Math.sqrt(2 / n));
  }
});

Deno.test("standardNormalKl() agrees with a Monte Carlo estimate of E[log q − log p]", () => {
  const n = 50_000;
  const draws = reparameterise(GAUSSIAN, tf.tensor(normal(rootKey(6), n * 3), [n, 3]));
  const ratios = tf.sub(gaussianLogDensity(draws, GAUSSIAN), standardNormalLogDensity(draws));
  const { mean, variance } = tf.moments(ratios);
  const standardError = Math.sqrt(scalarOf(variance) / n);
  const kl = scalarOf(standardNormalKl(GAUSSIAN));
  assert(Math.abs(kl - scalarOf(mean)) < 4 * standardError);
  assert(standardError < 0.01 * kl, `the estimate is too rough: ± ${standardError}`);
});

Deno.test("gaussianKl() is the sum of log(σp / σq) + (σq² + (µq − µp)²) / (2 σp²) − ½", () => {
  const [mean, logVariance] = [[0.1, 0.4, -1], [0.7, -0.3, 0.2]];
  const expected = MEAN.reduce((sum, m, i) => {
    const [q, p] = [Math.exp(LOG_VARIANCE[i]! / 2), Math.exp(logVariance[i]! / 2)];
    return sum + Math.log(p / q) + (q * q + (m - mean[i]!) ** 2) / (2 * p * p) - 0.5;
  }, 0);
  const other = { mean: tf.tensor1d(mean), logVariance: tf.tensor1d(logVariance) };
  assertAlmostEquals(scalarOf(gaussianKl(GAUSSIAN, other)), expected, 1e-5);
});

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
