/**
 * An example of a benchmark: two interleaved half circles, two rows, accuracy and log-likelihood as two tables.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { BenchmarkDefinition } from "../../../benchmarks/definition.ts";
import { fold, normal, rootKey, uniform } from "../../../data/random/mod.ts";
import { type Classifier, logistic, type PointData, type Points } from "../logistic/method.ts";
import { evaluate } from "./evaluate.ts";

/** n points of two half circles of radius 1 with noise. */
function moons(name: string, n: number): Points {
  const key = fold(rootKey(0), "two-moons", name);
  const [turns, noise] = [uniform(fold(key, "angle"), n), normal(fold(key, "noise"), 2 * n)];
  const points = new Float32Array(2 * n);
  const classes = Uint8Array.from({ length: n }, (_, i) => i % 2);
  for (let i = 0; i < n; i++) {
    const [x, y] = [Math.cos(Math.PI * turns[i]!), Math.sin(Math.PI * turns[i]!)];
    const [left, up] = classes[i] === 1 ? [1 - x, 0.5 - y] : [x, y];
    points[2 * i] = left + 0.15 * noise[2 * i]!;
    points[2 * i + 1] = up + 0.15 * noise[2 * i + 1]!;
  }
  return { points, classes };
}

/** The definition. */
export const twoMoons: BenchmarkDefinition<PointData, Classifier> = {
  name: "two_moons",
  version: 1,
  title: "Two moons",
  headline: { metric: "accuracy", direction: "higher" },
  models: {
    "linear": { title: "Logistic regression", method: logistic },
    "perceptron": {
      title: "Perceptron",
      method: logistic,
      overrides: { hidden: 16 }, // enough for a boundary with two bends
    },
  },
  tiers: {
    smoke: { seeds: 2, settings: { epochs: 3 } },
    quick: { seeds: 3, settings: {} },
  },
  loadData() {
    const data = { train: moons("train", 400), test: moons("test", 400) };
    const hash = createHash("sha256");
    for (const { points, classes } of Object.values(data)) hash.update(points).update(classes);
    return Promise.resolve({ sha256: hash.digest("hex"), origin: "drawn by the suite", data });
  },
  evaluate: (classifier, { data }) => evaluate(classifier, data),
};
