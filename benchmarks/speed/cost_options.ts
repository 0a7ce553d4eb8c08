/**
 * The arguments of `cost.ts`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { requireValue } from "../commands/command_line.ts";
import { COST_AXIS_IDS } from "./cost_axes.ts";

/** What is measured. */
export interface CostOptions {
  /** Names of axes, in the order of all of them. */
  readonly axes: readonly string[];
  /** Warm steps at each point. */
  readonly steps: number;
  /** File for the results as JSON; absent: they are printed only. */
  readonly out?: string;
}

/** The text of `--help`. */
export const usage =
  `Times compiled training steps of ODE2VAE-KL along their sizes and fits power laws.

Usage: deno run -A benchmarks/speed/cost.ts [options]

Options:
  --axis A,B  only these of ${COST_AXIS_IDS.join(", ")}; the default is all
  --steps N   warm steps at each point; the default is 12
  --out FILE  also write the results as JSON
  --help      show this text`;

/**
 * Reads the arguments.
 *
 * @returns "help" when that was asked for
 * @throws {UsageError} when one is unknown or malformed
 */
export function parseCostOptions(args: readonly string[]): CostOptions | "help" {
  const given = parseArgs([...args], {
    string: ["axis", "steps", "out"],
    boolean: ["help"],
    unknown: (argument) => {
      throw new UsageError(`Cannot measure costs: unknown argument "${argument}" (see --help)`);
    },
  });
  if (given.help) return "help";
  requireValue("out", given.out);
  const axes = given.axis?.split(",") ?? COST_AXIS_IDS;
  for (const id of axes) {
    if (COST_AXIS_IDS.includes(id)) continue;
    throw new UsageError(
      `Cannot measure costs along "${id}": it must be one of ${COST_AXIS_IDS.join(", ")}`,
    );
  }
  const steps = given.steps ?? "12";
  if (!/^[1-9]\d{0,3}$/.test(steps)) {
    throw new UsageError(
      `Cannot read --steps: it must be a whole number from 1 to 9999: current value is "${steps}"`,
    );
  }
  return {
    axes: COST_AXIS_IDS.filter((id) => axes.includes(id)),
    steps: Number(steps),
    ...(given.out === undefined ? {} : { out: given.out }),
  };
}
