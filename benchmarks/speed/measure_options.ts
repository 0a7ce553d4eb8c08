/**
 * The arguments of `measure.ts`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { CONTESTANTS } from "./contestants.ts";
import { SEQUENCES } from "./workload.ts";

/** What is measured. */
export interface MeasureOptions {
  /** Warm steps of each contestant. */
  readonly steps: number;
  /** B: sequences in the minibatch. */
  readonly sequences: number;
  /** Names of contestants, in the order of all of them. */
  readonly only: readonly string[];
  /** File for the results as JSON; absent: they are printed only. */
  readonly out?: string;
}

const ids = CONTESTANTS.map(({ id }) => id);

/** The text of `--help`. */
export const usage = `Times training steps of ODE2VAE-KL at the paper's rotating-MNIST setting.

Usage: deno run -A benchmarks/speed/measure.ts [options]

Options:
  --steps N      warm steps of each contestant (slow ones make fewer); the default is 20
  --sequences B  sequences in the minibatch; the default is the paper's ${SEQUENCES}
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
    string: ["steps", "sequences", "only", "out"],
    boolean: ["help"],
    unknown: (argument) => {
      throw new UsageError(`Cannot measure: unknown argument "${argument}" (see --help)`);
    },
  });
  if (given.help) return "help";
  if (given.out === "") throw new UsageError("Cannot use option --out: it must have a value");
  const only = given.only?.split(",") ?? ids;
  for (const id of only) {
    if (ids.includes(id)) continue;
    throw new UsageError(
      `Cannot measure contestant "${id}": it must be one of ${ids.join(", ")}`,
    );
  }
  return {
    steps: positive("steps", given.steps ?? "20"),
    sequences: positive("sequences", given.sequences ?? String(SEQUENCES)),
    only: ids.filter((id) => only.includes(id)),
    ...(given.out === undefined ? {} : { out: given.out }),
  };
}
