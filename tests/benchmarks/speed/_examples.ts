/** Results for tests, and runs of the scripts that make them. */
import { fitPoints, memoryTrend } from "../../../benchmarks/speed/analysis.ts";
import { stepArithmetic } from "../../../benchmarks/speed/arithmetic.ts";
import { scriptCommand } from "../../../benchmarks/speed/processes.ts";
import type {
  AxisMeasurement,
  ContestantMeasurement,
  CostMeasurement,
  Machine,
  Measurement,
  MemoryMeasurement,
  MemorySample,
} from "../../../benchmarks/speed/results.ts";
import { COST_AXES, sizeAt } from "../../../benchmarks/speed/sizes.ts";

/** A quiet machine. */
export const MACHINE: Machine = {
  ...{ cpu: "AMD EPYC", cores: 2, memoryBytes: 24 * 2 ** 30, system: "linux x86_64" },
  ...{ deno: "2.9.6", commit: "abc", loadBefore: 0.031 },
};

/** A contestant with everything there is to report. */
export const OURS: ContestantMeasurement = {
  ...{ id: "compiled-2", label: "compiled, 2 threads", library: "runtime 1", threads: 2 },
  ...{ firstLoss: 1000, stepSeconds: [0.4, 0.6, 0.5, 0.5], compileSeconds: 0.4, nodeCount: 1397 },
  peakMemoryBytes: 1.5 * 2 ** 30,
};
/** A contestant with what there must be; nobody multiplied with its one thread. */
export const THEIRS: ContestantMeasurement = {
  ...{ id: "pytorch-released", label: "PyTorch as released, 1 thread", library: "other 2" },
  ...{ threads: 1, firstLoss: 1000.05, stepSeconds: [2, 1, 4] },
};

/** Results of `measure.ts`: two sizes; one contestant left out of the second. */
export function exampleSteps(): Measurement {
  const size = {
    ...{ size: "rmnist", title: "rotating MNIST", sequences: 60, frames: 11, grid: 16 },
    parameters: 187886,
    arithmetic: { forward: 5.7e9, backward: 11.4e9, total: 17.1e9 },
    contestants: [OURS, THEIRS],
    leftOut: [],
  };
  const [runtime, other] = [{ library: "runtime 1", threads: 2 }, { library: "other 2" }];
  return {
    ...{ schema: 2, date: "2026-11-20T21:38:23.518Z", machine: MACHINE },
    peak: {
      ...{ side: 1000, operations: 2e9 },
      contestants: [
        { id: "a", label: "A", ...runtime, productSeconds: [0.03, 0.02, 0.04] },
        { id: "b", label: "B", ...runtime, ...other, productSeconds: [0.016, 0.04] },
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

/** Results of `cost.ts`, exact laws along two axes: one with a constant, one without. */
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

/** Memory that fills for 150 steps and then rises by `leak` bytes a step, with a saw-tooth of 1 MiB. */
export function exampleSeries(leak: number): MemorySample[] {
  return Array.from({ length: 21 }, (_, i) => {
    const step = 50 * i;
    const filling = 100 * Math.min(1, step / 150);
    const tooth = i % 4 / 4;
    return { step, residentBytes: Math.round((300 + filling + tooth) * 2 ** 20 + leak * step) };
  });
}

/** Results of `memory.ts`: 1,000 steps. */
export function exampleMemory(leak = 0): MemoryMeasurement {
  const series = exampleSeries(leak);
  return {
    ...{ schema: 1, date: "2026-11-21T11:00:00.000Z", machine: MACHINE },
    ...{ library: "onnxruntime-node 1.30.0", threads: 1, size: "rmnist" },
    ...{ title: "rotating MNIST", sequences: 8, frames: 11, steps: 1000, seconds: 83.4 },
    ...{ firstLoss: 6129.63, lastLoss: 1543.2, series, trend: memoryTrend(series) },
  };
}

/** What a program printed, and its exit code. */
export async function run(
  [program, ...args]: readonly string[],
  env: Record<string, string> = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const command = new Deno.Command(program!, { args, env: { NO_COLOR: "1", ...env } });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs a script that writes results; gives what it printed and what it wrote. */
export async function runToFile<T>(script: string, parse: (value: unknown) => T, words: string) {
  const out = await Deno.makeTempFile({ prefix: "ode2vae_speed_", suffix: ".json" });
  try {
    const done = await run(scriptCommand(script, ...words.split(" "), "--out", out));
    const text = await Deno.readTextFile(out);
    return { ...done, results: text === "" ? undefined : parse(JSON.parse(text)) };
  } finally {
    await Deno.remove(out);
  }
}
