/**
 * Results of the speed measurements. Each table of fields declares what a file of results holds: its type, its check when
 * it is read, and its meaning.
 *
 * @module
 */
import { cpus } from "node:os";
import { asArray, asCount, asFinite, asObject, asOneOf, asString } from "../record/_validate.ts";
import { cpuName, suiteCommit, suiteFolder } from "../record/fingerprint.ts";
import { messageOf, RunError } from "../errors.ts";
import { type CostPlace, type CostQuantity, QUANTITY_LABELS } from "./sizes.ts";

/** Gives a parsed JSON value its type. @throws {SyntaxError} that says where it is wrong */
type Check<T> = (value: unknown, where: string) => T;
type Optional<T> = Check<T | undefined> & { readonly optional: true };
type Fields = Readonly<Record<string, Check<unknown>>>;
type IsOptional<C> = C extends { readonly optional: true } ? true : false;
/** The type of what a check lets pass. */
type Checked<C> = C extends Check<infer T> ? T : never;
type ObjectOf<F> =
  & { readonly [N in keyof F as IsOptional<F[N]> extends true ? never : N]: Checked<F[N]> }
  & {
    readonly [N in keyof F as IsOptional<F[N]> extends true ? N : never]?: Exclude<
      Checked<F[N]>,
      undefined
    >;
  };

const ROOT = "results";

/** An object with these fields; others are dropped. */
function object<F extends Fields>(fields: F): Check<ObjectOf<F>> {
  return (value, where) => {
    const given = asObject(value, where);
    const checked = Object.entries(fields).map(([name, check]) =>
      [name, check(given[name], where === ROOT ? name : `${where}.${name}`)] as const
    );
    return Object.fromEntries(checked.filter(([, field]) => field !== undefined)) as ObjectOf<F>;
  };
}

/** A field that may be absent. */
function optional<T>(check: Check<T>): Optional<T> {
  const checkGiven: Check<T | undefined> = (value, where) =>
    value === undefined ? undefined : check(value, where);
  return Object.assign(checkGiven, { optional: true as const });
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

const machine = object({
  /** Processor. */
  cpu: asString,
  /** Logical cores that the system shows. */
  cores: asCount,
  /** Main memory, bytes. */
  memoryBytes: asPositive,
  /** Operating system and architecture. */
  system: asString,
  /** Version of Deno. */
  deno: asString,
  /** Commit of the suite; "" outside a checkout. */
  commit: asString,
  /** Load average of the last minute before the measurement: near 0 on a quiet machine. */
  loadBefore: asFinite,
});

/** Facts without which a time says little. */
export type Machine = Checked<typeof machine>;

const occasion = {
  /** When the measurement began, ISO 8601. */
  date: asDate,
  machine,
};

/** When and where a measurement was made. */
export type Occasion = ObjectOf<typeof occasion>;

const named = {
  /** Name in options and results. */
  id: asString,
  /** Name for people. */
  label: asString,
};

/** A thing with a name for options and one for people. */
export type Named = ObjectOf<typeof named>;

const library = {
  /** Library and version. */
  library: asString,
  /** Compute threads. */
  threads: asCount,
};

const stepFacts = {
  ...library,
  /** Seconds of compilation, where there is one. */
  compileSeconds: optional(asPositive),
  /** Operations of the compiled graph, loop bodies counted once. */
  nodeCount: optional(asCount),
};

/** What makes training steps. */
export type StepFacts = ObjectOf<typeof stepFacts>;

const arithmetic = object({
  /** The loss. */
  forward: asPositive,
  /** Its gradients. */
  backward: asPositive,
  /** Both. */
  total: asPositive,
});

/** Floating-point operations of one training step, products only: see `arithmetic.ts`. */
export type Arithmetic = Checked<typeof arithmetic>;

const contestant = object({
  ...named,
  ...stepFacts,
  /** Loss at the common parameters. */
  firstLoss: asFinite,
  /** Seconds of every warm step: loss, gradients and Adam update. */
  stepSeconds: asTimes,
  /** Largest resident set of its own process, bytes; absent where the system does not report it. */
  peakMemoryBytes: optional(asPositive),
});

/** One contestant's steps. */
export type ContestantMeasurement = Checked<typeof contestant>;

const leftOut = object({
  ...named,
  /** Why, as the end of "left out: …". */
  reason: asString,
});

/** A contestant that made no steps. */
export type LeftOut = Checked<typeof leftOut>;

const minibatch = {
  /** Name of the size in options: `rmnist`, `bouncing_balls`, `mocap_many`. */
  size: asString,
  /** Its name for people, e.g. "rotating MNIST". */
  title: asString,
  /** B: sequences in the minibatch. */
  sequences: asCount,
  /** L: frames of each. */
  frames: asCount,
};

const size = object({
  ...minibatch,
  /** G: points of the time grid that the rollout covers. */
  grid: asCount,
  /** Trainable parameters. */
  parameters: asCount,
  /** What a step must compute, whoever does. */
  arithmetic,
  /** The first is the baseline. */
  contestants: list(contestant, 1),
  /** Those that could not run. */
  leftOut: list(leftOut),
});

/** One size of the model, at which all contestants took turns. */
export type SizeMeasurement = Checked<typeof size>;

const peakContestant = object({
  ...named,
  ...library,
  /** Seconds of one product, of every warm run. */
  productSeconds: asTimes,
});

/** One library's matrix products with one number of threads. */
export type PeakContestant = Checked<typeof peakContestant>;

const peak = object({
  /** Rows and columns of the square float32 matrices. */
  side: asPositive,
  /** Floating-point operations of one product: 2 · side³. */
  operations: asPositive,
  /** Who multiplied. */
  contestants: list(peakContestant),
});

/** The machine's rate of matrix products, to judge the steps' rates by. */
export type PeakMeasurement = Checked<typeof peak>;

const measurement = object({
  /** Version of this form. */
  schema: version(2),
  ...occasion,
  /** How fast this machine multiplies. */
  peak,
  /** Every size that was measured. */
  sizes: list(size, 1),
});

/** What `measure.ts` writes: all sizes, in one run on one machine. */
export type Measurement = Checked<typeof measurement>;

const point = object({
  /** The value of what varies. */
  value: asPositive,
  /** Floating-point operations that a step must make, products only: see `arithmetic.ts`. */
  operations: asPositive,
  /** Seconds of compilation. */
  compileSeconds: asPositive,
  /** Operations of the compiled graph, loop bodies counted once. */
  nodeCount: asCount,
  /** Seconds of every warm step. */
  stepSeconds: asTimes,
});

/** The training step at one value of what varies. */
export type CostPoint = Checked<typeof point>;

const law = {
  /** Seconds at size 1. */
  coefficient: asPositive,
  /** The power. */
  exponent: asFinite,
  /** Standard error of the exponent. */
  exponentError: asFinite,
};

/** seconds = coefficient · size^exponent. */
export type PowerLaw = ObjectOf<typeof law>;

const withConstant = object({
  ...law,
  /** Seconds that do not grow. */
  constant: asFinite,
  /** Standard error of the constant. */
  constantError: asFinite,
});

/** seconds = constant + coefficient · size^exponent. */
export type PowerLawWithConstant = Checked<typeof withConstant>;

const fit = object({
  /** The law without a constant. */
  powerLaw: object(law),
  /** The law with one; absent where the points do not determine it. */
  withConstant: optional(withConstant),
  /** Slope of log(seconds) over log(size) between the two largest sizes. */
  lastExponent: asFinite,
  /** Which of the laws describes the points: see `fitCost()`. */
  reported: oneOf("powerLaw", "withConstant"),
});

/** The growth along one axis. */
export type CostFit = Checked<typeof fit>;

const asFit: Check<CostFit> = (value, where) => {
  const checked = fit(value, where);
  if (checked.reported === "withConstant") asObject(checked.withConstant, `${where}.withConstant`);
  return checked;
};

const QUANTITIES = Object.keys(QUANTITY_LABELS) as CostQuantity[];

const asFixed: Check<Readonly<Partial<CostPlace>>> = (value, where) =>
  Object.fromEntries(
    Object.entries(asObject(value, where)).map(([name, size]) => [
      asOneOf(name, [...QUANTITIES, "grid"], where),
      asPositive(size, `${where}.${name}`),
    ]),
  );

const axis = object({
  /** Its name: "mocap_many/frames". */
  id: asString,
  /** Name of the size for people. */
  title: asString,
  /** What varies. */
  quantity: oneOf(...QUANTITIES),
  /** What stays: all but `quantity`, and but the grid where frames vary. */
  fixed: asFixed,
  /** By increasing value. */
  points: increasing("value", list(point, 4)),
  /** The laws of their median steps. */
  fit: asFit,
});

/** The points of one axis. */
export type AxisMeasurement = Checked<typeof axis>;

const cost = object({
  /** Version of this form. */
  schema: version(1),
  ...occasion,
  ...library,
  /** Every axis that was measured. */
  axes: list(axis, 1),
});

/** What `cost.ts` writes: all axes, in one run on one machine. */
export type CostMeasurement = Checked<typeof cost>;

const sample = object({
  /** Steps made. */
  step: asCount,
  /** Resident set of the process, bytes. */
  residentBytes: asPositive,
});

/** Resident memory after some steps. */
export type MemorySample = Checked<typeof sample>;

const trend = object({
  /** First step that counts: before it caches and arenas fill. */
  fromStep: asCount,
  /** Slope, bytes a step. */
  bytesPerStep: asFinite,
  /**
   * Standard error of the slope, as if samples were independent. A process takes and gives back memory in pieces, so
   * neighbours are alike and the true error is somewhat larger.
   */
  bytesPerStepError: asFinite,
  /** Mean resident set from `fromStep` on, bytes. */
  residentBytes: asPositive,
  /** Slope times all steps, over the mean resident set. */
  growthShare: asFinite,
  /** "flat" where the growth is below `FLAT_SHARE`. */
  verdict: oneOf("flat", "growing"),
});

/** The straight line of resident memory over steps. */
export type MemoryTrend = Checked<typeof trend>;

const memory = object({
  /** Version of this form. */
  schema: version(1),
  ...occasion,
  ...library,
  ...minibatch,
  /** Training steps made. */
  steps: asCount,
  /** Seconds that all steps took together. */
  seconds: asPositive,
  /** Loss of the first step. */
  firstLoss: asFinite,
  /** Loss of the last step. */
  lastLoss: asFinite,
  /** Resident memory, before the first step and at regular intervals. */
  series: increasing("step", list(sample, 1)),
  /** The line through it. */
  trend,
});

/** What `memory.ts` writes: many training steps in one process. */
export type MemoryMeasurement = Checked<typeof memory>;

/**
 * Gives parsed results of `measure.ts` their type.
 *
 * @throws {SyntaxError} when they are not what it writes; the message says which field is wrong
 */
export const parseMeasurement = (value: unknown): Measurement => measurement(value, ROOT);

/** Gives parsed results of `cost.ts` their type. @throws {SyntaxError} as {@link parseMeasurement} */
export const parseCost = (value: unknown): CostMeasurement => cost(value, ROOT);

/** Gives parsed results of `memory.ts` their type. @throws {SyntaxError} as {@link parseMeasurement} */
export const parseMemory = (value: unknown): MemoryMeasurement => memory(value, ROOT);

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
