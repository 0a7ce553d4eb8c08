/**
 * How two moons scores a row.
 *
 * @module
 */
import type { Evaluation } from "../../../benchmarks/definition.ts";
import { toJsonNumber } from "../../../models/training/json_number.ts";
import type { Classifier, PointData } from "../logistic/method.ts";

/** Points along each side of the grid that shows the boundary. */
const GRID = 25;
const X_RANGE = [-1.5, 2.5] as const;
const Y_RANGE = [-1.2, 1.7] as const;

/** Accuracy and log-likelihood of the test points, the points, and the probability over the plane. */
export async function evaluate(
  classifier: Classifier,
  { test: { points, classes } }: PointData,
): Promise<Evaluation> {
  const probabilities = await classifier(points);
  const ofTruth = probabilities.map((p, i) => classes[i] === 1 ? p : 1 - p);
  const mean = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const grid = Float32Array.from({ length: 2 * GRID * GRID }, (_, i) => {
    const [column, row] = [(i >> 1) % GRID, Math.floor((i >> 1) / GRID)];
    const [at, [low, high]] = i % 2 === 0 ? [column, X_RANGE] : [row, Y_RANGE];
    return low + (high - low) * at / (GRID - 1);
  });
  const density = await classifier(grid);
  return {
    metrics: [
      {
        name: "accuracy",
        label: "accuracy",
        value: mean(ofTruth.map((p) => p > 0.5 ? 1 : 0)),
        unit: "",
        direction: "higher",
      },
      {
        name: "logLikelihood",
        label: "log-likelihood of the classes",
        value: toJsonNumber(mean(ofTruth.map(Math.log))),
        unit: "nats per point",
        direction: "higher",
      },
    ],
    curves: [],
    exhibits: [
      {
        kind: "field",
        name: "probability",
        label: "probability of class 1",
        x: { label: "x", unit: "" },
        y: { label: "y", unit: "" },
        xRange: X_RANGE,
        yRange: Y_RANGE,
        columns: GRID,
        rows: GRID,
        unit: "",
        density: Array.from(density, toJsonNumber),
      },
      {
        kind: "points",
        name: "points",
        label: "test points",
        x: { label: "x", unit: "" },
        y: { label: "y", unit: "" },
        classes: ["class 0", "class 1"],
        points: Array.from(classes, (c, i) => [points[2 * i]!, points[2 * i + 1]!, c] as const),
      },
    ],
  };
}
