/**
 * What `memory.ts` finds out, and how it is told.
 *
 * @module
 */
import type { Machine } from "./machine.ts";
import { FLAT_SHARE, type MemorySample, type MemoryTrend } from "./memory_trend.ts";

/** Many training steps in one process. */
export interface MemoryMeasurement {
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
  /** Name of the size in options. */
  readonly size: string;
  /** Its name for people. */
  readonly title: string;
  /** B: sequences in the minibatch. */
  readonly sequences: number;
  /** L: frames of each. */
  readonly frames: number;
  /** Training steps made. */
  readonly steps: number;
  /** Seconds that all steps took together. */
  readonly seconds: number;
  /** Loss of the first step. */
  readonly firstLoss: number;
  /** Loss of the last step. */
  readonly lastLoss: number;
  /** Resident memory, before the first step and every so many. */
  readonly series: readonly MemorySample[];
  /** The line through it. */
  readonly trend: MemoryTrend;
}

/** Bytes as "−12 B", "3.4 KiB", "211 MiB". */
export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  const [divisor, unit] = size < 1000
    ? [1, "B"]
    : size < 1000 * 2 ** 10
    ? [2 ** 10, "KiB"]
    : size < 1000 * 2 ** 20
    ? [2 ** 20, "MiB"]
    : [2 ** 30, "GiB"];
  const digits = Number((size / divisor).toPrecision(3));
  return `${bytes < 0 && digits !== 0 ? "−" : ""}${digits} ${unit}`;
}

/** A share in per cent, with its sign: "+0.12 %", "−0.3 %". */
export function formatGrowth(share: number): string {
  const percent = (100 * share).toFixed(2);
  return `${share < 0 ? percent.replace("-", "−") : `+${percent}`} %`;
}

/** The verdict in a sentence. */
export function trendSentence({ trend, steps }: MemoryMeasurement): string {
  const { bytesPerStep, bytesPerStepError, residentBytes, growthShare, verdict } = trend;
  return `${verdict}: ${formatBytes(bytesPerStep)} ± ${
    formatBytes(bytesPerStepError)
  } a step from ` +
    `step ${trend.fromStep} on, ${formatGrowth(growthShare)} of ${formatBytes(residentBytes)} in ` +
    `${steps} steps (flat is less than ${100 * FLAT_SHARE} %)`;
}

/** The series as two columns, the verdict, and a line about the machine. */
export function memoryTable(measurement: MemoryMeasurement): string {
  const { title, sequences, frames, series, seconds, machine, library, threads, date } =
    measurement;
  const { steps, firstLoss, lastLoss } = measurement;
  return [
    `ODE²VAE-KL, ${title}: batch ${sequences} × ${frames} frames, ${steps} steps in ` +
    `${seconds.toFixed(0)} s, loss ${firstLoss.toPrecision(5)} → ${lastLoss.toPrecision(5)}`,
    [
      "step  resident memory",
      ...series.map(({ step, residentBytes }) =>
        `${String(step).padStart(4)}  ${(residentBytes / 2 ** 20).toFixed(1)} MiB`
      ),
    ].join("\n"),
    trendSentence(measurement),
    `${library}, ${threads} ${threads === 1 ? "thread" : "threads"}; ${machine.cpu}, ` +
    `${machine.system}, Deno ${machine.deno}; ${date.slice(0, 10)}.`,
  ].join("\n\n");
}

/**
 * Makes sure that memory does not grow and that the steps trained.
 *
 * @throws Error when one does not hold
 */
export function checkMemory(measurement: MemoryMeasurement): void {
  const { trend, lastLoss } = measurement;
  if (!Number.isFinite(lastLoss)) {
    throw new Error(
      `Cannot accept the run: its last loss must be finite: current value is ${lastLoss}`,
    );
  }
  if (trend.verdict === "flat") return;
  throw new Error(
    `Cannot accept the memory of the training step: its growth must be below ` +
      `${100 * FLAT_SHARE} % of the resident set: current value is ${
        formatGrowth(trend.growthShare)
      }`,
  );
}
