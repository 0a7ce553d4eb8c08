/**
 * The arguments of `deno task merge`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { refuseUnknown } from "./option_checks.ts";

/** The text of `--help`. */
export const usage =
  `Merges the records of several output folders into one, and writes its tables and pages.

Usage: deno task merge DIR… --out OUT

  DIR        output folders of deno task bench, such as those of the shards of a sweep
  --out OUT  folder of the merged records; records that are there already take part
  --help     show this text

A cell that has several records keeps one: a result before a failure, the first of equal results. Records are equal
when nothing differs but the time, the machine and the folder of the data files; results of one cell that differ in
anything else are a conflict: each is told, and nothing is merged. Checkpoints stay where they are.
Exit codes: 0 merged, 1 a conflict, an unreadable record or a file that could not be written, 2 wrong usage.`;

/** What the user asked for. */
export interface MergeArguments {
  /** Output folders to read. */
  readonly sources: readonly string[];
  /** Output folder to write. */
  readonly out: string;
  /** True for the help text and nothing else. */
  readonly help: boolean;
}

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed
 */
export function parseMergeArgs(args: readonly string[]): MergeArguments {
  const given = parseArgs([...args], {
    string: ["out", "_"],
    boolean: ["help"],
    alias: { help: "h" },
    unknown: refuseUnknown(["out", "help"]),
  });
  const sources = given._.map(String);
  const { out, help } = given;
  if (help) return { sources, out: "", help };
  if (typeof out !== "string" || out === "") {
    throw new UsageError(
      `Cannot merge: --out must name one folder: current value is ${
        out === undefined ? "none" : `"${out}"`
      }`,
    );
  }
  if (sources.length === 0) {
    throw new UsageError(
      "Cannot merge: there must be a folder to read (see --help): there is none",
    );
  }
  return { sources, out, help };
}
