/**
 * What `cost.ts` finds out: steps at every point of every axis, and the laws that they follow.
 *
 * @module
 */
import type { CostPlace, CostQuantity } from "./cost_axes.ts";
import { type CostFit, fitCost } from "./cost_fit.ts";
import type { Machine } from "./machine.ts";
import { quantile } from "./measurement.ts";

/** Most seconds that compilation may take. */
export const MOST_COMPILE_SECONDS = 5;

/**
 * Most nodes of a graph over those with the fewest frames. Not 1: which form of a convolution is recorded depends on the
 * number of its images, and costs or saves a few nodes.
 */
const MOST_NODE_GROWTH = 1.05;

/** The training step at one value of what varies. */
export interface CostPoint {
  /** The value. */
  readonly value: number;
  /** Floating-point operations that a step must make, products only: see `arithmetic.ts`. */
  readonly operations: number;
  /** Seconds of compilation. */
  readonly compileSeconds: number;
  /** Operations of the compiled graph, loop bodies counted once. */
  readonly nodeCount: number;
  /** Seconds of every warm step. */
  readonly stepSeconds: readonly number[];
}

/** The points of one axis. */
export interface AxisMeasurement {
  /** Its name: "mocap_many/frames". */
  readonly id: string;
  /** Name of the size for people. */
  readonly title: string;
  /** What varies. */
  readonly quantity: CostQuantity;
  /** What stays: all but `quantity`, and but the grid where frames vary. */
  readonly fixed: Readonly<Partial<CostPlace>>;
  /** By increasing value. */
  readonly points: readonly CostPoint[];
  /** The laws of their median steps. */
  readonly fit: CostFit;
}

/** All axes, in one run on one machine. */
export interface CostMeasurement {
  /** Version of this form. */
  readonly schema: 1;
  /** When it began, ISO 8601. */
  readonly date: string;
  /** Where. */
  readonly machine: Machine;
  /** Library and version. */
  readonly library: string;
  /** Compute threads. */
  readonly threads: number;
  /** Every axis that was measured. */
  readonly axes: readonly AxisMeasurement[];
}

/** Median seconds of a point's step. */
export function medianSeconds({ stepSeconds }: CostPoint): number {
  return quantile(stepSeconds, 0.5);
}

/** The laws of the points' medians. @throws RangeError with fewer than 4 points */
export function fitPoints(points: readonly CostPoint[]): CostFit {
  return fitCost(points.map((point) => ({ size: point.value, seconds: medianSeconds(point) })));
}

/** Slope of log(operations) over log(value) between the two largest values: the exponent of the arithmetic there. */
export function operationsExponent(points: readonly CostPoint[]): number {
  const [before, last] = points.slice(-2) as [CostPoint, CostPoint];
  return Math.log(last.operations / before.operations) / Math.log(last.value / before.value);
}

/**
 * Makes sure that compilation stays what it is meant to be: short, and of a graph that does not grow with the frames, as
 * its loops are `Scan`s.
 *
 * @throws Error when it is not
 */
export function checkCompilation(axes: readonly AxisMeasurement[]): void {
  for (const { id, quantity, points } of axes) {
    for (const { value, compileSeconds } of points) {
      if (compileSeconds < MOST_COMPILE_SECONDS) continue;
      throw new Error(
        `Cannot accept the compilation of ${id} at ${value}: it must take less than ` +
          `${MOST_COMPILE_SECONDS} s: current value is ${compileSeconds.toFixed(1)} s`,
      );
    }
    const counts = points.map(({ nodeCount }) => nodeCount);
    if (quantity !== "frames" || Math.max(...counts) <= MOST_NODE_GROWTH * counts[0]!) continue;
    throw new Error(
      `Cannot accept the compilation of ${id}: its graph must not grow with the frames: ` +
        `current numbers of nodes are ${counts.join(", ")}`,
    );
  }
}
