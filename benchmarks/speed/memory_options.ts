/**
 * The arguments of `memory.ts`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { requireValue } from "../commands/command_line.ts";
import { isSizeName, SIZE_NAMES, type SizeName } from "./sizes.ts";

/** What is measured. */
export interface MemoryOptions {
  /** The model. */
  readonly size: SizeName;
  /** Training steps. */
  readonly steps: number;
  /** B: sequences in the minibatch. */
  readonly sequences: number;
  /** File for the results as JSON; absent: they are printed only. */
  readonly out?: string;
}

/** Fewer than the paper's, so that 1,000 steps take a minute or two; a leak does not depend on them. */
const FEW_SEQUENCES: Readonly<Record<SizeName, number>> = Object.freeze({
  rmnist: 8,
  bouncing_balls: 1,
  mocap_many: 2,
});

/** Fewest steps whose memory makes a line. */
const FEWEST_STEPS = 20;

/** The text of `--help`. */
export const usage = `Watches the memory of many training steps of ODE2VAE-KL in one process.

Usage: deno run -A benchmarks/speed/memory.ts [options]

Options:
  --size NAME    one of ${SIZE_NAMES.join(", ")}; the default is rmnist
  --steps N      training steps; the default is 1000
  --sequences B  sequences in the minibatch; the default is ${
  SIZE_NAMES.map((name) => `${FEW_SEQUENCES[name]} for ${name}`).join(", ")
}
  --out FILE     also write the results as JSON
  --help         show this text`;

function whole(name: string, text: string, least: number): number {
  if (/^[1-9]\d{0,5}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(
    `Cannot read --${name}: it must be a whole number from ${least} to 999999: ` +
      `current value is "${text}"`,
  );
}

/**
 * Reads the arguments.
 *
 * @returns "help" when that was asked for
 * @throws {UsageError} when one is unknown or malformed
 */
export function parseMemoryOptions(args: readonly string[]): MemoryOptions | "help" {
  const given = parseArgs([...args], {
    string: ["size", "steps", "sequences", "out"],
    boolean: ["help"],
    unknown: (argument) => {
      throw new UsageError(`Cannot measure memory: unknown argument "${argument}" (see --help)`);
    },
  });
  if (given.help) return "help";
  requireValue("out", given.out);
  const size = given.size ?? "rmnist";
  if (!isSizeName(size)) {
    throw new UsageError(
      `Cannot measure memory of size "${size}": it must be one of ${SIZE_NAMES.join(", ")}`,
    );
  }
  return {
    size,
    steps: whole("steps", given.steps ?? "1000", FEWEST_STEPS),
    sequences: whole("sequences", given.sequences ?? String(FEW_SEQUENCES[size]), 1),
    ...(given.out === undefined ? {} : { out: given.out }),
  };
}
