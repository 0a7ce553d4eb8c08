/**
 * A speed measurement as Markdown: one table a size.
 *
 * @module
 */
import {
  type ContestantMeasurement,
  type Measurement,
  medianStep,
  type PeakMeasurement,
  productRate,
  productTime,
  quantile,
  shareOfPeak,
  type SizeMeasurement,
  stepRate,
  timesBaseline,
  type WhichProduct,
} from "./measurement.ts";

const NONE = "–";
const WHICH: readonly WhichProduct[] = ["fastest", "median"];

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

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;

function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  names: number,
): string {
  const rule = header.map((_, column) => column < names ? "---" : "---:");
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function row(
  contestant: ContestantMeasurement,
  size: SizeMeasurement,
  peak: PeakMeasurement,
): string[] {
  const { label, library, stepSeconds, compileSeconds, nodeCount, peakMemoryBytes } = contestant;
  const [lower, upper] = [quantile(stepSeconds, 0.25), quantile(stepSeconds, 0.75)];
  const [fastest, median] = WHICH.map((which) => shareOfPeak(contestant, size, peak, which));
  return [
    label,
    library,
    formatSeconds(medianStep(contestant)),
    `${formatSeconds(lower)} … ${formatSeconds(upper)}`,
    `${timesBaseline(contestant, size).toFixed(2)} ×`,
    formatBillions(stepRate(contestant, size)),
    fastest === undefined ? NONE : `${percent(fastest)} (${percent(median!)})`,
    compileSeconds === undefined ? NONE : `${formatSeconds(compileSeconds)}, ${nodeCount} nodes`,
    peakMemoryBytes === undefined ? NONE : gibibytes(peakMemoryBytes),
  ];
}

function sizeTable(size: SizeMeasurement, peak: PeakMeasurement): string {
  const { title, sequences, frames, parameters, arithmetic, contestants, leftOut } = size;
  const header = [
    ...["training step", "library", "median", "quartiles", "time relative to the first"],
    ...["GFLOP/s", "share of the peak (of its median)", "compilation", "peak memory"],
  ];
  const steps = contestants.map(({ stepSeconds }) => stepSeconds.length);
  const [fewest, most] = [Math.min(...steps), Math.max(...steps)];
  return [
    `ODE²VAE-KL, ${title}: batch ${sequences} × ${frames} frames, ${parameters} parameters, ` +
    `${formatBillions(arithmetic.total)} GFLOP a step ` +
    `(${formatBillions(arithmetic.forward)} forward, ${
      formatBillions(arithmetic.backward)
    } backward)`,
    "",
    table(header, contestants.map((contestant) => row(contestant, size, peak)), 2),
    "",
    `${fewest === most ? most : `${fewest} to ${most}`} warm steps each, taking turns.`,
    ...leftOut.map(({ label, reason }) => `Left out: ${label}: ${reason}.`),
  ].join("\n");
}

function peakTable(peak: PeakMeasurement): string {
  const { side, contestants } = peak;
  const rows = contestants.map((contestant) => [
    contestant.label,
    contestant.library,
    ...WHICH.flatMap((which) => [
      formatSeconds(productTime(contestant, which)),
      formatBillions(productRate(contestant, peak, which)),
    ]),
  ]);
  const header = [
    ...[`${side}³ float32 product`, "library"],
    ...WHICH.flatMap((which) => [which, "GFLOP/s"]),
  ];
  return table(header, rows, 2);
}

/** Markdown tables: one for each size, one of the matrix products, and a line about the machine. */
export function markdownTables({ sizes, peak, machine, date }: Measurement): string {
  return [
    ...sizes.map((size) => sizeTable(size, peak)),
    peakTable(peak),
    `${machine.cpu}, ${machine.cores} cores, ${gibibytes(machine.memoryBytes)} memory, ` +
    `${machine.system}, Deno ${machine.deno}; load ${machine.loadBefore.toFixed(2)} before; ` +
    `${date.slice(0, 10)}.`,
  ].join("\n\n");
}
