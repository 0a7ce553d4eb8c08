/**
 * A measurement on a GPU as Markdown: one table a size.
 *
 * @module
 */
import type { GpuMeasurement, GpuSizeMeasurement } from "./gpu_measurement.ts";
import { lossComplaints } from "./gpu_measurement.ts";
import {
  medianStep,
  type PeakMeasurement,
  productRate,
  quantile,
  stepRate,
  timesBaseline,
} from "./measurement.ts";
import { formatBillions, formatSeconds } from "./measurement_table.ts";

const HEADER = [
  ...["training step", "library", "median", "quartiles", "time relative to the first"],
  ...["GFLOP/s", "compilation", "steps"],
];

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The table of a size, with what is to be said about it. */
export function gpuSizeTable(size: GpuSizeMeasurement): string {
  const { title, sequences, frames, parameters, arithmetic, contestants, leftOut } = size;
  const rows = contestants.map((contestant) => {
    const { label, library, stepSeconds, compileSeconds } = contestant;
    return row([
      label,
      library,
      formatSeconds(medianStep(contestant)),
      [0.25, 0.75].map((p) => formatSeconds(quantile(stepSeconds, p))).join(" … "),
      `${timesBaseline(contestant, size).toFixed(2)} ×`,
      formatBillions(stepRate(contestant, size)),
      compileSeconds === undefined ? "–" : formatSeconds(compileSeconds),
      String(stepSeconds.length),
    ]);
  });
  return [
    `ODE²VAE-KL, ${title}: batch ${sequences} × ${frames} frames, ${parameters} parameters, ` +
    `${formatBillions(arithmetic.total)} GFLOP a step`,
    "",
    row(HEADER),
    row(HEADER.map((_, column) => column < 2 ? "---" : "---:")),
    ...rows,
    "",
    ...leftOut.map(({ label, reason }) => `Left out: ${label}: ${reason}.`),
    ...lossComplaints(size).map((complaint) => `NOT THE SAME: ${complaint}.`),
  ].join("\n").trimEnd();
}

function products(peak: PeakMeasurement): string[] {
  const { side, contestants } = peak;
  return contestants.map((contestant) =>
    `${side}³ float32 product, ${contestant.label}: ` +
    `${formatBillions(productRate(contestant, peak, "fastest"))} GFLOP/s at the fastest, ` +
    `${formatBillions(productRate(contestant, peak, "median"))} at the median`
  );
}

/** What the times were taken on, in a few lines. */
export function gpuMachineLines({ machine, peak, gpu, date }: GpuMeasurement): string {
  const { cpu, cores, system, deno, loadBefore } = machine;
  return [
    ...gpu.cards.map(({ name, driver, memory }) => `${name}, ${memory}, driver ${driver}`),
    ...(gpu.software ? ["Software in place of a GPU, at tiny sizes: times say nothing."] : []),
    ...[peak, ...(gpu.peak ? [gpu.peak] : [])].flatMap(products),
    `${cpu}, ${cores} cores, ${system}, Deno ${deno}; load ${loadBefore.toFixed(2)} before; ` +
    `NVIDIA_TF32_OVERRIDE=${gpu.tf32Override}; ${date.slice(0, 10)}.`,
  ].join("\n");
}
