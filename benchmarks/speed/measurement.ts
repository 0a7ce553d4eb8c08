/**
 * What `measure.ts` finds out, and what follows from it: quantiles, ratios and rates. The tables are in
 * `measurement_table.ts`.
 *
 * @module
 */
import type { Machine } from "./machine.ts";
import type { StepFacts } from "./step_process.ts";

/** Greatest relative difference of two contestants' first losses: more, and they do not compute the same. */
export const LOSS_TOLERANCE = 1e-4;

/** Floating-point operations of one training step, products only: see `arithmetic.ts`. */
export interface Arithmetic {
  /** The loss. */
  readonly forward: number;
  /** Its gradients. */
  readonly backward: number;
  /** Both. */
  readonly total: number;
}

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

/** A contestant that made no steps. */
export interface LeftOut {
  /** Its name in options. */
  readonly id: string;
  /** Its name for people. */
  readonly label: string;
  /** Why, as the end of "left out: …". */
  readonly reason: string;
}

/** One size of the model, at which all contestants took turns. */
export interface SizeMeasurement {
  /** Its name in options: `rmnist`, `bouncing_balls`, `mocap_many`. */
  readonly size: string;
  /** Its name for people, e.g. "rotating MNIST". */
  readonly title: string;
  /** B: sequences in the minibatch. */
  readonly sequences: number;
  /** L: frames of each. */
  readonly frames: number;
  /** G: points of the time grid that the rollout covers. */
  readonly grid: number;
  /** Trainable parameters. */
  readonly parameters: number;
  /** What a step must compute, whoever does. */
  readonly arithmetic: Arithmetic;
  /** The first is the baseline. */
  readonly contestants: readonly ContestantMeasurement[];
  /** Those that could not run, or would take too long. */
  readonly leftOut: readonly LeftOut[];
}

/** One library's matrix products with one number of threads. */
export interface PeakContestant {
  /** Its name: `ort-cpu-2`, `pytorch-2`, … */
  readonly id: string;
  /** Its name for people. */
  readonly label: string;
  /** Library and version. */
  readonly library: string;
  /** Compute threads. */
  readonly threads: number;
  /** Seconds of one product, of every warm run. */
  readonly productSeconds: readonly number[];
}

/** The machine's rate of matrix products, to judge the steps' rates by. */
export interface PeakMeasurement {
  /** Rows and columns of the square float32 matrices. */
  readonly side: number;
  /** Floating-point operations of one product: 2 · side³. */
  readonly operations: number;
  /** Who multiplied. */
  readonly contestants: readonly PeakContestant[];
}

/** All sizes, in one run on one machine. */
export interface Measurement {
  /** Version of this form. */
  readonly schema: 2;
  /** When it began, ISO 8601. */
  readonly date: string;
  /** Where. */
  readonly machine: Machine;
  /** How fast this machine multiplies. */
  readonly peak: PeakMeasurement;
  /** Every size that was measured. */
  readonly sizes: readonly SizeMeasurement[];
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

/** Median of a step over the baseline's: how many times as long it takes. */
export function timesBaseline(
  contestant: ContestantMeasurement,
  { contestants }: SizeMeasurement,
): number {
  return medianStep(contestant) / medianStep(contestants[0]!);
}

/** Floating-point operations a second of a median step: what the model asks for, over what it took. */
export function stepRate(
  contestant: ContestantMeasurement,
  { arithmetic }: SizeMeasurement,
): number {
  return arithmetic.total / medianStep(contestant);
}

/**
 * Which of a contestant's products a rate is of. The fastest is the best that the machine can do; the median is what it
 * usually did, and far below the former where its clock changed or something else ran.
 */
export type WhichProduct = "fastest" | "median";

const PRODUCT_QUANTILE: Readonly<Record<WhichProduct, number>> = { fastest: 0, median: 0.5 };

/** Seconds of a contestant's fastest or median product. */
export function productTime({ productSeconds }: PeakContestant, which: WhichProduct): number {
  return quantile(productSeconds, PRODUCT_QUANTILE[which]);
}

/** Floating-point operations a second of a contestant's fastest or median product. */
export function productRate(
  contestant: PeakContestant,
  { operations }: PeakMeasurement,
  which: WhichProduct,
): number {
  return operations / productTime(contestant, which);
}

/**
 * The best rate that any library reached with so many threads, by its fastest or by its median product; undefined where
 * none was measured.
 */
export function peakRate(
  peak: PeakMeasurement,
  threads: number,
  which: WhichProduct,
): number | undefined {
  const rates = peak.contestants
    .filter((contestant) => contestant.threads === threads)
    .map((contestant) => productRate(contestant, peak, which));
  return rates.length === 0 ? undefined : Math.max(...rates);
}

/** {@link stepRate} over the {@link peakRate} of as many threads; undefined where that was not measured. */
export function shareOfPeak(
  contestant: ContestantMeasurement,
  size: SizeMeasurement,
  peak: PeakMeasurement,
  which: WhichProduct,
): number | undefined {
  const rate = peakRate(peak, contestant.threads, which);
  return rate === undefined ? undefined : stepRate(contestant, size) / rate;
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
