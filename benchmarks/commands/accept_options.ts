/**
 * The arguments of `deno task accept`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { refuseUnknown, requireValue } from "./option_checks.ts";
import { type BenchOptions, parseBenchArgs } from "./bench_options.ts";

/** What the user asked for. */
export type AcceptCommand =
  | { readonly kind: "help" }
  | { readonly kind: "accept"; readonly options: AcceptOptions };

/** Options of an acceptance. */
export interface AcceptOptions {
  /** Which results: benchmark, tier, models, seeds and output folder. */
  readonly bench: BenchOptions;
  /** `--backend`; absent: results of all backends. */
  readonly backend?: string;
  /** Folder with the reference records. */
  readonly against: string;
  /** Why, one line. */
  readonly reason: string;
}

/** The text of `--help`. */
export const usage =
  `Takes results into the reference after a change that is wanted, and keeps the reason.

Usage: deno task accept NAME --reason "…" [options]

Options:
  --reason TEXT      why the results are right now, one line
  --tier TIER        smoke, quick (the default), reduced or paper
  --models A,B       only these models; the default is all that have results
  --seeds N | A,B,C  only the seeds 0 to N-1, or these seeds; the default is all that have results
  --backend B        only results of this backend; the default is all
  --out DIR          folder of the results; the default is out
  --against DIR      folder with the reference records; the default is reports/reference
  --help             show this text

Finished results that differ from the reference replace its records; cells that it does not have are added. Images of the
data set and the name of your data folder are left out. Each time adds a line to DIR/accepted.jsonl: reason, date, commit,
and for each cell what the reference held before. Commit both.
Exit codes: 0 accepted, or nothing differs; 1 no results, or a file is damaged; 2 wrong usage.`;

/** Options that mean the same as in `deno task bench`. */
const shared = ["tier", "models", "seeds", "backend", "out"] as const;
const texts = [...shared, "against", "reason"] as const;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed, or the reason is absent
 */
export function parseAcceptArgs(args: readonly string[]): AcceptCommand {
  const given = parseArgs([...args], {
    string: [...texts],
    boolean: ["help"],
    alias: { help: "h" },
    unknown: refuseUnknown([...texts, "help"]),
  });
  if (given.help) return { kind: "help" };
  for (const name of texts) {
    if (name !== "reason") requireValue(name, given[name]);
  }
  const words = shared.flatMap((name) =>
    given[name] === undefined ? [] : [`--${name}=${given[name]}`]
  );
  const command = parseBenchArgs([...given._.map(String), ...words]);
  if (command.kind !== "run") {
    throw new UsageError("Cannot accept: there must be a benchmark's name");
  }
  const reason = (given.reason ?? "").trim();
  if (reason === "" || reason.includes("\n")) {
    throw new UsageError(
      `Cannot accept results: --reason must be a line of text: current value is ${
        reason === "" ? "none" : "of several lines"
      }`,
    );
  }
  return {
    kind: "accept",
    options: {
      bench: command.options,
      ...(given.backend === undefined ? {} : { backend: given.backend }),
      against: given.against ?? "reports/reference",
      reason,
    },
  };
}
