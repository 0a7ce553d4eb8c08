/**
 * What follows from results: medians, ratios and rates of training steps, laws of their cost, the trend of memory.
 *
 * A step is a fixed cost for each operation (a node that starts, a buffer that is found) and one that grows. Where the
 * fixed part is not small, the slope of log(seconds) over log(size) is between 0 and the exponent of the growing part:
 * so the law with a constant term is fitted, too.
 *
 * @module
 */
import { quantile } from "../quantile.ts";
import type {
  ContestantMeasurement,
  CostFit,
  CostPoint,
  MemorySample,
  MemoryTrend,
  PeakContestant,
  PeakMeasurement,
  PowerLaw,
  PowerLawWithConstant,
  SizeMeasurement,
} from "./results.ts";

/** Seconds of every warm step. */
type StepTimes = Pick<ContestantMeasurement, "stepSeconds">;

/** Median seconds of a warm step. */
export function medianStep({ stepSeconds }: StepTimes): number {
  return quantile(stepSeconds, 0.5);
}

/** Lower and upper quartile of the seconds of a warm step. */
export function stepQuartiles({ stepSeconds }: StepTimes): readonly [number, number] {
  return [quantile(stepSeconds, 0.25), quantile(stepSeconds, 0.75)];
}

/** Median of a step over the baseline's: how many times as long it takes. */
export function timesBaseline(contestant: StepTimes, { contestants }: SizeMeasurement): number {
  return medianStep(contestant) / medianStep(contestants[0]!);
}

/** Floating-point operations a second of a median step: what the model asks for, over what it took. */
export function stepRate(contestant: StepTimes, { arithmetic }: SizeMeasurement): number {
  return arithmetic.total / medianStep(contestant);
}

/**
 * Something of a contestant's fastest product and of its median one. The fastest is the best that the machine can do; the
 * median is what it usually did, and far below the former where its clock changed or something else ran.
 */
export type FastestAndMedian = readonly [fastest: number, median: number];

/** Seconds of a contestant's products. */
export function productTimes({ productSeconds }: PeakContestant): FastestAndMedian {
  return [quantile(productSeconds, 0), quantile(productSeconds, 0.5)];
}

/** Floating-point operations a second of a contestant's products. */
export function productRates(
  contestant: PeakContestant,
  { operations }: PeakMeasurement,
): FastestAndMedian {
  const [fastest, median] = productTimes(contestant);
  return [operations / fastest, operations / median];
}

/** The best rates that any library reached with so many threads; undefined where none was measured. */
export function peakRates(peak: PeakMeasurement, threads: number): FastestAndMedian | undefined {
  const rates = peak.contestants
    .filter((contestant) => contestant.threads === threads)
    .map((contestant) => productRates(contestant, peak));
  if (rates.length === 0) return undefined;
  return [Math.max(...rates.map(([rate]) => rate)), Math.max(...rates.map(([, rate]) => rate))];
}

/** {@link stepRate} over the {@link peakRates} of as many threads; undefined where those were not measured. */
export function sharesOfPeak(
  contestant: ContestantMeasurement,
  size: SizeMeasurement,
  peak: PeakMeasurement,
): FastestAndMedian | undefined {
  const rates = peakRates(peak, contestant.threads);
  const rate = stepRate(contestant, size);
  return rates && [rate / rates[0], rate / rates[1]];
}

/** Slope of log(operations) over log(value) between the two largest values: the exponent of the arithmetic there. */
export function operationsExponent(points: readonly CostPoint[]): number {
  const [before, last] = points.slice(-2) as [CostPoint, CostPoint];
  return Math.log(last.operations / before.operations) / Math.log(last.value / before.value);
}

/** A measured size and its time. */
export interface CostSample {
  /** The size, > 0. */
  readonly size: number;
  /** Its seconds, > 0. */
  readonly seconds: number;
}

/** Exponents among which the law with a constant is sought. */
const EXPONENTS = { least: 0.1, most: 4, trials: 400 };
/** Least share of the fastest point that counts as a constant term. */
const LEAST_CONSTANT = 0.01;

function check(samples: readonly CostSample[], least: number): void {
  const count = new Set(samples.map(({ size }) => size)).size;
  if (count < least) {
    throw new RangeError(`Cannot fit a cost: there must be at least ${least} sizes, is ${count}`);
  }
  for (const { size, seconds } of samples) {
    if (size > 0 && seconds > 0 && Number.isFinite(size * seconds)) continue;
    throw new RangeError(
      `Cannot fit a cost: sizes and seconds must be > 0, is ${seconds} s at ${size}`,
    );
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The straight line through points by least squares: slope, its standard error, means of both coordinates. */
function straightLine(x: readonly number[], y: readonly number[]) {
  const [meanX, meanY] = [sum(x) / x.length, sum(y) / y.length];
  const spread = sum(x.map((value) => (value - meanX) ** 2));
  const slope = sum(x.map((value, i) => (value - meanX) * (y[i]! - meanY))) / spread;
  const squares = sum(x.map((value, i) => (y[i]! - meanY - slope * (value - meanX)) ** 2));
  return { slope, error: Math.sqrt(squares / (x.length - 2) / spread), meanX, meanY };
}

/**
 * The straight line of log(seconds) over log(size).
 *
 * @throws RangeError with fewer than 3 sizes, or when a value is not > 0
 */
export function fitPowerLaw(samples: readonly CostSample[]): PowerLaw {
  check(samples, 3);
  const { slope, error, meanX, meanY } = straightLine(
    samples.map(({ size }) => Math.log(size)),
    samples.map(({ seconds }) => Math.log(seconds)),
  );
  const coefficient = Math.exp(meanY - slope * meanX);
  return { coefficient, exponent: slope, exponentError: error };
}

/** Constant and coefficient, neither below 0, that leave the least squares of relative errors at one exponent. */
function atExponent(samples: readonly CostSample[], exponent: number, unit: number) {
  // Relative errors, as a time's noise is a share of it: (a + b·u) / s − 1 with u = (size / unit)^p.
  const ones = samples.map(({ seconds }) => 1 / seconds);
  const powers = samples.map(({ size, seconds }) => (size / unit) ** exponent / seconds);
  const dot = (v: readonly number[], w: readonly number[]) =>
    sum(v.map((value, i) => value * w[i]!));
  const [aa, ab, bb] = [dot(ones, ones), dot(ones, powers), dot(powers, powers)];
  const [a1, b1] = [sum(ones), sum(powers)];
  const determinant = aa * bb - ab * ab;
  let constant = (a1 * bb - b1 * ab) / determinant;
  let coefficient = (b1 * aa - a1 * ab) / determinant;
  if (constant < 0) [constant, coefficient] = [0, b1 / bb];
  else if (coefficient < 0) [constant, coefficient] = [a1 / aa, 0];
  const squares = sum(ones.map((one, i) => (constant * one + coefficient * powers[i]! - 1) ** 2));
  return { constant, coefficient, squares };
}

/** The inverse of a symmetric 3 × 3 matrix by its cofactors. */
function inverse3(m: readonly (readonly number[])[]): number[][] {
  const at = (i: number, j: number) => m[i % 3]![j % 3]!;
  // Cyclic indices give the cofactors their signs.
  const cofactor = (i: number, j: number) =>
    at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = sum([0, 1, 2].map((j) => at(0, j) * cofactor(0, j)));
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant));
}

/** Where a function with one minimum between two ends has it. */
function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  while (high - low > 1e-9) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (f(left) < f(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

/**
 * The law with a constant term, by least squares of relative errors; standard errors from the curvature there.
 *
 * @returns undefined when the points do not determine it: an exponent at the end of what was tried or less certain than
 * large, or a constant that would be negative
 * @throws RangeError with fewer than 4 sizes, or when a value is not > 0
 */
export function fitWithConstant(samples: readonly CostSample[]): PowerLawWithConstant | undefined {
  check(samples, 4);
  const unit = Math.exp(sum(samples.map(({ size }) => Math.log(size))) / samples.length);
  const squaresAt = (exponent: number) => atExponent(samples, exponent, unit).squares;
  const { least, most, trials } = EXPONENTS;
  const step = (most - least) / trials;
  const tried = Array.from({ length: trials + 1 }, (_, i) => squaresAt(least + i * step));
  const best = tried.indexOf(Math.min(...tried));
  if (best === 0 || best === trials) return undefined;
  const exponent = goldenSection(squaresAt, least + (best - 1) * step, least + (best + 1) * step);
  const { constant, coefficient, squares } = atExponent(samples, exponent, unit);
  if (constant === 0 || coefficient === 0) return undefined;
  const slopes = samples.map(({ size, seconds }) => {
    const power = (size / unit) ** exponent;
    return [1, power, coefficient * power * Math.log(size / unit)].map((slope) => slope / seconds);
  });
  const curvature = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => sum(slopes.map((slope) => slope[i]! * slope[j]!)))
  );
  const variance = squares / (samples.length - 3);
  const [constantError, , exponentError] = inverse3(curvature)
    .map((row, i) => Math.sqrt(Math.max(0, row[i]! * variance))) as [number, number, number];
  // No growth, or none that the noise lets us see; not a number where the curvature has no inverse.
  if (!(exponentError < exponent)) return undefined;
  return {
    ...{ constant, constantError, exponent, exponentError },
    coefficient: coefficient / unit ** exponent,
  };
}

/**
 * Both laws, and which to report: the one with a constant where that constant is certain (more than two standard errors
 * above 0) and counts (more than 1 % of the fastest point); the plain power law otherwise.
 *
 * @param samples in the order of their sizes
 * @throws RangeError with fewer than 4 sizes, or when a value is not > 0
 */
export function fitCost(samples: readonly CostSample[]): CostFit {
  const withConstant = fitWithConstant(samples);
  const [before, last] = samples.slice(-2) as [CostSample, CostSample];
  const fastest = Math.min(...samples.map(({ seconds }) => seconds));
  const counts = withConstant !== undefined &&
    withConstant.constant > 2 * withConstant.constantError &&
    withConstant.constant > LEAST_CONSTANT * fastest;
  return {
    powerLaw: fitPowerLaw(samples),
    ...(withConstant === undefined ? {} : { withConstant }),
    lastExponent: Math.log(last.seconds / before.seconds) / Math.log(last.size / before.size),
    reported: counts ? "withConstant" : "powerLaw",
  };
}

/** The laws of the points' medians. @throws RangeError with fewer than 4 points */
export function fitPoints(points: readonly CostPoint[]): CostFit {
  return fitCost(points.map((point) => ({ size: point.value, seconds: medianStep(point) })));
}

/** Seconds that a law predicts. */
export function predict(law: PowerLaw | PowerLawWithConstant, size: number): number {
  const constant = "constant" in law ? law.constant : 0;
  return constant + law.coefficient * size ** law.exponent;
}

/** Growth over all steps, as a share of the resident set, below which memory counts as flat. */
export const FLAT_SHARE = 0.02;
/** Share of the steps that is warm-up. */
const WARM_UP = 0.2;

/**
 * The trend of resident memory after the first fifth of the steps, by least squares.
 *
 * @param series by increasing step; the last one is that of all steps
 * @throws RangeError with fewer than 3 samples after the warm-up
 */
export function memoryTrend(series: readonly MemorySample[]): MemoryTrend {
  const steps = series.at(-1)?.step ?? 0;
  const fromStep = Math.ceil(WARM_UP * steps);
  const counted = series.filter(({ step }) => step >= fromStep);
  if (counted.length < 3) {
    throw new RangeError(
      "Cannot fit memory over steps: there must be at least 3 samples after the warm-up, is " +
        counted.length,
    );
  }
  const { slope, error, meanY } = straightLine(
    counted.map(({ step }) => step),
    counted.map(({ residentBytes }) => residentBytes),
  );
  const growthShare = slope * steps / meanY;
  return {
    ...{ fromStep, bytesPerStep: slope, bytesPerStepError: error, residentBytes: meanY },
    ...{ growthShare, verdict: growthShare < FLAT_SHARE ? "flat" : "growing" },
  };
}

/** An event of ONNX Runtime's profile (Chrome's trace format), as far as it is read. */
export interface ProfileEvent {
  /** "Session" for whole runs, "Node" for nodes. */
  readonly cat: string;
  /** "model_run", or the node's with a suffix. */
  readonly name: string;
  /** Microseconds since the session began. */
  readonly ts: number;
  /** Microseconds. */
  readonly dur: number;
  /** Of nodes. */
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/** What nodes of one operator took. */
export interface OperatorTime {
  /** ONNX's name, e.g. "Conv". */
  readonly operator: string;
  /** E.g. "CPU" or "CUDA". */
  readonly provider: string;
  /** Whether the nodes are in the body of a loop, whose own row has their time as well. */
  readonly inLoop: boolean;
  /** Nodes run in a step. */
  readonly calls: number;
  /** Seconds of a step. */
  readonly seconds: number;
}

/** A step's time and its parts. */
export interface StepProfile {
  /** Median of the steps, profiler included. */
  readonly stepSeconds: number;
  /** Longest first. */
  readonly operators: readonly OperatorTime[];
}

const LOOPS = ["Scan", "Loop", "If"];

/**
 * Sums a profile by operator.
 *
 * @param steps how many of the last runs count; those before them warm up
 * @throws RangeError when there are fewer runs
 */
export function operatorTimes(events: readonly ProfileEvent[], steps: number): StepProfile {
  const runs = events.filter(({ name }) => name === "model_run").toSorted((a, b) => a.ts - b.ts)
    .slice(-steps);
  if (runs.length < steps) {
    throw new RangeError(`Cannot sum a profile: it must have ${steps} runs, has ${runs.length}`);
  }
  const nodes = events.filter(({ cat, ts }) => cat === "Node" && ts >= runs[0]!.ts)
    .toSorted((a, b) => a.ts - b.ts || b.dur - a.dur);
  const sums = new Map<
    string,
    { calls: number; microseconds: number } & Omit<OperatorTime, "calls" | "seconds">
  >();
  let loopEnd = -Infinity;
  for (const { ts, dur, args = {} } of nodes) {
    const operator = args.op_name ?? "unknown";
    const provider = (args.provider ?? "unknown").replace(/ExecutionProvider$/, "");
    const inLoop = ts < loopEnd;
    if (!inLoop && LOOPS.includes(operator)) loopEnd = ts + dur;
    const key = [operator, provider, inLoop].join();
    const sum = sums.get(key) ?? { operator, provider, inLoop, calls: 0, microseconds: 0 };
    sum.calls++;
    sum.microseconds += dur;
    sums.set(key, sum);
  }
  return {
    stepSeconds: quantile(runs.map(({ dur }) => dur / 1e6), 0.5),
    operators: [...sums.values()].map(({ calls, microseconds, ...rest }) => ({
      ...rest,
      ...{ calls: calls / steps, seconds: microseconds / 1e6 / steps },
    })).toSorted((a, b) => b.seconds - a.seconds),
  };
}
