/**
 * The arguments of `deno task bench`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { checkBackendName } from "../runner/select_backend.ts";
import { UsageError } from "../errors.ts";
import { refuseUnknown, requireValue } from "./option_checks.ts";
import { tiers } from "../record/parse_record.ts";
import type { Tier } from "../record/record.ts";
import { parseSeeds } from "../runner/seeds.ts";
import { parseShard, type Shard } from "../sweep/shard.ts";

/** What the user asked for. */
export type BenchCommand =
  | { readonly kind: "help" }
  | { readonly kind: "list" }
  | { readonly kind: "run"; readonly options: BenchOptions };

/** Options of a run. */
export interface BenchOptions {
  /** Registry name of the benchmark. */
  readonly benchmark: string;
  /** Length of the run. */
  readonly tier: Tier;
  /** Registry names; absent: all models. */
  readonly models?: readonly string[];
  /** Absent: as many as the tier has. */
  readonly seeds?: readonly number[];
  /** The shard of the cells to run; absent: all. */
  readonly shard?: Shard;
  /** A backend's name or `auto`. */
  readonly backend: string;
  /** Processes at a time; absent: one a core. */
  readonly jobs?: number;
  /** Folder with the data files, as given by `--data-dir`. */
  readonly dataDir?: string;
  /** Folder of the results. */
  readonly outDir: string;
  /** Print the cells and end. */
  readonly plan: boolean;
  /** Run finished cells again, and the others from their first epoch. */
  readonly fresh: boolean;
  /** Least seconds between two checkpoints of a cell. */
  readonly checkpointSeconds: number;
}

/** The text of `--help`. */
export const usage =
  `Trains and tests the models of a benchmark, and writes records, tables and pages.

Usage: deno task bench NAME [options]
       deno task bench --list

Options:
  --tier TIER              smoke (seconds), quick (minutes; the default), reduced (between quick and paper) or
                           paper (the published protocol)
  --models A,B             only these models; the default is all of them
  --seeds N | A,B,C        the seeds 0 to N-1, or these seeds (7, is the one seed 7); the default is the tier's
  --shard I/N              only shard I (1 to N) of N of these cells; the shards take about as long as each other
  --backend B              auto (the default), tensorflow, ort-cuda, ort-webgpu, ort-cpu, webgpu or wasm
  --jobs N                 cells at a time; the default is one a core, or one on a GPU
  --data-dir DIR           folder with the data files; without it they are downloaded or generated
  --out OUT                folder for the results; the default is out
  --plan                   show the cells, which are done and about how long the others take, and end
  --fresh                  run finished cells again
  --checkpoint-seconds N   least seconds between two checkpoints of a cell; the default is 20
  --list                   show the benchmarks and their models, and end
  --help                   show this text

A cell is one model trained with one seed. OUT/records gets one JSON file a cell, OUT/results.csv every
metric, OUT/site/index.html the pages. A finished cell is not run again; an interrupted one goes on where
it was saved.
Exit codes: 0 done (a divergence is a result), 1 a cell failed, 2 wrong usage, 130 interrupted.`;

const texts = [
  "tier",
  "models",
  "seeds",
  "shard",
  "backend",
  "jobs",
  "data-dir",
  "out",
  "checkpoint-seconds",
] as const;
const switches = ["plan", "fresh", "list", "help"] as const;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed
 */
export function parseBenchArgs(args: readonly string[]): BenchCommand {
  const given = parseArgs([...args], {
    string: [...texts],
    boolean: [...switches],
    alias: { help: "h" },
    unknown: refuseUnknown([...texts, ...switches]),
  });
  if (given.help) return { kind: "help" };
  if (given.list) return { kind: "list" };
  for (const name of texts) requireValue(name, given[name]);
  const names = given._.map(String);
  const [benchmark] = names;
  if (benchmark === undefined || names.length > 1) {
    throw new UsageError(
      `Cannot run: there must be one benchmark name (see --help): current value is ${
        names.length === 0 ? "none" : `"${names.join(" ")}"`
      }`,
    );
  }
  const backend = given.backend ?? "auto";
  checkBackendName(backend);
  return {
    kind: "run",
    options: {
      benchmark,
      tier: parseTier(given.tier ?? "quick"),
      ...(given.models === undefined ? {} : { models: parseNames(given.models) }),
      ...(given.seeds === undefined ? {} : { seeds: parseSeeds(given.seeds) }),
      ...(given.shard === undefined ? {} : { shard: parseShard(given.shard) }),
      backend,
      ...(given.jobs === undefined ? {} : { jobs: parseJobs(given.jobs) }),
      ...(given["data-dir"] === undefined ? {} : { dataDir: given["data-dir"] }),
      outDir: given.out ?? "out",
      plan: given.plan,
      fresh: given.fresh,
      checkpointSeconds: parseSeconds(given["checkpoint-seconds"] ?? "20"),
    },
  };
}

function parseTier(text: string): Tier {
  const tier = tiers.find((name) => name === text);
  if (tier !== undefined) return tier;
  throw new UsageError(`Cannot run tier "${text}": it must be one of ${tiers.join(", ")}`);
}

function parseNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length > 0) return names;
  throw new UsageError(`Cannot read --models: it must name a model: current value is "${text}"`);
}

function parseJobs(text: string): number {
  const jobs = /^\d+$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= 1024) return jobs;
  throw new UsageError(
    `Cannot read --jobs: it must be a whole number from 1 to 1024: current value is "${text}"`,
  );
}

function parseSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isFinite(seconds)) return seconds;
  throw new UsageError(
    `Cannot read --checkpoint-seconds: it must be a number >= 0: current value is "${text}"`,
  );
}
