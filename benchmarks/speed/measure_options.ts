/**
 * The arguments of `measure.ts`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { requireValue } from "../commands/command_line.ts";
import { CONTESTANTS } from "./contestants.ts";
import { isSizeName, SIZE_NAMES, type SizeName } from "./sizes.ts";

/** What is measured. */
export interface MeasureOptions {
  /** Sizes, in the order of all of them. */
  readonly sizes: readonly SizeName[];
  /** Warm steps of each contestant. */
  readonly steps: number;
  /** B: sequences in the minibatch; absent: the paper's. */
  readonly sequences?: number;
  /** Names of contestants, in the order of all of them. */
  readonly only: readonly string[];
  /** File for the results as JSON; absent: they are printed only. */
  readonly out?: string;
}

const ids = CONTESTANTS.map(({ id }) => id);

/** The text of `--help`. */
export const usage = `Times training steps of ODE2VAE-KL at the paper's settings.

Usage: deno task speed [options]

Options:
  --size A,B     only these of ${SIZE_NAMES.join(", ")}; the default is all
  --steps N      warm steps of each contestant (slow ones make fewer); the default is 20
  --sequences B  sequences in the minibatch; the default is the paper's
  --only A,B     only these of ${ids.join(", ")}
  --out FILE     also write the results as JSON
  --help         show this text`;

function positive(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(
    `Cannot read --${name}: it must be a whole number from 1 to 999999: current value is "${text}"`,
  );
}

/**
 * Reads the arguments.
 *
 * @returns "help" when that was asked for
 * @throws {UsageError} when one is unknown or malformed
 */
export function parseMeasureOptions(args: readonly string[]): MeasureOptions | "help" {
  const given = parseArgs([...args], {
    string: ["size", "steps", "sequences", "only", "out"],
    boolean: ["help"],
    unknown: (argument) => {
      throw new UsageError(`Cannot measure: unknown argument "${argument}" (see --help)`);
    },
  });
  if (given.help) return "help";
  requireValue("out", given.out);
  const sizes = given.size === undefined || given.size === "all"
    ? SIZE_NAMES
    : given.size.split(",");
  for (const name of sizes) {
    if (isSizeName(name)) continue;
    throw new UsageError(
      `Cannot measure size "${name}": it must be one of ${SIZE_NAMES.join(", ")}, or all`,
    );
  }
  const only = given.only?.split(",") ?? ids;
  for (const id of only) {
    if (ids.includes(id)) continue;
    throw new UsageError(
      `Cannot measure contestant "${id}": it must be one of ${ids.join(", ")}`,
    );
  }
  return {
    sizes: SIZE_NAMES.filter((name) => sizes.includes(name)),
    steps: positive("steps", given.steps ?? "20"),
    ...(given.sequences === undefined ? {} : { sequences: positive("sequences", given.sequences) }),
    only: ids.filter((id) => only.includes(id)),
    ...(given.out === undefined ? {} : { out: given.out }),
  };
}
