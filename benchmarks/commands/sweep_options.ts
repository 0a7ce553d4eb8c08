/**
 * The arguments of `deno task sweep`.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { refuseUnknown, requireValue } from "./option_checks.ts";
import { type BenchOptions, parseBenchArgs } from "./bench_options.ts";
import { mostShards } from "../sweep/shard.ts";

/** Engines that a job file can be made for. */
export const engineNames = ["slurm", "kubernetes", "github"] as const;

/** An engine's name. */
export type EngineName = typeof engineNames[number];

/** What the user asked for. */
export type SweepCommand =
  | { readonly kind: "help" }
  | { readonly kind: "sweep"; readonly options: SweepOptions };

/** Options of a sweep. */
export interface SweepOptions {
  /** What the shards run; `outDir`, `plan` and `fresh` mean nothing here. */
  readonly bench: BenchOptions;
  /** Engine of the job file. */
  readonly engine: EngineName;
  /** Number of shards. */
  readonly shards: number;
  /** Folder of the shards' folders, as the machines of the sweep see it. */
  readonly results: string;
  /** File to write; absent: standard output. */
  readonly file?: string;
}

/** The text of `--help`. */
export const usage =
  `Writes the job file of a sweep: the cells of one run, shared out among machines, and merged at the end.

Usage: deno task sweep NAME --engine ENGINE --shards N [options]

Options:
  --engine ENGINE          slurm (an array job), kubernetes (an indexed Job) or github (a matrix workflow)
  --shards N               number of shards, each run by one machine; no more than there are cells
  --results DIR            folder of the shards' folders, as the machines see it; the default is out/sweep, and
                           /results, a volume, for kubernetes
  --out FILE               file to write; the default is standard output
  --tier TIER, --models A,B, --seeds N | A,B,C, --data-dir DIR, --checkpoint-seconds N
                           as in deno task bench
  --backend B              as in deno task bench, but not auto: machines would choose for themselves; the default is
                           ort-cpu
  --jobs N                 cells at a time on each machine, and the cores it asks for; the default is 1, and one a core
                           for github
  --help                   show this text

Each shard has a folder of its own, DIR/shard-1 and so on; a job that is stopped and started again goes on from its
checkpoints there. DIR/merged gets all records, the tables and the pages. Lines marked FILL IN in the file are yours.
Exit codes: 0 done, 1 the file could not be written, 2 wrong usage.`;

/** Options that mean the same as in `deno task bench`. */
const shared = [
  "tier",
  "models",
  "seeds",
  "backend",
  "jobs",
  "data-dir",
  "checkpoint-seconds",
] as const;
const texts = [...shared, "engine", "shards", "results", "out"] as const;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed
 */
export function parseSweepArgs(args: readonly string[]): SweepCommand {
  const given = parseArgs([...args], {
    string: [...texts, "_"],
    boolean: ["help"],
    alias: { help: "h" },
    unknown: refuseUnknown([...texts, "help"]),
  });
  if (given.help) return { kind: "help" };
  for (const name of texts) {
    requireValue(name, given[name]);
    checkLine(name, given[name] ?? "");
  }
  const engine = parseEngine(given.engine);
  if (given.backend === "auto") {
    throw new UsageError(
      'Cannot sweep with --backend auto: the shards must have one backend: current value is "auto"',
    );
  }
  // The shared options are read, and their faults told, by the command that they are shared with.
  const words = shared.flatMap((name) =>
    given[name] === undefined ? [] : [`--${name}=${given[name]}`]
  );
  const command = parseBenchArgs([...given._.map(String), "--backend=ort-cpu", ...words]);
  if (command.kind !== "run") {
    throw new UsageError("Cannot sweep: there must be a benchmark's name");
  }
  const { dataDir } = command.options;
  const results = given.results ?? (engine === "kubernetes" ? "/results" : "out/sweep");
  // The nodes of a Slurm cluster see the files of the machine that a job is submitted from.
  const path = (folder: string) => engine === "slurm" ? resolve(folder) : folder;
  return {
    kind: "sweep",
    options: {
      bench: { ...command.options, ...(dataDir === undefined ? {} : { dataDir: path(dataDir) }) },
      engine,
      shards: parseShards(given.shards),
      results: path(results),
      ...(given.out === undefined ? {} : { file: given.out }),
    },
  };
}

function parseEngine(text: string | undefined): EngineName {
  const engine = engineNames.find((name) => name === text);
  if (engine !== undefined) return engine;
  throw new UsageError(
    `Cannot sweep: --engine must be one of ${engineNames.join(", ")}: current value is ${
      text === undefined ? "none" : `"${text}"`
    }`,
  );
}

function parseShards(text: string | undefined): number {
  const shards = /^\d+$/.test(text ?? "") ? Number(text) : 0;
  if (shards >= 1 && shards <= mostShards) return shards;
  throw new UsageError(
    `Cannot sweep: --shards must be a whole number from 1 to ${mostShards}: current value is ${
      text === undefined ? "none" : `"${text}"`
    }`,
  );
}

/** Refuses what a job file could not quote: line breaks, and the beginning of an expression of GitHub's. */
function checkLine(name: string, text: string): void {
  // deno-lint-ignore no-control-regex
  if (!/[\x00-\x1f\x7f]|\$\{\{/.test(text)) return;
  throw new UsageError(
    `Cannot use option --${name}: it must be one line without "\${{": current value is ${
      JSON.stringify(text)
    }`,
  );
}
