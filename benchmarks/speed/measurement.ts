/**
 * What `measure.ts` finds out, and what follows from it: quantiles, ratios and the table.
 *
 * @module
 */
import type { Machine } from "./machine.ts";
import type { StepFacts } from "./step_process.ts";

/** Greatest relative difference of two contestants' first losses: more, and they do not compute the same. */
export const LOSS_TOLERANCE = 1e-4;

/** One contestant's steps. */
export interface ContestantMeasurement extends StepFacts {
  /** Its name in options. */
  readonly id: string;
  /** Its name for people. */
  readonly label: string;
  /** Loss at the common parameters. */
  readonly firstLoss: number;
  /** Seconds of every warm step: loss, gradients and Adam update. */
  readonly stepSeconds: readonly number[];
  /** Largest resident set of its own process, bytes; absent where the system does not tell. */
  readonly peakMemoryBytes?: number;
}

/** Contestants that took turns, in one run on one machine. */
export interface Measurement {
  /** Version of this form. */
  readonly schema: 1;
  /** When it began, ISO 8601. */
  readonly date: string;
  /** Where. */
  readonly machine: Machine;
  /** B: sequences in the minibatch. */
  readonly sequences: number;
  /** L: frames of each. */
  readonly length: number;
  /** Trainable parameters. */
  readonly parameters: number;
  /** The first is the baseline. */
  readonly contestants: readonly ContestantMeasurement[];
}

/**
 * The p-quantile, linear between neighbouring values: numpy.quantile's default.
 *
 * @throws RangeError without values
 */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) {
    throw new RangeError("Cannot compute a quantile as there must be values: current count is 0");
  }
  const sorted = values.toSorted((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at % 1) * (sorted[Math.ceil(at)]! - below);
}

/** Median seconds of a warm step. */
export function medianStep({ stepSeconds }: ContestantMeasurement): number {
  return quantile(stepSeconds, 0.5);
}

/**
 * Makes sure that all contestants computed one and the same loss before their first update.
 *
 * @throws Error when one differs from the baseline
 */
export function checkFirstLosses([baseline, ...others]: readonly ContestantMeasurement[]): void {
  for (const { label, firstLoss } of others) {
    const difference = Math.abs(firstLoss / baseline!.firstLoss - 1);
    if (difference < LOSS_TOLERANCE) continue;
    throw new Error(
      `Cannot compare "${label}" with "${baseline!.label}": their first losses must agree to ` +
        `${LOSS_TOLERANCE} relative, are ${firstLoss} and ${baseline!.firstLoss}`,
    );
  }
}

/** Milliseconds or seconds in three digits: "842 ms", "3.21 s". */
export function formatSeconds(seconds: number): string {
  return seconds < 0.9995
    ? `${Number((1000 * seconds).toPrecision(3))} ms`
    : `${seconds < 99.95 ? seconds.toPrecision(3) : Math.round(seconds)} s`;
}

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

function row(contestant: ContestantMeasurement, baseline: ContestantMeasurement): string[] {
  const { label, library, stepSeconds, compileSeconds, nodeCount, peakMemoryBytes } = contestant;
  const [lower, upper] = [quantile(stepSeconds, 0.25), quantile(stepSeconds, 0.75)];
  return [
    label,
    library,
    formatSeconds(medianStep(contestant)),
    `${formatSeconds(lower)} … ${formatSeconds(upper)}`,
    `${(medianStep(contestant) / medianStep(baseline)).toFixed(2)} ×`,
    compileSeconds === undefined ? "–" : `${formatSeconds(compileSeconds)}, ${nodeCount} nodes`,
    peakMemoryBytes === undefined ? "–" : gibibytes(peakMemoryBytes),
  ];
}

/** A Markdown table with one line about the machine below it. */
export function markdownTable({ contestants, machine, ...run }: Measurement): string {
  const header = [
    ...["training step", "library", "median", "quartiles", "time relative to the first"],
    ...["compilation", "peak memory"],
  ];
  const rows = contestants.map((contestant) => row(contestant, contestants[0]!));
  const rule = header.map((_, column) => column < 2 ? "---" : "---:");
  const steps = contestants.map(({ stepSeconds }) => stepSeconds.length);
  const [fewest, most] = [Math.min(...steps), Math.max(...steps)];
  return [
    ...[header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`),
    "",
    `ODE²VAE-KL, rotating MNIST, batch ${run.sequences} × ${run.length} frames, ${run.parameters} ` +
    `parameters; ${
      fewest === most ? most : `${fewest} to ${most}`
    } warm steps each, taking turns. ` +
    `${machine.cpu}, ${machine.cores} cores, ${
      gibibytes(machine.memoryBytes)
    } memory, ${machine.system}, ` +
    `Deno ${machine.deno}; load ${machine.loadBefore.toFixed(2)} before; ${run.date.slice(0, 10)}.`,
  ].join("\n");
}
