import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { normal, rootKey } from "../../../data/random/mod.ts";
import {
  bayesianMlpKl,
  bayesianMlpSpecs,
  meanWeights,
  sampleWeights,
  weightCount,
  weightShapes,
} from "../../../models/nn/bayesian_mlp.ts";
import { initialise } from "../../../models/nn/init.ts";
import { numbers, scalarOf, toTensors } from "../cpu.ts";

const WIDTHS = [4, 5, 5, 2];

Deno.test("weightShapes() lists kernel before bias from the first layer on", () => {
  assertEquals(weightShapes([4, 3, 2]), [
    { name: "layer1/kernel", shape: [4, 3] },
    { name: "layer1/bias", shape: [3] },
    { name: "layer2/kernel", shape: [3, 2] },
    { name: "layer2/bias", shape: [2] },
  ]);
  assertEquals(weightCount(WIDTHS), 4 * 5 + 5 + 5 * 5 + 5 + 5 * 2 + 2);
});

Deno.test("sampleWeights() is mean + deviation · noise in flat order", () => {
  const params = toTensors(initialise(rootKey(1), bayesianMlpSpecs("f", WIDTHS, 0.25)));
  const noise = normal(rootKey(2), weightCount(WIDTHS));
  const draw = sampleWeights(params, "f", WIDTHS, tf.tensor(noise));
  const means = Object.values(meanWeights(params, "f", WIDTHS)).flatMap(numbers);
  const actual = weightShapes(WIDTHS).flatMap(({ name }) => numbers(draw[name]!));
  for (const [i, value] of actual.entries()) {
    assertAlmostEquals(value, means[i]! + 0.5 * noise[i]!, 1e-6);
  }
});

Deno.test("sampleWeights() refuses noise when it has another length", () => {
  const params = toTensors(initialise(rootKey(1), bayesianMlpSpecs("f", WIDTHS, 0.25)));
  assertThrows(
    () => sampleWeights(params, "f", WIDTHS, tf.zeros([66])),
    RangeError,
    "noise must have 67 numbers, has 66",
  );
});

Deno.test("bayesianMlpKl() agrees with a Monte Carlo estimate of E[log q − log p]", () => {
  const widths = [2, 3, 1];
  const variance = 0.3;
  const params = toTensors(initialise(rootKey(3), bayesianMlpSpecs("f", widths, variance)));
  const means = Object.values(meanWeights(params, "f", widths)).flatMap(numbers);
  const n = weightCount(widths);
  const draws = 20_000;
  const noise = normal(rootKey(4), n * draws);
  let [sum, squares] = [0, 0];
  for (let draw = 0; draw < draws; draw++) {
    let logRatio = 0;
    for (let i = 0; i < n; i++) {
      const e = noise[draw * n + i]!;
      const w = means[i]! + Math.sqrt(variance) * e;
      logRatio += -0.5 * (e * e + Math.log(variance)) + 0.5 * w * w;
    }
    sum += logRatio;
    squares += logRatio * logRatio;
  }
  const mean = sum / draws;
  const standardError = Math.sqrt((squares / draws - mean * mean) / draws);
  const kl = scalarOf(bayesianMlpKl(params, "f", widths));
  assert(Math.abs(kl - mean) < 4 * standardError, `${kl} against ${mean} ± ${standardError}`);
  assert(standardError < 0.02 * kl, `the estimate is too rough: ± ${standardError}`);
});

Deno.test("bayesianMlpKl() is zero when the posterior is the prior", () => {
  const widths = [2, 3, 1];
  const specs = bayesianMlpSpecs("f", widths, 1);
  const params = Object.fromEntries(
    specs.map(({ name, shape }) => [name, tf.zeros([...shape])]),
  );
  assertEquals(scalarOf(bayesianMlpKl(params, "f", widths)), 0);
});
