/**
 * How densities in the plane score a row: the KL divergence from each target by draws, and the densities and some draws to
 * look at. One code for all rows.
 *
 * @module
 */
import type { FrameStrips, PlanePoints } from "../../models/training/exhibit.ts";
import type {
  DensityData,
  DensityModel,
  PlaneSamples,
  PlaneTarget,
} from "../../models/training/density.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import type { Evaluation } from "../definition.ts";
import { frameStrips } from "../record/frame_strips.ts";
import type { Metric } from "../record/record.ts";
import { mean } from "../forecasts.ts";

/** What the benchmark has in memory. */
export interface PlaneData extends DensityData {
  /** Draws of each density in the test. */
  readonly draws: number;
}

/** Points along each side of the grid that shows a density. */
const GRID = 41;
/** Draws that are shown. */
const SHOWN = 150;
/** A divergence is never negative: an estimate below this, beyond its error, is of a density that is none. */
const LEAST = -0.01;

const AXES = { x: { label: "z₁", unit: "" }, y: { label: "z₂", unit: "" } };

interface Estimate {
  readonly value: number;
  /** Standard error of `value`. */
  readonly error: number;
}

/** The mean of log q(z) + energy(z) + log Z over draws of q. @throws RangeError when it is negative beyond its error */
export function divergence(
  { name, energy, logNormaliser }: PlaneTarget,
  { points, logDensity }: PlaneSamples,
): Estimate {
  const terms = Array.from(
    logDensity,
    (q, i) => q + energy(points[2 * i]!, points[2 * i + 1]!) + logNormaliser,
  );
  const value = mean(terms);
  const variance = mean(terms.map((term) => (term - value) ** 2));
  const error = Math.sqrt(variance / (terms.length - 1));
  if (value < LEAST - 4 * error) {
    throw new RangeError(
      `Cannot score ${name}: KL[q ‖ p] must not be negative, is ${value} ± ${error}: ` +
        "the model's log-densities are not those of its draws",
    );
  }
  return { value, error };
}

function metric(name: string, label: string, value: number): Metric {
  return { name, label, value: toJsonNumber(value), unit: "nats", direction: "lower" };
}

/** The targets and the fitted densities on a grid, a frame each, with the greatest y on top. */
function densityExhibit(
  { targets, side }: PlaneData,
  grid: Float32Array,
  fitted: readonly Float32Array[],
): FrameStrips {
  const exact = targets.map(({ energy, logNormaliser }) =>
    Float32Array.from(
      { length: grid.length / 2 },
      (_, i) => -energy(grid[2 * i]!, grid[2 * i + 1]!) - logNormaliser,
    )
  );
  const greatest = exact.map((values) => values.reduce((a, b) => Math.max(a, b)));
  const strip = (densities: readonly Float32Array[]) =>
    Float32Array.from(
      densities.flatMap((values, t) => Array.from(values, (q) => Math.exp(q - greatest[t]!))),
    );
  return frameStrips({
    name: "densities",
    label: `densities of ${
      targets.map(({ name }) => name).join(" ")
    } within ±${side}, white where ` +
      "the target is greatest",
    ...{ height: GRID, width: GRID, ofData: false, marked: [], markedLabel: "" },
    strips: [
      { label: "targets", values: strip(exact) },
      { label: "fitted", values: strip(fitted) },
    ],
  });
}

function drawsExhibit(name: string, { points }: PlaneSamples): PlanePoints {
  return {
    ...{ kind: "points", name: `draws${name}`, label: `draws, ${name}`, classes: [name], ...AXES },
    points: Array.from(
      { length: Math.min(SHOWN, points.length / 2) },
      (_, i) => [points[2 * i]!, points[2 * i + 1]!, 0] as const,
    ),
  };
}

/** Metrics and exhibits of a row. */
export async function evaluate(
  model: DensityModel,
  data: PlaneData,
): Promise<Evaluation> {
  const { targets, side, draws } = data;
  const samples = await model.sample(draws, ["test"]);
  const estimates = targets.map((target, t) => divergence(target, samples[t]!));
  const grid = Float32Array.from({ length: 2 * GRID * GRID }, (_, i) => {
    const [column, row] = [(i >> 1) % GRID, Math.floor((i >> 1) / GRID)];
    return side * (i % 2 === 0 ? 2 * column / (GRID - 1) - 1 : 1 - 2 * row / (GRID - 1));
  });
  const fitted = await model.logDensity?.(grid);
  return {
    metrics: [
      metric("kl", "KL[q ‖ p], mean of the targets", mean(estimates.map(({ value }) => value))),
      metric(
        "klError",
        "standard error of the mean KL[q ‖ p] from so many draws",
        Math.hypot(...estimates.map(({ error }) => error)) / targets.length,
      ),
      ...targets.flatMap(({ name }, t) => [
        metric(`kl${name}`, `KL[q ‖ p] of ${name}`, estimates[t]!.value),
        metric(`kl${name}Error`, `standard error of KL[q ‖ p] of ${name}`, estimates[t]!.error),
      ]),
      ...(model.facts ?? []),
    ],
    curves: [],
    exhibits: [
      ...(fitted === undefined ? [] : [densityExhibit(data, grid, fitted)]),
      ...targets.map(({ name }, t) => drawsExhibit(name, samples[t]!)),
    ],
  };
}
