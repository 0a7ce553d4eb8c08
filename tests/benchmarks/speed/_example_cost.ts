/** Results of `cost.ts` for tests: exact laws. */
import { stepArithmetic } from "../../../benchmarks/speed/arithmetic.ts";
import { COST_AXES, sizeAt } from "../../../benchmarks/speed/cost_axes.ts";
import {
  type AxisMeasurement,
  type CostMeasurement,
  fitPoints,
} from "../../../benchmarks/speed/cost_measurement.ts";
import type { Machine } from "../../../benchmarks/speed/machine.ts";

/** A quiet machine. */
export const MACHINE: Machine = {
  ...{ cpu: "AMD EPYC", cores: 2, memoryBytes: 24 * 2 ** 30, system: "linux x86_64" },
  ...{ deno: "2.9.6", commit: "abc", loadBefore: 0.031 },
};

/** One axis whose steps take `seconds(value)` in the middle. */
export function exampleAxis(id: string, seconds: (value: number) => number): AxisMeasurement {
  const axis = COST_AXES.find((candidate) => candidate.id === id)!;
  const points = axis.values.map((value) => ({
    value,
    operations: stepArithmetic(sizeAt(axis, value)).total,
    compileSeconds: 0.25,
    nodeCount: 844,
    stepSeconds: [0.9, 1, 1.2].map((factor) => factor * seconds(value)),
  }));
  const { quantity } = axis;
  return {
    ...{ id, title: "motion capture, many walks", quantity, points, fit: fitPoints(points) },
    fixed: { sequences: 20, latentDimensions: 3, fieldHidden: 30 },
  };
}

/** Two axes: one law with a constant, one without. */
export function exampleCost(): CostMeasurement {
  return {
    ...{ schema: 1, date: "2026-11-21T10:00:00.000Z", machine: MACHINE },
    ...{ library: "onnxruntime-node 1.30.0", threads: 1 },
    axes: [
      exampleAxis("mocap_many/frames", (frames) => 0.0007 * frames),
      exampleAxis("mocap_many/fieldHidden", (hidden) => 0.04 + 4e-6 * hidden ** 2),
    ],
  };
}
