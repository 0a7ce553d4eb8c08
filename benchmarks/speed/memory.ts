/**
 * Makes many training steps (`ort-cpu`, one thread) in one process and watches its resident memory, which must not grow:
 *
 *     deno run -A benchmarks/speed/memory.ts [--size NAME] [--steps N] [--sequences B] [--out FILE]
 *
 * @module
 */
import { processIo } from "../commands/command_line.ts";
import { selectBackend } from "../../models/backend/select.ts";
import { FLAT_SHARE, memoryTrend } from "./analysis.ts";
import { FEW_SEQUENCES, MEMORY, type OptionsOf, runSpeedCommand } from "./options.ts";
import {
  type MemoryMeasurement,
  type MemorySample,
  thisOccasion,
  writeResults,
} from "./results.ts";
import { SIZES } from "./sizes.ts";
import { formatGrowth, memoryTable } from "./tables.ts";
import { ownStep, workload } from "./workload.ts";

/** Most steps between two samples of the memory. */
const MOST_BETWEEN = 50;
/** Samples of a run, at least. */
const FEWEST_SAMPLES = 20;
const THREADS = 1;

/**
 * Makes sure that memory does not grow and that the steps trained.
 *
 * @throws Error when one does not hold
 */
export function checkMemory({ trend, lastLoss }: MemoryMeasurement): void {
  if (!Number.isFinite(lastLoss)) {
    throw new Error(`Cannot accept the run: its last loss must be finite, is ${lastLoss}`);
  }
  if (trend.verdict === "flat") return;
  throw new Error(
    `Cannot accept the memory of the training step: its growth must be below ` +
      `${100 * FLAT_SHARE} % of the resident set, is ${formatGrowth(trend.growthShare)}`,
  );
}

async function watch(options: OptionsOf<typeof MEMORY>): Promise<void> {
  const { steps, sequences = FEW_SEQUENCES[options.size], out } = options;
  const occasion = thisOccasion();
  const backend = await selectBackend("ort-cpu", { threads: THREADS });
  const size = { ...SIZES[options.size], sequences };
  const every = Math.min(MOST_BETWEEN, Math.floor(steps / FEWEST_SAMPLES));
  const series: MemorySample[] = [];
  const sample = (step: number) => {
    series.push({ step, residentBytes: Deno.memoryUsage().rss });
  };
  const losses: number[] = [];
  const own = await ownStep(backend, size, await workload(size));
  const start = performance.now();
  try {
    sample(0);
    for (let step = 1; step <= steps; step++) {
      losses.push((await own.step()).loss);
      if (step % every !== 0 && step !== steps) continue;
      sample(step);
      processIo.log(`step ${step} of ${steps}`);
    }
  } finally {
    await own.dispose();
  }
  const memory: MemoryMeasurement = {
    ...{ schema: 1, ...occasion, library: backend.version, threads: backend.threads },
    ...{ size: size.name, title: size.title, sequences, frames: size.frames, steps },
    seconds: (performance.now() - start) / 1000,
    ...{ firstLoss: losses[0]!, lastLoss: losses.at(-1)!, series, trend: memoryTrend(series) },
  };
  processIo.print(memoryTable(memory));
  writeResults(out, memory);
  checkMemory(memory);
}

if (import.meta.main) await runSpeedCommand(MEMORY, watch);
