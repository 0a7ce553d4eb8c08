/**
 * The command lines of this folder.
 *
 * @module
 */
import { enterUserFolder } from "../../data/user_paths.ts";
import {
  asOneOf,
  asOutputFile,
  asWhole,
  type Command,
  type Option,
  optional,
  type OptionTable,
  type OptionValues,
  parseCommand,
  processIo,
  runCommand,
  toggle,
  withDefault,
} from "../commands/command_line.ts";
import { exitCodes, unknownName, UsageError } from "../errors.ts";
import { CONTESTANTS, gpuContestants } from "./contestants.ts";
import { COST_AXES, SIZE_NAMES, type SizeName } from "./sizes.ts";

const MOST = 999_999;

function whole(help: string, byDefault: number, least = 1, value = "N"): Option<number, true> {
  return withDefault(value, help, asWhole(least, MOST), String(byDefault));
}

const sequences = (byDefault: string) =>
  optional("B", `sequences in the minibatch; the default is ${byDefault}`, asWhole(1, MOST));

/** Names of a list in the list's order. */
function some<Name extends string>(
  all: readonly Name[],
  what: string,
): Option<readonly Name[], true> {
  return withDefault(
    "A,B",
    `only these of ${all.join(", ")}`,
    (text) => {
      const names = text === "all" ? all : text.split(",");
      const wrong = names.find((name) => !all.some((known) => known === name));
      if (wrong !== undefined) throw unknownName(what, wrong, [...all, "all"]);
      return all.filter((known) => names.includes(known));
    },
    "all",
  );
}

const out = optional("FILE", "also write the results as JSON", asOutputFile);

/** The values of a command's options. */
export type OptionsOf<Of extends Command> = OptionValues<Of["options"]>;

/** Command line of `measure.ts`. */
export const MEASURE = {
  purpose: "Times training steps of ODE2VAE-KL at the paper's settings.",
  usage: ["deno task speed [options]"],
  options: {
    size: some(SIZE_NAMES, "measure size"),
    steps: whole("warm steps of each contestant (slow ones make fewer)", 20),
    sequences: sequences("the paper's"),
    only: some(CONTESTANTS.map(({ id }) => id), "measure contestant"),
    out,
  },
  notes: [],
} satisfies Command;

/** Command line of `cost.ts`. */
export const COST = {
  purpose: "Times compiled training steps of ODE2VAE-KL along their sizes and fits power laws.",
  usage: ["deno run -A benchmarks/speed/cost.ts [options]"],
  options: {
    axis: some(COST_AXES.map(({ id }) => id), "measure axis"),
    steps: whole("warm steps at each point", 12),
    out,
  },
  notes: [],
} satisfies Command;

/** Fewer than the paper's, so that 1,000 steps take a minute or two; a leak does not depend on them. */
export const FEW_SEQUENCES: Readonly<Record<SizeName, number>> = Object.freeze({
  rmnist: 8,
  bouncing_balls: 1,
  mocap_many: 2,
  mocap_single: 1,
});

/** Command line of `memory.ts`. */
export const MEMORY = {
  purpose: "Watches the memory of many training steps of ODE2VAE-KL in one process.",
  usage: ["deno run -A benchmarks/speed/memory.ts [options]"],
  options: {
    size: withDefault("NAME", SIZE_NAMES.join(", "), asOneOf(SIZE_NAMES, "watch size"), "rmnist"),
    steps: whole("training steps, of which the trend needs 20", 1000, 20),
    sequences: sequences(SIZE_NAMES.map((name) => `${FEW_SEQUENCES[name]} for ${name}`).join(", ")),
    out,
  },
  notes: [],
} satisfies Command;

/** Names of the backends that compute on a GPU, most promising first. */
export const GPU_BACKENDS = ["ort-cuda", "ort-webgpu", "webgpu", "tensorflow"] as const;

/** One of {@link GPU_BACKENDS}. */
export type GpuBackendName = typeof GPU_BACKENDS[number];

/** Command line of `gpu.ts`. */
export const GPU = {
  purpose: "Compares training steps on this machine's NVIDIA GPU: ours, PyTorch's and JAX's.",
  usage: ["deno task speed:gpu [options]"],
  options: {
    size: some(SIZE_NAMES, "compare size"),
    backend: some(GPU_BACKENDS, "compare backend"),
    only: some(gpuContestants(GPU_BACKENDS, 2).map(({ id }) => id), "compare contestant"),
    steps: whole("timed steps of each contestant", 20),
    seconds: whole(
      "most seconds of a contestant's timed steps at a size (three at least, or one that takes longer)",
      60,
      1,
      "S",
    ),
    out: { ...out, help: `${out.help}, after each size` },
    allowSoftware: toggle(
      "also adapters that compute on the CPU, at tiny sizes: a trial of the script",
    ),
  },
  notes: [
    "Backends that do not load are left out. ODE2VAE_PYTHON names the Python with PyTorch and JAX.",
  ],
} satisfies Command;

/** Sizes of the models that `gpu_agreement.ts` trains. */
export const AGREEMENT_SIZES = ["tiny", "vectors", "rmnist"] as const;

/** One of {@link AGREEMENT_SIZES}. */
export type AgreementSize = typeof AGREEMENT_SIZES[number];

/** Command line of `gpu_agreement.ts`. */
export const AGREEMENT = {
  purpose: "Compares the losses of a backend with those of ort-cpu, step by step.",
  usage: ["deno run -A benchmarks/speed/gpu_agreement.ts BACKEND [options]"],
  options: {
    steps: whole("steps of each training run", 50),
    size: withDefault(
      "NAME",
      AGREEMENT_SIZES.join(", "),
      asOneOf(AGREEMENT_SIZES, "train size"),
      "tiny",
    ),
    json: toggle("print the result as a line of JSON"),
  },
  notes: [],
} satisfies Command;

/** Command line of `profile.ts`, whose word is the backend. */
export const PROFILE = {
  purpose: "Shows where the time of a training step goes, by ONNX Runtime's profiler.",
  usage: ["deno run -A benchmarks/speed/profile.ts BACKEND [options]"],
  options: {
    size: withDefault("NAME", SIZE_NAMES.join(", "), asOneOf(SIZE_NAMES, "profile size"), "rmnist"),
    steps: whole("steps that are summed, after two to warm up", 3),
    threads: whole("threads on the CPU, where a GPU's loops run too", 1),
  },
  notes: [],
} satisfies Command;

/** Command line of `carry.ts`, whose word is the folder. */
export const CARRY = {
  purpose: "Packs what a machine without network and without Deno needs for the suite.",
  usage: ["deno run -A benchmarks/speed/carry.ts FOLDER"],
  options: {},
  notes: [],
} satisfies Command;

/**
 * Reads a command's arguments.
 *
 * @param words How many words it takes besides its options.
 * @returns "help" when that was asked for
 * @throws {UsageError} when one is unknown or malformed, or there are too many or too few words
 */
export function parseSpeedArgs<Table extends OptionTable>(
  command: Command<Table>,
  args: readonly string[],
  words = 0,
): { readonly words: readonly string[]; readonly options: OptionValues<Table> } | "help" {
  const given = parseCommand(command, args);
  if (given === "help" || given.words.length === words) return given;
  throw new UsageError(
    `Cannot read the arguments: there must be ${words} besides the options (see --help), is ` +
      `"${given.words.join(" ")}"`,
  );
}

/** Runs a command with the program's arguments; an error becomes one line and an exit code. */
export async function runSpeedCommand<Table extends OptionTable>(
  command: Command<Table>,
  run: (options: OptionValues<Table>, words: readonly string[]) => Promise<void>,
  words = 0,
): Promise<void> {
  enterUserFolder();
  const code = await runCommand(command, processIo, async () => {
    const given = parseSpeedArgs(command, Deno.args, words);
    if (given === "help") return "help";
    await run(given.options, given.words);
    return exitCodes.ok;
  });
  if (code !== exitCodes.ok) Deno.exit(code);
}
