/**
 * The command lines of this folder: each is a table of options, from which its `--help` and its checks are made.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { requireValue } from "../commands/command_line.ts";
import { exitCodes, messageOf, UsageError } from "../errors.ts";
import { CONTESTANTS } from "./contestants.ts";
import { COST_AXES, SIZE_NAMES, type SizeName } from "./sizes.ts";

/** One option. */
interface Option<T> {
  /** What stands for its value in `--help`; "" for a flag. */
  readonly shown: string;
  /** Its line in `--help`. */
  readonly help: string;
  /** Checks what was given; undefined leaves the option out of the result. */
  readonly read: (given: string | undefined, name: string) => T;
}

/** A command with its options by name; a name in camel case is written with hyphens. */
export interface Command<T> {
  /** What it does, in a sentence. */
  readonly title: string;
  /** How it is called, without options. */
  readonly call: string;
  /** Name of the option that is given as the first argument, without its name. */
  readonly operand?: string;
  /** Its options. */
  readonly options: { readonly [Name in keyof T]: Option<T[Name]> };
  /** What else `--help` says. */
  readonly note?: string;
}

/** What a command is given. */
type Given<C> = C extends Command<infer T> ? Readonly<T> : never;

function command<T>(table: Command<T>): Command<T> {
  return table;
}

function whole(
  help: string,
  byDefault: number,
  { shown = "N", least = 1 }: { readonly shown?: string; readonly least?: number } = {},
): Option<number> {
  return {
    shown,
    help: `${help}; the default is ${byDefault}`,
    read: (given = String(byDefault), name) => readWhole(given, name, least),
  };
}

function readWhole(given: string, name: string, least = 1): number {
  if (/^[1-9]\d{0,5}$/.test(given) && Number(given) >= least) return Number(given);
  throw new UsageError(
    `Cannot read --${name}: it must be a whole number from ${least} to 999999, is "${given}"`,
  );
}

function sequences(byDefault: string): Option<number | undefined> {
  return {
    shown: "B",
    help: `sequences in the minibatch; the default is ${byDefault}`,
    read: (given, name) => given === undefined ? undefined : readWhole(given, name),
  };
}

/** Names of a list in the list's order; all by default. */
function some<Name extends string>(
  all: readonly Name[],
  byDefault = "all",
): Option<readonly Name[]> {
  return {
    shown: "A,B",
    help: `only these of ${all.join(", ")}; the default is ${byDefault}`,
    read(given = "all", name) {
      const names = given === "all" ? all : given.split(",");
      for (const one of names) oneOf(all, one, name, " or all");
      return all.filter((known) => names.includes(known));
    },
  };
}

function oneOf<Name extends string>(
  all: readonly Name[],
  given: string,
  name: string,
  more = "",
): Name {
  const found = all.find((known) => known === given);
  if (found !== undefined) return found;
  throw new UsageError(
    `Cannot read --${name}: it must be one of ${all.join(", ")}${more}, is "${given}"`,
  );
}

function flag(help: string): Option<boolean> {
  return { shown: "", help, read: (given) => given !== undefined };
}

/** File for the results as JSON; without it they are printed only. */
function out(more = ""): Option<string | undefined> {
  return {
    shown: "FILE",
    help: `also write the results as JSON${more}`,
    read(given, name) {
      requireValue(name, given);
      return given;
    },
  };
}

/** Command line of `measure.ts`. */
export const MEASURE = command({
  title: "Times training steps of ODE2VAE-KL at the paper's settings.",
  call: "deno task speed",
  options: {
    size: some(SIZE_NAMES),
    steps: whole("warm steps of each contestant (slow ones make fewer)", 20),
    sequences: sequences("the paper's"),
    only: some(CONTESTANTS.map(({ id }) => id)),
    out: out(),
  },
});

/** What `measure.ts` measures: sizes and contestants in the order of all of them. */
export type MeasureOptions = Given<typeof MEASURE>;

/** Command line of `cost.ts`. */
export const COST = command({
  title: "Times compiled training steps of ODE2VAE-KL along their sizes and fits power laws.",
  call: "deno run -A benchmarks/speed/cost.ts",
  options: {
    axis: some(COST_AXES.map(({ id }) => id)),
    steps: whole("warm steps at each point", 12),
    out: out(),
  },
});

/** What `cost.ts` measures. */
export type CostOptions = Given<typeof COST>;

/** Fewer than the paper's, so that 1,000 steps take a minute or two; a leak does not depend on them. */
export const FEW_SEQUENCES: Readonly<Record<SizeName, number>> = Object.freeze({
  rmnist: 8,
  bouncing_balls: 1,
  mocap_many: 2,
});

/** Command line of `memory.ts`; the trend needs 20 steps. */
export const MEMORY = command({
  title: "Watches the memory of many training steps of ODE2VAE-KL in one process.",
  call: "deno run -A benchmarks/speed/memory.ts",
  options: {
    size: {
      shown: "NAME",
      help: `one of ${SIZE_NAMES.join(", ")}; the default is rmnist`,
      read: (given = "rmnist", name) => oneOf(SIZE_NAMES, given, name),
    },
    steps: whole("training steps", 1000, { least: 20 }),
    sequences: sequences(SIZE_NAMES.map((name) => `${FEW_SEQUENCES[name]} for ${name}`).join(", ")),
    out: out(),
  },
});

/** What `memory.ts` measures. */
export type MemoryOptions = Given<typeof MEMORY>;

/** Names of the backends that compute on a GPU, most promising first. */
export const GPU_BACKENDS = ["ort-cuda", "ort-webgpu", "webgpu", "tensorflow"] as const;

/** One of {@link GPU_BACKENDS}. */
export type GpuBackendName = typeof GPU_BACKENDS[number];

/** Command line of `gpu.ts`. */
export const GPU = command({
  title: "Compares training steps on this machine's NVIDIA GPU: ours, PyTorch's and JAX's.",
  call: "deno task speed:gpu",
  options: {
    size: some(SIZE_NAMES),
    backend: some(GPU_BACKENDS, "all that load"),
    steps: whole("timed steps of each contestant", 20),
    seconds: whole("most seconds of a contestant's timed steps at a size, three at least", 60, {
      shown: "S",
    }),
    out: out(", after each size"),
    allowSoftware: flag(
      "also adapters that compute on the CPU, at tiny sizes: a trial of the script",
    ),
  },
  note: "ODE2VAE_PYTHON names the Python with PyTorch and JAX.",
});

/** What `gpu.ts` compares; each contestant makes three steps at least, however slow. */
export type GpuOptions = Given<typeof GPU>;

/** Sizes of the models that `gpu_agreement.ts` trains. */
export const AGREEMENT_SIZES = ["tiny", "rmnist"] as const;

/** One of {@link AGREEMENT_SIZES}. */
export type AgreementSize = typeof AGREEMENT_SIZES[number];

/** Command line of `gpu_agreement.ts`. */
export const AGREEMENT = command({
  title: "Compares the losses of a backend with those of ort-cpu, step by step.",
  call: "deno run -A benchmarks/speed/gpu_agreement.ts",
  operand: "backend",
  options: {
    backend: {
      shown: "",
      help: "name of the backend",
      read(given) {
        if (given !== undefined) return given;
        throw new UsageError("Cannot compare backends: the first argument must be a backend");
      },
    },
    steps: whole("steps of each training run", 50),
    size: {
      shown: "NAME",
      help: `one of ${AGREEMENT_SIZES.join(", ")}; the default is tiny`,
      read: (given = "tiny", name) => oneOf(AGREEMENT_SIZES, given, name),
    },
    json: flag("print the result as a line of JSON"),
  },
});

/** What `gpu_agreement.ts` compares. */
export type AgreementOptions = Given<typeof AGREEMENT>;

const written = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The text of a command's `--help`. */
export function helpOf<T>(
  { title, call, operand, options, note }: Command<T>,
): string {
  const entries = Object.entries<Option<unknown>>(options);
  const rows = [
    ...entries.map(([name, { shown, help }]) =>
      [name === operand ? name.toUpperCase() : `--${written(name)} ${shown}`.trim(), help] as const
    ),
    ["--help", "show this text"] as const,
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    title,
    "",
    `Usage: ${call}${operand === undefined ? "" : ` ${operand.toUpperCase()}`} [options]`,
    "",
    "Options:",
    ...rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`),
    ...(note === undefined ? [] : ["", note]),
  ].join("\n");
}

/**
 * Reads a command's arguments.
 *
 * @returns "help" when that was asked for
 * @throws {UsageError} when one is unknown or malformed
 */
export function parseOptions<T>(
  { options, operand }: Command<T>,
  args: readonly string[],
): T | "help" {
  const entries = Object.entries<Option<unknown>>(options).filter(([name]) => name !== operand);
  const names = (isFlag: boolean) =>
    entries.filter(([, { shown }]) => (shown === "") === isFlag).map(([name]) => written(name));
  const refuse = (argument: string) => {
    throw new UsageError(`Cannot read the arguments: unknown argument "${argument}" (see --help)`);
  };
  const given: Record<string, unknown> = parseArgs([...args], {
    string: names(false),
    boolean: ["help", ...names(true)],
    unknown: (argument) => {
      if (operand === undefined || argument.startsWith("-")) refuse(argument);
    },
  });
  if (given.help) return "help";
  const [first, ...more] = given._ as readonly unknown[];
  if (more.length > 0) refuse(String(more[0]));
  const read = Object.entries<Option<unknown>>(options).map(([name, option]) => {
    const text = name === operand ? first : given[written(name)];
    const value = text === undefined || text === false ? undefined : String(text);
    return [name, option.read(value, written(name))] as const;
  });
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as T;
}

/** Runs a program on its arguments; an error becomes one line and an exit code. */
export async function runCommandLine(
  run: (args: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    await run(Deno.args);
  } catch (error) {
    console.error(messageOf(error));
    Deno.exit(error instanceof UsageError ? exitCodes.usage : exitCodes.failed);
  }
}

/** Runs a command with the program's arguments. */
export async function runCommand<T>(
  command: Command<T>,
  run: (options: T) => Promise<void>,
): Promise<void> {
  await runCommandLine(async (args) => {
    const options = parseOptions(command, args);
    if (options === "help") console.log(helpOf(command));
    else await run(options);
  });
}
