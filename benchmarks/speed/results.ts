/**
 * Results of the speed measurements: their types, and the files that hold them, checked as they are read.
 *
 * @module
 */
import { cpus } from "node:os";
import {
  asCount,
  asFinite,
  asObject,
  asOneOf,
  asPositive,
  asString,
  fields,
  listOf,
  oneOf,
  optional,
  type Parser,
  refuse,
} from "../record/_validate.ts";
import { readJsonFile } from "../record/read_json.ts";
import { suiteFolder } from "../../data/user_paths.ts";
import { cpuName, suiteCommit } from "../record/fingerprint.ts";
import { messageOf, RunError } from "../errors.ts";
import { writeOutputFile } from "../output_file.ts";
import { type CostPlace, type CostQuantity, QUANTITY_LABELS } from "./sizes.ts";

/** Facts without which a time says little. */
export interface Machine {
  /** Processor. */
  readonly cpu: string;
  /** Logical cores that the system shows. */
  readonly cores: number;
  /** Main memory, bytes. */
  readonly memoryBytes: number;
  /** Operating system and architecture. */
  readonly system: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Commit of the suite; "" outside a checkout. */
  readonly commit: string;
  /** Load average of the last minute before the measurement: near 0 on a quiet machine. */
  readonly loadBefore: number;
}

/** When and where a measurement was made. */
export interface Occasion {
  /** When it began, ISO 8601. */
  readonly date: string;
  /** Where. */
  readonly machine: Machine;
}

/** A thing with a name for options and one for people. */
export interface Named {
  /** Name in options and results. */
  readonly id: string;
  /** Name for people. */
  readonly label: string;
}

/** What computes. */
export interface Library {
  /** Library and version. */
  readonly library: string;
  /** Compute threads. */
  readonly threads: number;
}

/** What makes training steps. */
export interface StepFacts extends Library {
  /** Seconds of compilation, where there is one. */
  readonly compileSeconds?: number;
  /** Operations of the compiled graph, loop bodies counted once. */
  readonly nodeCount?: number;
}

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
export interface ContestantMeasurement extends Named, StepFacts {
  /** Loss at the common parameters. */
  readonly firstLoss: number;
  /** Seconds of every warm step: loss, gradients and Adam update. */
  readonly stepSeconds: readonly number[];
  /** Largest resident set of its own process, bytes; absent where the system does not report it. */
  readonly peakMemoryBytes?: number;
}

/** A contestant that made no steps. */
export interface LeftOut extends Named {
  /** Why, as the end of "left out: …". */
  readonly reason: string;
}

/** A model and its minibatch. */
export interface Minibatch {
  /** Name of the size in options: `rmnist`, `bouncing_balls`, `mocap_many`, `mocap_single`. */
  readonly size: string;
  /** Its name for people, e.g. "rotating MNIST". */
  readonly title: string;
  /** B: sequences in the minibatch. */
  readonly sequences: number;
  /** L: frames of each. */
  readonly frames: number;
}

/** One size of the model, at which all contestants took turns. */
export interface SizeMeasurement extends Minibatch {
  /** G: points of the time grid that the rollout covers. */
  readonly grid: number;
  /** Trainable parameters. */
  readonly parameters: number;
  /** What a step must compute, whoever does. */
  readonly arithmetic: Arithmetic;
  /** The first is the baseline. */
  readonly contestants: readonly ContestantMeasurement[];
  /** Those that could not run. */
  readonly leftOut: readonly LeftOut[];
}

/** One library's matrix products with one number of threads. */
export interface PeakContestant extends Named, Library {
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

/** What `measure.ts` writes: all sizes, in one run on one machine. */
export interface Measurement extends Occasion {
  /** Version of this form. */
  readonly schema: 2;
  /** How fast this machine multiplies. */
  readonly peak: PeakMeasurement;
  /** Every size that was measured. */
  readonly sizes: readonly SizeMeasurement[];
}

/** What pages show of results of `gpu.ts`. */
export interface GpuResults extends Measurement {
  /** NVIDIA's GPUs. */
  readonly gpu: {
    readonly cards: readonly {
      readonly name: string;
      readonly driver: string;
      readonly memory: string;
    }[];
  };
}

/** The training step at one value of what varies. */
export interface CostPoint {
  /** The value. */
  readonly value: number;
  /** Floating-point operations that a step must make, products only: see `arithmetic.ts`. */
  readonly operations: number;
  /** Seconds of compilation. */
  readonly compileSeconds: number;
  /** Operations of the compiled graph, loop bodies counted once. */
  readonly nodeCount: number;
  /** Seconds of every warm step. */
  readonly stepSeconds: readonly number[];
}

/** seconds = coefficient · size^exponent. */
export interface PowerLaw {
  /** Seconds at size 1. */
  readonly coefficient: number;
  /** The power. */
  readonly exponent: number;
  /** Standard error of the exponent. */
  readonly exponentError: number;
}

/** seconds = constant + coefficient · size^exponent. */
export interface PowerLawWithConstant extends PowerLaw {
  /** Seconds that do not grow. */
  readonly constant: number;
  /** Standard error of the constant. */
  readonly constantError: number;
}

/** The growth along one axis. */
export interface CostFit {
  /** The law without a constant. */
  readonly powerLaw: PowerLaw;
  /** The law with one; absent where the points do not determine it. */
  readonly withConstant?: PowerLawWithConstant;
  /** Slope of log(seconds) over log(size) between the two largest sizes. */
  readonly lastExponent: number;
  /** Which of the laws describes the points: see `fitCost()`. */
  readonly reported: "powerLaw" | "withConstant";
}

/** The points of one axis. */
export interface AxisMeasurement {
  /** Its name: "mocap_many/frames". */
  readonly id: string;
  /** Name of the size for people. */
  readonly title: string;
  /** What varies. */
  readonly quantity: CostQuantity;
  /** What stays: all but `quantity`, and but the grid where frames vary. */
  readonly fixed: Readonly<Partial<CostPlace>>;
  /** At least four, by increasing value. */
  readonly points: readonly CostPoint[];
  /** The laws of their median steps. */
  readonly fit: CostFit;
}

/** What `cost.ts` writes: all axes, in one run on one machine. */
export interface CostMeasurement extends Occasion, Library {
  /** Version of this form. */
  readonly schema: 1;
  /** Every axis that was measured. */
  readonly axes: readonly AxisMeasurement[];
}

/** Resident memory after some steps. */
export interface MemorySample {
  /** Steps made. */
  readonly step: number;
  /** Resident set of the process, bytes. */
  readonly residentBytes: number;
}

/** The straight line of resident memory over steps. */
export interface MemoryTrend {
  /** First step that counts: before it caches and arenas fill. */
  readonly fromStep: number;
  /** Slope, bytes a step. */
  readonly bytesPerStep: number;
  /**
   * Standard error of the slope, as if samples were independent. A process takes and gives back memory in pieces, so
   * neighbours are alike and the true error is somewhat larger.
   */
  readonly bytesPerStepError: number;
  /** Mean resident set from `fromStep` on, bytes. */
  readonly residentBytes: number;
  /** Slope times all steps, over the mean resident set. */
  readonly growthShare: number;
  /** "flat" where the growth is below `FLAT_SHARE`. */
  readonly verdict: "flat" | "growing";
}

/** What `memory.ts` writes: many training steps in one process. */
export interface MemoryMeasurement extends Occasion, Library, Minibatch {
  /** Version of this form. */
  readonly schema: 1;
  /** Training steps made. */
  readonly steps: number;
  /** Seconds that all steps took together. */
  readonly seconds: number;
  /** Loss of the first step. */
  readonly firstLoss: number;
  /** Loss of the last step. */
  readonly lastLoss: number;
  /** Resident memory, before the first step and at regular intervals. */
  readonly series: readonly MemorySample[];
  /** The line through it. */
  readonly trend: MemoryTrend;
}

/** The parser of a list whose items increase in one field. */
function increasing<Name extends string, T extends Readonly<Record<Name, number>>>(
  name: Name,
  list: Parser<readonly T[]>,
): Parser<readonly T[]> {
  return (value, where) => {
    const items = list(value, where);
    const wrong = items.findIndex((item, i) => i > 0 && item[name] <= items[i - 1]![name]);
    if (wrong === -1) return items;
    return refuse(`${where}[${wrong}].${name}`, "above the one before it", items[wrong]![name]);
  };
}

function version<Schema extends number>(expected: Schema): Parser<Schema> {
  return (value, where) => value === expected ? expected : refuse(where, `${expected}`, value);
}

const asDate: Parser<string> = (value, where) => {
  const date = asString(value, where);
  if (/^\d{4}-\d\d-\d\dT/.test(date) && Number.isFinite(Date.parse(date))) return date;
  return refuse(where, "an ISO 8601 time", date);
};

// Without single times there is no median.
const asTimes = listOf(asPositive, 1);

const named = { id: asString, label: asString };
const library = { library: asString, threads: asCount };
const occasion = {
  date: asDate,
  machine: fields<Machine>({
    ...{ cpu: asString, cores: asCount, memoryBytes: asPositive, system: asString },
    ...{ deno: asString, commit: asString, loadBefore: asFinite },
  }),
};
const minibatch = { size: asString, title: asString, sequences: asCount, frames: asCount };

const contestant = fields<ContestantMeasurement>({
  ...{ ...named, ...library, compileSeconds: optional(asPositive), nodeCount: optional(asCount) },
  ...{ firstLoss: asFinite, stepSeconds: asTimes, peakMemoryBytes: optional(asPositive) },
});

const measurementFields = {
  ...{ schema: version(2), ...occasion },
  peak: fields<PeakMeasurement>({
    ...{ side: asPositive, operations: asPositive },
    contestants: listOf(fields<PeakContestant>({ ...named, ...library, productSeconds: asTimes })),
  }),
  sizes: listOf(
    fields<SizeMeasurement>({
      ...{ ...minibatch, grid: asCount, parameters: asCount },
      arithmetic: fields({ forward: asPositive, backward: asPositive, total: asPositive }),
      contestants: listOf(contestant, 1),
      leftOut: listOf(fields<LeftOut>({ ...named, reason: asString })),
    }),
    1,
  ),
} as const;
const measurement = fields<Measurement>(measurementFields);

const gpu = fields<GpuResults>({
  ...measurementFields,
  gpu: fields({
    cards: listOf(fields({ name: asString, driver: asString, memory: asString })),
  }),
});

const law = { coefficient: asPositive, exponent: asFinite, exponentError: asFinite };

const fit = fields<CostFit>({
  powerLaw: fields<PowerLaw>(law),
  withConstant: optional(
    fields<PowerLawWithConstant>({ ...law, constant: asFinite, constantError: asFinite }),
  ),
  ...{ lastExponent: asFinite, reported: oneOf("powerLaw", "withConstant") },
}, ({ reported, withConstant }, where) => {
  if (reported === "withConstant") asObject(withConstant, `${where}.withConstant`);
});

const QUANTITIES = Object.keys(QUANTITY_LABELS) as CostQuantity[];

const asFixed: Parser<AxisMeasurement["fixed"]> = (value, where) =>
  Object.fromEntries(
    Object.entries(asObject(value, where)).map(([name, size]) => [
      asOneOf(name, [...QUANTITIES, "grid"], where),
      asPositive(size, `${where}.${name}`),
    ]),
  );

const point = fields<CostPoint>({
  ...{ value: asPositive, operations: asPositive, compileSeconds: asPositive },
  ...{ nodeCount: asCount, stepSeconds: asTimes },
});

const axis = fields<AxisMeasurement>({
  ...{ id: asString, title: asString, quantity: oneOf(...QUANTITIES), fixed: asFixed },
  ...{ points: increasing("value", listOf(point, 4)), fit },
});

const cost = fields<CostMeasurement>({
  ...{ schema: version(1), ...occasion, ...library, axes: listOf(axis, 1) },
});

const memory = fields<MemoryMeasurement>({
  ...{ schema: version(1), ...occasion, ...library, ...minibatch },
  ...{ steps: asCount, seconds: asPositive, firstLoss: asFinite, lastLoss: asFinite },
  series: increasing(
    "step",
    listOf(fields<MemorySample>({ step: asCount, residentBytes: asPositive }), 1),
  ),
  trend: fields<MemoryTrend>({
    ...{ fromStep: asCount, bytesPerStep: asFinite, bytesPerStepError: asFinite },
    ...{ residentBytes: asPositive, growthShare: asFinite, verdict: oneOf("flat", "growing") },
  }),
});

/** Gives parsed results of `measure.ts` their type. @throws {SyntaxError} that says which field is wrong */
export const parseMeasurement = (value: unknown): Measurement => measurement(value, "results");

/** Gives parsed results of `gpu.ts` their type. @throws {SyntaxError} that says which field is wrong */
export const parseGpu = (value: unknown): GpuResults => gpu(value, "results");

/** Gives parsed results of `cost.ts` their type. @throws {SyntaxError} that says which field is wrong */
export const parseCost = (value: unknown): CostMeasurement => cost(value, "results");

/** Gives parsed results of `memory.ts` their type. @throws {SyntaxError} that says which field is wrong */
export const parseMemory = (value: unknown): MemoryMeasurement => memory(value, "results");

/**
 * Reads a file of results.
 *
 * @param parse checks the parsed JSON; throws SyntaxError
 * @returns undefined when there is no such file
 * @throws {RunError} in one line when it cannot be read or is not what `parse` expects
 */
export function readResults<T>(path: string, parse: (value: unknown) => T): T | undefined {
  try {
    return parse(readJsonFile(path).value);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new RunError(`Cannot read speed results ${path}: ${messageOf(error)}`);
  }
}

/** Writes results as JSON where a path is given. @throws {RunError} when the file cannot be written */
export function writeResults(path: string | undefined, results: object): void {
  if (path !== undefined) writeOutputFile(path, JSON.stringify(results, undefined, 2) + "\n");
}

/** Whether something else was running: more than a quarter of the cores were busy. */
export function wasBusy({ loadBefore, cores }: Machine): boolean {
  return loadBefore > cores / 4;
}

/** This machine, now. */
export function thisOccasion(): Occasion {
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: cpuName(),
      cores: cpus().length,
      memoryBytes: Deno.systemMemoryInfo().total,
      system: `${Deno.build.os} ${Deno.build.arch}`,
      deno: Deno.version.deno,
      commit: suiteCommit(suiteFolder, console.error),
      loadBefore: Deno.loadavg()[0]!,
    },
  };
}
