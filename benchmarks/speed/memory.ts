/**
 * Makes many training steps (`ort-cpu`, one thread) in one process and watches its resident memory, which must not grow:
 *
 *     deno run -A benchmarks/speed/memory.ts [--size NAME] [--steps N] [--sequences B] [--out FILE]
 *
 * @module
 */
import { selectBackend } from "../../models/backend/select.ts";
import { exitCodes, messageOf, UsageError } from "../errors.ts";
import { thisMachine } from "./machine.ts";
import { checkMemory, type MemoryMeasurement, memoryTable } from "./memory_measurement.ts";
import { type MemoryOptions, parseMemoryOptions, usage } from "./memory_options.ts";
import { type MemorySample, memoryTrend } from "./memory_trend.ts";
import { ownStep } from "./own_step.ts";
import { SIZES } from "./sizes.ts";

/** Most steps between two looks at the memory. */
const MOST_BETWEEN = 50;
/** Looks of a run, at least. */
const LOOKS = 20;

const THREADS = 1;

async function watch(options: MemoryOptions): Promise<void> {
  const { steps, sequences } = options;
  const machine = thisMachine();
  const date = new Date().toISOString();
  const backend = await selectBackend("ort-cpu", { threads: THREADS });
  const size = { ...SIZES[options.size], sequences };
  const { title, frames } = size;
  const every = Math.min(MOST_BETWEEN, Math.floor(steps / LOOKS));
  const series: MemorySample[] = [];
  const look = (step: number) => {
    series.push({ step, residentBytes: Deno.memoryUsage().rss });
  };
  const losses: number[] = [];
  const own = await ownStep(backend, size);
  const start = performance.now();
  try {
    look(0);
    for (let step = 1; step <= steps; step++) {
      losses.push((await own.step()).loss);
      if (step % every !== 0 && step !== steps) continue;
      look(step);
      console.error(`step ${step} of ${steps}`);
    }
  } finally {
    await own.dispose();
  }
  const measurement: MemoryMeasurement = {
    ...{ schema: 1, date, machine },
    ...{ library: backend.version, threads: backend.threads },
    ...{ size: options.size, title, sequences, frames, steps },
    seconds: (performance.now() - start) / 1000,
    firstLoss: losses[0]!,
    lastLoss: losses.at(-1)!,
    series,
    trend: memoryTrend(series),
  };
  console.log(memoryTable(measurement));
  if (options.out !== undefined) {
    await Deno.writeTextFile(options.out, JSON.stringify(measurement, undefined, 2) + "\n");
  }
  checkMemory(measurement);
}

if (import.meta.main) {
  try {
    const options = parseMemoryOptions(Deno.args);
    if (options === "help") console.log(usage);
    else await watch(options);
  } catch (error) {
    console.error(messageOf(error));
    Deno.exit(error instanceof UsageError ? exitCodes.usage : exitCodes.failed);
  }
}
