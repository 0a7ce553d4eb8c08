/**
 * Results of the speed measurements: their types, and the files that hold them, checked as they are read.
 *
 * @module
 */
import { cpus } from "node:os";
import { asArray, asCount, asFinite, asObject, asOneOf, asString } from "../record/_validate.ts";
import { cpuName, suiteCommit, suiteFolder } from "../record/fingerprint.ts";
import { messageOf, RunError } from "../errors.ts";
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
  /** Name of the size in options: `rmnist`, `bouncing_balls`, `mocap_many`. */
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

/** Gives a parsed JSON value its type. @throws {SyntaxError} that says where it is wrong */
type Check<T> = (value: unknown, where: string) => T;
type Fields<T> = { readonly [Name in keyof T]-?: Check<T[Name]> };

const ROOT = "results";

/** An object with these fields; others are dropped, and so are those whose check gives undefined. */
function object<T extends object>(fields: Fields<T>): Check<T> {
  return (value, where) => {
    const given = asObject(value, where);
    const checked = Object.entries<Check<unknown>>(fields).map(([name, check]) =>
      [name, check(given[name], where === ROOT ? name : `${where}.${name}`)] as const
    );
    return Object.fromEntries(checked.filter(([, field]) => field !== undefined)) as T;
  };
}

/** A field that may be absent. */
function optional<T>(check: Check<T>): Check<T> {
  return (value, where) => value === undefined ? undefined as T : check(value, where);
}

function list<T>(check: Check<T>, least = 0): Check<readonly T[]> {
  return (value, where) => {
    const items = asArray(value, where).map((item, i) => check(item, `${where}[${i}]`));
    if (items.length >= least) return items;
    throw new SyntaxError(`${where} must have at least ${least} entries, has ${items.length}`);
  };
}

/** A list whose entries increase in one field. */
function increasing<Name extends string, T extends Readonly<Record<Name, number>>>(
  name: Name,
  items: Check<readonly T[]>,
): Check<readonly T[]> {
  return (value, where) => {
    const checked = items(value, where);
    checked.forEach(({ [name]: at }, i) => {
      if (i === 0 || at > checked[i - 1]![name]) return;
      throw new SyntaxError(`${where}[${i}].${name} must be above the one before it, is ${at}`);
    });
    return checked;
  };
}

function oneOf<T extends string>(...choices: readonly T[]): Check<T> {
  return (value, where) => asOneOf(value, choices, where);
}

function version<Schema extends number>(expected: Schema): Check<Schema> {
  return (value, where) => {
    if (value === expected) return expected;
    throw new SyntaxError(`${where} must be ${expected}, is ${JSON.stringify(value) ?? "absent"}`);
  };
}

const asPositive: Check<number> = (value, where) => {
  const number = asFinite(value, where);
  if (number > 0) return number;
  throw new SyntaxError(`${where} must be > 0, is ${number}`);
};

const asDate: Check<string> = (value, where) => {
  const date = asString(value, where);
  if (/^\d{4}-\d\d-\d\dT/.test(date) && Number.isFinite(Date.parse(date))) return date;
  throw new SyntaxError(`${where} must be an ISO 8601 time, is "${date}"`);
};

// Without single times there is no median.
const asTimes = list(asPositive, 1);

const named = { id: asString, label: asString };
const library = { library: asString, threads: asCount };
const occasion = {
  date: asDate,
  machine: object<Machine>({
    ...{ cpu: asString, cores: asCount, memoryBytes: asPositive, system: asString },
    ...{ deno: asString, commit: asString, loadBefore: asFinite },
  }),
};
const minibatch = { size: asString, title: asString, sequences: asCount, frames: asCount };

const contestant = object<ContestantMeasurement>({
  ...named,
  ...library,
  ...{ compileSeconds: optional(asPositive), nodeCount: optional(asCount) },
  ...{ firstLoss: asFinite, stepSeconds: asTimes, peakMemoryBytes: optional(asPositive) },
});

const measurement = object<Measurement>({
  schema: version(2),
  ...occasion,
  peak: object<PeakMeasurement>({
    ...{ side: asPositive, operations: asPositive },
    contestants: list(object<PeakContestant>({ ...named, ...library, productSeconds: asTimes })),
  }),
  sizes: list(
    object<SizeMeasurement>({
      ...{ ...minibatch, grid: asCount, parameters: asCount },
      arithmetic: object({ forward: asPositive, backward: asPositive, total: asPositive }),
      contestants: list(contestant, 1),
      leftOut: list(object<LeftOut>({ ...named, reason: asString })),
    }),
    1,
  ),
});

const law = { coefficient: asPositive, exponent: asFinite, exponentError: asFinite };

const asFit: Check<CostFit> = (value, where) => {
  const fit = object<CostFit>({
    powerLaw: object<PowerLaw>(law),
    withConstant: optional(
      object<PowerLawWithConstant>({ ...law, constant: asFinite, constantError: asFinite }),
    ),
    lastExponent: asFinite,
    reported: oneOf("powerLaw", "withConstant"),
  })(value, where);
  if (fit.reported === "withConstant") asObject(fit.withConstant, `${where}.withConstant`);
  return fit;
};

const QUANTITIES = Object.keys(QUANTITY_LABELS) as CostQuantity[];

const asFixed: Check<AxisMeasurement["fixed"]> = (value, where) =>
  Object.fromEntries(
    Object.entries(asObject(value, where)).map(([name, size]) => [
      asOneOf(name, [...QUANTITIES, "grid"], where),
      asPositive(size, `${where}.${name}`),
    ]),
  );

const point = object<CostPoint>({
  ...{ value: asPositive, operations: asPositive, compileSeconds: asPositive },
  ...{ nodeCount: asCount, stepSeconds: asTimes },
});

const axis = object<AxisMeasurement>({
  ...{ id: asString, title: asString, quantity: oneOf(...QUANTITIES), fixed: asFixed },
  ...{ points: increasing("value", list(point, 4)), fit: asFit },
});

const cost = object<CostMeasurement>({
  ...{ schema: version(1), ...occasion, ...library, axes: list(axis, 1) },
});

const memory = object<MemoryMeasurement>({
  ...{ schema: version(1), ...occasion, ...library, ...minibatch },
  ...{ steps: asCount, seconds: asPositive, firstLoss: asFinite, lastLoss: asFinite },
  series: increasing(
    "step",
    list(object<MemorySample>({ step: asCount, residentBytes: asPositive }), 1),
  ),
  trend: object<MemoryTrend>({
    ...{ fromStep: asCount, bytesPerStep: asFinite, bytesPerStepError: asFinite },
    ...{ residentBytes: asPositive, growthShare: asFinite, verdict: oneOf("flat", "growing") },
  }),
});

/**
 * Gives parsed results of `measure.ts` their type.
 *
 * @throws {SyntaxError} when they are not what it writes; the message says which field is wrong
 */
export function parseMeasurement(value: unknown): Measurement {
  return measurement(value, ROOT);
}

/** Gives parsed results of `cost.ts` their type. @throws {SyntaxError} as {@link parseMeasurement} */
export function parseCost(value: unknown): CostMeasurement {
  return cost(value, ROOT);
}

/** Gives parsed results of `memory.ts` their type. @throws {SyntaxError} as {@link parseMeasurement} */
export function parseMemory(value: unknown): MemoryMeasurement {
  return memory(value, ROOT);
}

/**
 * Reads a file of results.
 *
 * @param parse checks the parsed JSON; throws SyntaxError
 * @returns undefined when there is no such file
 * @throws {RunError} in one line when it cannot be read or is not what `parse` expects
 */
export function readResults<T>(path: string, parse: (value: unknown) => T): T | undefined {
  try {
    return parse(JSON.parse(Deno.readTextFileSync(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new RunError(`Cannot read speed results ${path}: ${messageOf(error)}`);
  }
}

/** Writes results as JSON where a path is given. */
export async function writeResults(path: string | undefined, results: object): Promise<void> {
  if (path === undefined) return;
  await Deno.writeTextFile(path, JSON.stringify(results, undefined, 2) + "\n");
}

/** Load average above which something else was running. */
export const QUIET_LOAD = 0.5;

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
      commit: suiteCommit(suiteFolder),
      loadBefore: Deno.loadavg()[0]!,
    },
  };
}
