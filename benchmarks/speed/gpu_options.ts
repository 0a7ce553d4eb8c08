/**
 * The arguments of `gpu.ts`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { requireValue } from "../commands/command_line.ts";
import { GPU_BACKENDS, type GpuBackendName, isGpuBackendName } from "./gpu_backends.ts";
import { isSizeName, SIZE_NAMES, type SizeName } from "./sizes.ts";

/** What is compared on a GPU. */
export interface GpuOptions {
  /** Sizes, in the order of all of them. */
  readonly sizes: readonly SizeName[];
  /** Our backends that are tried, in the order of all of them. */
  readonly backends: readonly GpuBackendName[];
  /** Timed steps of each contestant, if its time suffices. */
  readonly steps: number;
  /** Seconds that a contestant's timed steps of one size may take; each makes three at least. */
  readonly seconds: number;
  /** File for the results as JSON; absent: they are printed only. */
  readonly out?: string;
  /** Whether software adapters serve, too; all sizes are tiny then. */
  readonly allowSoftware: boolean;
}

/** The text of `--help`. */
export const usage =
  `Compares training steps on this machine's NVIDIA GPU: ours, PyTorch's and JAX's.

Usage: deno task speed:gpu [options]

Options:
  --size A,B        only these of ${SIZE_NAMES.join(", ")}; the default is all
  --backend A,B     only these of ${GPU_BACKENDS.join(", ")}; the default is all that load
  --steps N         timed steps of each contestant; the default is 20
  --seconds S       most seconds of a contestant's timed steps at a size, three at least; the default is 60
  --out FILE        also write the results as JSON, after each size
  --allow-software  also adapters that compute on the CPU, at tiny sizes: a trial of the script
  --help            show this text

ODE2VAE_PYTHON names the Python with PyTorch and JAX.`;

function positive(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(
    `Cannot read --${name}: it must be a whole number from 1 to 999999: current value is "${text}"`,
  );
}

/** The names of a list that are given, all without one, in the list's order. */
function chosen<Name extends string>(
  what: string,
  text: string | undefined,
  all: readonly Name[],
  isName: (text: string) => text is Name,
): readonly Name[] {
  if (text === undefined || text === "all") return all;
  const names = text.split(",");
  for (const name of names) {
    if (isName(name)) continue;
    throw new UsageError(
      `Cannot compare ${what} "${name}": it must be one of ${all.join(", ")}, or all`,
    );
  }
  return all.filter((name) => names.includes(name));
}

/**
 * Reads the arguments.
 *
 * @returns "help" when that was asked for
 * @throws {UsageError} when one is unknown or malformed
 */
export function parseGpuOptions(args: readonly string[]): GpuOptions | "help" {
  const given = parseArgs([...args], {
    string: ["size", "backend", "steps", "seconds", "out"],
    boolean: ["help", "allow-software"],
    unknown: (argument) => {
      throw new UsageError(`Cannot compare: unknown argument "${argument}" (see --help)`);
    },
  });
  if (given.help) return "help";
  requireValue("out", given.out);
  return {
    sizes: chosen("size", given.size, SIZE_NAMES, isSizeName),
    backends: chosen("backend", given.backend, GPU_BACKENDS, isGpuBackendName),
    steps: positive("steps", given.steps ?? "20"),
    seconds: positive("seconds", given.seconds ?? "60"),
    ...(given.out === undefined ? {} : { out: given.out }),
    allowSoftware: given["allow-software"],
  };
}
