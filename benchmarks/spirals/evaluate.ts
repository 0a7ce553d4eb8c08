/**
 * How spirals score a row: the error of the 100 points after the window, against the spiral without noise, for each number
 * of observations. One code for all rows.
 *
 * @module
 */
import { frameOf, observedFrames } from "../../data/sequences.ts";
import { type SpiralGroup, spiralPoint, type Spirals, WINDOW } from "../../data/spirals/spirals.ts";
import type { PlanePoints } from "../../models/training/exhibit.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import type { Watch } from "../../models/training/method.ts";
import type { SequenceModel } from "../../models/training/sequences.ts";
import type { Evaluation } from "../definition.ts";
import {
  errorByFrame,
  type ErrorMetric,
  type Forecast,
  frameErrors,
  otherMetrics,
  overSequences,
  predictFrames,
  range,
} from "../forecasts.ts";

/** The metric of the paper's first column, that of the fewest observations. */
export const HEADLINE = "testRmse30";
/** Every so many points one is drawn. */
const DRAWN = 2;

/** What is asked of every row: the points after the window, from the observed ones. */
function forecastOf({ test }: SpiralGroup): Forecast {
  return {
    test,
    shown: (s) => observedFrames(test, s),
    asked: range(WINDOW, test.frameCount),
  };
}

const describe = (observations: number) =>
  `RMSE of the next ${WINDOW} points, ${observations} observations`;

/** Metrics `testRmse30…`: the root of a mean squared error over the coordinates of all points of all spirals. */
const rootMetric = (observations: number): ErrorMetric => (name, variant, value) => ({
  name: `testRmse${observations}${name}`,
  label: `${describe(observations)}${variant && ", "}${variant}`,
  value: toJsonNumber(Math.sqrt(value)),
  unit: "",
  direction: "lower",
});

/** The test errors between epochs. They select nothing. */
export function watchSpirals({ groups }: Spirals): Watch<readonly SequenceModel[]> {
  return {
    curves: Object.fromEntries(groups.map(({ observations }) => [
      `testRmse${observations}`,
      { label: describe(observations), unit: "", direction: "lower" },
    ])),
    async measure(models) {
      const report: Record<string, number> = {};
      for (const [i, group] of groups.entries()) {
        const forecast = forecastOf(group);
        const errors = frameErrors(forecast, await predictFrames(models[i]!, forecast));
        report[`testRmse${group.observations}`] = Math.sqrt(overSequences(errors));
      }
      return report;
    },
  };
}

/** The first test spiral of a direction: truth, observations and prediction. @param predicted of the points asked for */
function shownSpiral(
  { groups, testWindows }: Spirals,
  predicted: Float32Array,
  clockwise: boolean,
): PlanePoints[] {
  const s = testWindows.findIndex((window) => window.clockwise === clockwise);
  if (s < 0) return [];
  const { test, observations } = groups[0]!;
  const point = ([x, y]: ArrayLike<number> & Iterable<number>, index: number) =>
    [Number(x!.toFixed(3)), Number(y!.toFixed(3)), index] as const;
  const some = (from: number, to: number) => range(from, to).filter((i) => i % DRAWN === 0);
  const asked = test.frameCount - WINDOW;
  return [{
    kind: "points",
    name: clockwise ? "clockwise" : "counterClockwise",
    label: `a ${
      clockwise ? "clockwise" : "counter-clockwise"
    } test spiral, ${observations} observations`,
    x: { label: "x", unit: "" },
    y: { label: "y", unit: "" },
    classes: ["truth", "observation", "prediction"],
    points: [
      ...some(0, test.frameCount).map((i) =>
        point(spiralPoint(clockwise, testWindows[s]!.start + i), 0)
      ),
      ...Array.from(observedFrames(test, s), (frame) => point(frameOf(test, s, frame), 1)),
      ...some(0, asked).map((i) => {
        const at = (s * asked + i) * 2;
        return point(predicted.subarray(at, at + 2), 2);
      }),
    ],
  }];
}

/** Metrics for each number of observations, errors by number and by point, and exhibits of a trained row. */
export async function evaluate(
  models: readonly SequenceModel[],
  data: Spirals,
): Promise<Evaluation> {
  const metrics: Evaluation["metrics"][number][] = [];
  const errors: number[] = [];
  const byPoint: number[][] = [];
  let shown: Float32Array | undefined;
  for (const [i, group] of data.groups.entries()) {
    const { facts = [], ...model } = models[i]!;
    const forecast = forecastOf(group);
    const metric = rootMetric(group.observations);
    const predicted = await predictFrames(model, forecast);
    shown ??= predicted;
    const squared = frameErrors(forecast, predicted);
    errors.push(Math.sqrt(overSequences(squared)));
    byPoint.push(errorByFrame(squared).map(Math.sqrt));
    metrics.push(metric("", "", overSequences(squared)));
    metrics.push(...await otherMetrics([model], [forecast], metric));
    for (const fact of facts) {
      metrics.push({
        ...fact,
        name: `${fact.name}${group.observations}`,
        label: `${fact.label}, ${group.observations} observations`,
        value: toJsonNumber(fact.value),
      });
    }
  }
  const common = { unit: "", direction: "lower", xUnit: "" } as const;
  return {
    metrics,
    curves: [
      {
        ...common,
        name: "rmseByObservations",
        label: `RMSE of the next ${WINDOW} points by number of observations`,
        xLabel: "observations",
        x: data.groups.map(({ observations }) => observations),
        y: errors.map(toJsonNumber),
      },
      {
        ...common,
        name: "rmsePerPoint",
        label: `RMSE of each point after the window, ${data.groups[0]!.observations} observations`,
        xLabel: "points after the window",
        x: range(1, byPoint[0]!.length + 1),
        y: byPoint[0]!.map(toJsonNumber),
      },
    ],
    exhibits: [false, true].flatMap((clockwise) => shownSpiral(data, shown!, clockwise)),
  };
}
