/** Results of `measure.ts` for tests. */
import type { ContestantMeasurement, Measurement } from "../../../benchmarks/speed/measurement.ts";
import { MACHINE } from "./_example_cost.ts";

const OURS: ContestantMeasurement = {
  ...{ id: "compiled-2", label: "compiled, 2 threads", library: "runtime 1", threads: 2 },
  ...{ firstLoss: 1000, stepSeconds: [0.4, 0.6, 0.5, 0.5], compileSeconds: 0.4, nodeCount: 1397 },
  peakMemoryBytes: 1.5 * 2 ** 30,
};
const THEIRS: ContestantMeasurement = {
  ...{ id: "pytorch-released", label: "PyTorch as released, 1 thread", library: "other 2" },
  ...{ threads: 1, firstLoss: 1000.05, stepSeconds: [2, 1, 4] },
};

/** Two sizes; one contestant left out of the second. */
export function exampleSteps(): Measurement {
  const size = {
    ...{ size: "rmnist", title: "rotating MNIST", sequences: 60, frames: 11, grid: 16 },
    parameters: 187886,
    arithmetic: { forward: 5.7e9, backward: 11.4e9, total: 17.1e9 },
    contestants: [OURS, THEIRS],
    leftOut: [],
  };
  return {
    ...{ schema: 2, date: "2026-11-20T21:38:23.518Z", machine: MACHINE },
    peak: {
      ...{ side: 1000, operations: 2e9 },
      contestants: [
        {
          id: "a",
          label: "A",
          library: "runtime 1",
          threads: 2,
          productSeconds: [0.03, 0.02, 0.04],
        },
        { id: "b", label: "B", library: "other 2", threads: 2, productSeconds: [0.016, 0.04] },
      ],
    },
    sizes: [size, {
      ...size,
      ...{ size: "mocap_many", title: "motion capture, many walks", sequences: 20, frames: 300 },
      ...{ grid: 300, contestants: [OURS] },
      leftOut: [{ id: "wasm", label: "op by op", reason: "it is not there" }],
    }],
  };
}
