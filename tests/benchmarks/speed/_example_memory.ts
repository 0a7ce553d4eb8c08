/** Results of `memory.ts` for tests. */
import type { MemoryMeasurement } from "../../../benchmarks/speed/memory_measurement.ts";
import { type MemorySample, memoryTrend } from "../../../benchmarks/speed/memory_trend.ts";
import { MACHINE } from "./_example_cost.ts";

/** Memory that fills for 150 steps and then rises by `leak` bytes a step, with a saw-tooth of 1 MiB. */
export function exampleSeries(leak: number): MemorySample[] {
  return Array.from({ length: 21 }, (_, i) => {
    const step = 50 * i;
    const filling = 100 * Math.min(1, step / 150);
    const tooth = i % 4 / 4;
    return { step, residentBytes: Math.round((300 + filling + tooth) * 2 ** 20 + leak * step) };
  });
}

/** A run of 1,000 steps. */
export function exampleMemory(leak = 0): MemoryMeasurement {
  const series = exampleSeries(leak);
  return {
    ...{ schema: 1, date: "2026-11-21T11:00:00.000Z", machine: MACHINE },
    ...{ library: "onnxruntime-node 1.30.0", threads: 1, size: "rmnist" },
    ...{ title: "rotating MNIST", sequences: 8, frames: 11, steps: 1000, seconds: 83.4 },
    ...{ firstLoss: 6129.63, lastLoss: 1543.2, series, trend: memoryTrend(series) },
  };
}
