/**
 * Results as text: numbers, Markdown tables, tables and lines for a terminal.
 *
 * @module
 */
import { counted } from "../statistics/numbers.ts";
import {
  FLAT_SHARE,
  medianStep,
  operationsExponent,
  productRates,
  productTimes,
  sharesOfPeak,
  type StepProfile,
  stepQuartiles,
  stepRate,
  timesBaseline,
} from "./analysis.ts";
import { type GpuMeasurement, type GpuSizeMeasurement, lossComplaints } from "./gpu_results.ts";
import type {
  AxisMeasurement,
  ContestantMeasurement,
  CostFit,
  CostMeasurement,
  Measurement,
  MemoryMeasurement,
  Occasion,
  PeakMeasurement,
  PowerLaw,
  PowerLawWithConstant,
  SizeMeasurement,
} from "./results.ts";
import { type CostPlace, QUANTITY_LABELS } from "./sizes.ts";

/** What a cell shows where there is nothing. */
export const NONE = "–";

/** Milliseconds or seconds in three digits: "842 ms", "3.21 s". */
export function formatSeconds(seconds: number): string {
  return seconds < 0.9995
    ? `${Number((1000 * seconds).toPrecision(3))} ms`
    : `${seconds < 99.95 ? seconds.toPrecision(3) : Math.round(seconds)} s`;
}

/** Billions of floating-point operations, or of those a second, in three digits: "4.56", "12.3", "1230". */
export function formatBillions(operations: number): string {
  return String(Number((operations / 1e9).toPrecision(3)));
}

/** Bytes in three digits: "−12 B", "3.4 KiB", "211 MiB". */
export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  const power = [1, 2, 3].findLast((power) => size >= 1000 * 2 ** (10 * (power - 1))) ?? 0;
  const digits = Number((size / 2 ** (10 * power)).toPrecision(3));
  return `${bytes < 0 && digits !== 0 ? "−" : ""}${digits} ${["B", "KiB", "MiB", "GiB"][power]}`;
}

/** A share in two digits: "27 %". */
export function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

/** A share in per cent, with its sign: "+0.12 %", "−0.30 %". */
export function formatGrowth(share: number): string {
  const percent = (100 * share).toFixed(2);
  return `${share < 0 ? percent.replace("-", "−") : `+${percent}`} %`;
}

/** "0.98 ± 0.02"; an error too small to show as "< 0.01". */
export function formatExponent({ exponent, exponentError }: PowerLaw): string {
  const error = exponentError < 0.005 ? "< 0.01" : exponentError.toFixed(2);
  return `${exponent.toFixed(2)} ± ${error}`;
}

/** "24 ms ± 6 %": the constant with its error. */
export function formatConstant({ constant, constantError }: PowerLawWithConstant): string {
  const percent = Math.round(100 * constantError / constant);
  return `${formatSeconds(constant)} ± ${percent < 1 ? "< 1" : percent} %`;
}

/** "20", or "2 to 20" where counts differ. */
export function formatRange(
  counts: readonly number[],
  format: (count: number) => string = String,
): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? format(most) : `${format(least)} to ${format(most)}`;
}

const SYMBOLS: Readonly<Record<keyof CostPlace, string>> = Object.freeze({
  sequences: "B",
  frames: "L",
  grid: "G",
  latentDimensions: "q",
  fieldHidden: "Hf",
});

/** "B = 20, q = 3, Hf = 30": what an axis holds fixed. */
export function formatFixedSizes(fixed: AxisMeasurement["fixed"]): string {
  return (Object.keys(SYMBOLS) as (keyof CostPlace)[])
    .filter((name) => fixed[name] !== undefined)
    .map((name) => `${SYMBOLS[name]} = ${fixed[name]}`).join(", ");
}

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
const quartiles = (times: Pick<ContestantMeasurement, "stepSeconds">) =>
  stepQuartiles(times).map(formatSeconds).join(" … ");
const leftOutLines = ({ leftOut }: SizeMeasurement) =>
  leftOut.map(({ label, reason }) => `Left out: ${label}: ${reason}.`);

/** What times were taken on, in a line. */
function machineLine({ machine, date }: Occasion, ...more: readonly string[]): string {
  const { cpu, cores, memoryBytes, system, deno, loadBefore } = machine;
  return `${cpu}, ${cores} cores, ${gibibytes(memoryBytes)} memory, ${system}, Deno ${deno}; ` +
    [`load ${loadBefore.toFixed(2)} before`, ...more, date.slice(0, 10)].join("; ") + ".";
}

/** A Markdown table whose first two columns are words. */
function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map((_, column) => column < 2 ? "---" : "---:");
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const STEP_HEADER = [
  ...["training step", "library", "median", "quartiles", "time relative to the first", "GFLOP/s"],
];

/** A contestant's cells under {@link STEP_HEADER}. */
function stepCells(contestant: ContestantMeasurement, size: SizeMeasurement): string[] {
  return [
    contestant.label,
    contestant.library,
    formatSeconds(medianStep(contestant)),
    quartiles(contestant),
    `${timesBaseline(contestant, size).toFixed(2)} ×`,
    formatBillions(stepRate(contestant, size)),
  ];
}

function sizeTitle({ title, sequences, frames, parameters, arithmetic }: SizeMeasurement): string {
  return `ODE²VAE-KL, ${title}: batch ${sequences} × ${frames} frames, ${parameters} parameters, ` +
    `${formatBillions(arithmetic.total)} GFLOP a step`;
}

function sizeTable(size: SizeMeasurement, peak: PeakMeasurement): string {
  const { arithmetic: { forward, backward }, contestants } = size;
  const header = [
    ...[...STEP_HEADER, "share of the peak (of its median)", "compilation", "peak memory"],
  ];
  const rows = contestants.map((contestant) => {
    const { compileSeconds, nodeCount, peakMemoryBytes } = contestant;
    const shares = sharesOfPeak(contestant, size, peak)?.map(formatShare);
    return [
      ...stepCells(contestant, size),
      shares === undefined ? NONE : `${shares[0]} (${shares[1]})`,
      compileSeconds === undefined ? NONE : `${formatSeconds(compileSeconds)}, ${nodeCount} nodes`,
      peakMemoryBytes === undefined ? NONE : gibibytes(peakMemoryBytes),
    ];
  });
  const steps = formatRange(contestants.map(({ stepSeconds }) => stepSeconds.length));
  return [
    `${sizeTitle(size)} (${formatBillions(forward)} forward, ${formatBillions(backward)} backward)`,
    "",
    markdown(header, rows),
    "",
    `${steps} warm steps each, taking turns.`,
    ...leftOutLines(size),
  ].join("\n");
}

function peakTable(peak: PeakMeasurement): string {
  const rows = peak.contestants.map((contestant) => {
    const rates = productRates(contestant, peak).map(formatBillions);
    const cells = productTimes(contestant).flatMap((time, i) => [formatSeconds(time), rates[i]!]);
    return [contestant.label, contestant.library, ...cells];
  });
  const columns = ["library", "fastest", "GFLOP/s", "median", "GFLOP/s"];
  return markdown([`${peak.side}³ float32 product`, ...columns], rows);
}

/** Markdown tables of `measure.ts`: one for each size, one of the matrix products, and a line about the machine. */
export function stepTables(measurement: Measurement): string {
  const { sizes, peak } = measurement;
  return [
    ...sizes.map((size) => sizeTable(size, peak)),
    peakTable(peak),
    machineLine(measurement),
  ].join("\n\n");
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ")
  ).join("\n");
}

function axisTable({ title, quantity, fixed, points, fit }: AxisMeasurement): string {
  const label = QUANTITY_LABELS[quantity];
  const rows = points.map((point) => [
    String(point.value),
    formatSeconds(medianStep(point)),
    quartiles(point),
    formatBillions(point.operations),
    formatBillions(point.operations / medianStep(point)),
    formatSeconds(point.compileSeconds),
    String(point.nodeCount),
  ]);
  const { powerLaw, withConstant, lastExponent, reported } = fit;
  const mark = (law: CostFit["reported"]) => law === reported ? "  (reported)" : "";
  return [
    `${title}: ${label}; ${formatFixedSizes(fixed)}`,
    columns([
      [label, "median", "quartiles", "GFLOP", "GFLOP/s", "compilation", "nodes"],
      ...rows,
    ]),
    `power law                exponent ${formatExponent(powerLaw)}${mark("powerLaw")}`,
    "with a constant term     " +
    (withConstant === undefined
      ? "not determined by the points"
      : `exponent ${formatExponent(withConstant)}, constant ${formatConstant(withConstant)}` +
        mark("withConstant")),
    `between the two largest  exponent ${lastExponent.toFixed(2)}; ` +
    `of the arithmetic ${operationsExponent(points).toFixed(2)}`,
  ].join("\n");
}

/** Tables of `cost.ts`: one for each axis, and lines about what is reported and the machine. */
export function costTables(cost: CostMeasurement): string {
  return [
    ...cost.axes.map(axisTable),
    "Reported is the law with a constant term where its constant is more than two standard errors and\n" +
    "1 % of the fastest point above 0 (a fixed cost of every operation hides the growth), else the\n" +
    "straight line of log(seconds) over log(size).",
    `${cost.library}, ${counted(cost.threads, "thread")}; ${machineLine(cost)}`,
  ].join("\n\n");
}

/** The verdict on memory in a sentence. */
export function trendSentence({ trend, steps }: MemoryMeasurement): string {
  const { bytesPerStep, bytesPerStepError, residentBytes, growthShare } = trend;
  const slope = `${formatBytes(bytesPerStep)} ± ${formatBytes(bytesPerStepError)}`;
  return `${trend.verdict}: ${slope} a step from step ${trend.fromStep} on, ` +
    `${formatGrowth(growthShare)} of ${formatBytes(residentBytes)} in ${steps} steps ` +
    `(flat is less than ${100 * FLAT_SHARE} %)`;
}

/** The series of `memory.ts` as two columns, the verdict, and a line about the machine. */
export function memoryTable(memory: MemoryMeasurement): string {
  const { title, sequences, frames, series, seconds, steps, firstLoss, lastLoss } = memory;
  const rows = series.map(({ step, residentBytes }) =>
    `${String(step).padStart(4)}  ${(residentBytes / 2 ** 20).toFixed(1)} MiB`
  );
  return [
    `ODE²VAE-KL, ${title}: batch ${sequences} × ${frames} frames, ${steps} steps in ` +
    `${seconds.toFixed(0)} s, loss ${firstLoss.toPrecision(5)} → ${lastLoss.toPrecision(5)}`,
    ["step  resident memory", ...rows].join("\n"),
    trendSentence(memory),
    `${memory.library}, ${counted(memory.threads, "thread")}; ${machineLine(memory)}`,
  ].join("\n\n");
}

/** The Markdown table of one size of `gpu.ts`, with what was left out and what disagrees. */
export function gpuSizeTable(size: GpuSizeMeasurement): string {
  const rows = size.contestants.map((contestant) => {
    const { compileSeconds, stepSeconds } = contestant;
    return [
      ...stepCells(contestant, size),
      compileSeconds === undefined ? NONE : formatSeconds(compileSeconds),
      String(stepSeconds.length),
    ];
  });
  return [
    sizeTitle(size),
    "",
    markdown([...STEP_HEADER, "compilation", "steps"], rows),
    "",
    ...leftOutLines(size),
    ...lossComplaints(size).map((complaint) => `NOT THE SAME: ${complaint}.`),
  ].join("\n").trimEnd();
}

/** Rows of a profile that are shown; the others take next to nothing. */
const MOST_OPERATORS = 16;

/** Operators of a step, longest first: outside loops and in them. */
export function profileTable({ stepSeconds, operators }: StepProfile): string {
  const rows = operators.slice(0, MOST_OPERATORS).map(
    ({ operator, provider, inLoop, calls, seconds }) => [
      ...[`${inLoop ? "in loops: " : ""}${operator}`, provider, String(Math.round(calls))],
      ...[formatSeconds(seconds), formatShare(seconds / stepSeconds)],
    ],
  );
  return [
    `a step takes ${formatSeconds(stepSeconds)} with the profiler on`,
    "",
    markdown(["operator", "provider", "calls", "time", "share of the step"], rows),
  ].join("\n");
}

/** What the times of `gpu.ts` were taken on, in a few lines. */
export function gpuMachineLines(measurement: GpuMeasurement): string {
  const { peak, gpu } = measurement;
  const products = [peak, ...(gpu.peak ? [gpu.peak] : [])].flatMap((peak) =>
    peak.contestants.map((contestant) => {
      const [fastest, median] = productRates(contestant, peak).map(formatBillions);
      return `${peak.side}³ float32 product, ${contestant.label}: ` +
        `${fastest} GFLOP/s at the fastest, ${median} at the median`;
    })
  );
  return [
    ...gpu.cards.map(({ name, driver, memory }) => `${name}, ${memory}, driver ${driver}`),
    ...(gpu.software ? ["Software in place of a GPU, at tiny sizes: times say nothing."] : []),
    ...products,
    machineLine(measurement, `NVIDIA_TF32_OVERRIDE=${gpu.tf32Override}`),
  ].join("\n");
}
