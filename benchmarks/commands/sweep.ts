/**
 * `deno task sweep`.
 *
 * @module
 */
import { isAbsolute, relative, resolve } from "node:path";
import { asPath, enterUserFolder, suiteFolder } from "../../data/user_paths.ts";
import { counted } from "../statistics/numbers.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { writeOutputFile } from "../output_file.ts";
import { definitionsPath } from "../record/fingerprint.ts";
import { findBenchmark, loadRegistry, type Registry } from "../registry.ts";
import { fullCommand } from "../runner/bench_command.ts";
import { type CellChoice, chooseCells } from "../runner/plan.ts";
import { formatDuration } from "../runner/progress.ts";
import { cellLabel } from "../runner/run_cells.ts";
import { githubWorkflow } from "../sweep/engines/github_actions.ts";
import { kubernetesManifest } from "../sweep/engines/kubernetes.ts";
import { slurmScript } from "../sweep/engines/slurm.ts";
import { expectedTimes, mostShards, shardCells } from "../sweep/shard.ts";
import {
  type EngineName,
  engineNames,
  shardJobs,
  type Sweep,
  type SweepOptions,
} from "../sweep/sweep.ts";
import {
  asOneOf,
  asOutputFile,
  asWhole,
  benchmarkName,
  type Command,
  type CommandIo,
  optional,
  parseCommand,
  processIo,
  runCommand,
  withDefault,
} from "./command_line.ts";
import { runOptions, withSeeds } from "./run_options.ts";

const engines: Readonly<Record<EngineName, (sweep: Sweep) => string>> = {
  slurm: slurmScript,
  kubernetes: kubernetesManifest,
  github: githubWorkflow,
};

const { tier, models, seeds, seed, backend, jobs, dataDir, checkpointSeconds } = runOptions;
const options = {
  engine: optional(
    "ENGINE",
    "slurm (an array job), kubernetes (an indexed Job) or github (a matrix workflow); required",
    asOneOf(engineNames, "sweep with engine"),
  ),
  shards: optional(
    "N",
    "number of shards, each run by one machine; no more than there are cells; required",
    asWhole(1, mostShards),
  ),
  results: optional(
    "DIR",
    "folder of the shards' folders, as the machines see it; the default is out/sweep, and /results, a volume, for " +
      "kubernetes",
    asLine,
  ),
  file: {
    ...optional(
      "FILE",
      "file to write; the default is standard output",
      (text, name) => asOutputFile(asLine(text, name), name),
    ),
    name: "out",
  },
  tier,
  models,
  seeds,
  seed,
  backend: withDefault(
    "B",
    "as in deno task bench, but not auto, with which machines could choose differently",
    readBackend,
    "ort-cpu",
  ),
  jobs: {
    ...jobs,
    help:
      "cells at a time on each machine, and the cores it asks for; the default is 1, and one per core for github",
  },
  dataDir: { ...dataDir, read: asLine },
  checkpointSeconds,
};

/** The command. */
export const sweepCommand: Command<typeof options> = {
  purpose:
    "Writes the job file of a sweep: the cells of one run, shared out among machines, and merged at the end.",
  usage: ["deno task sweep NAME --engine ENGINE --shards N [options]"],
  options,
  notes: [
    "Each shard has a folder of its own, DIR/shard-1 and so on; a job that is stopped and started again resumes from its " +
    "checkpoints there. DIR/merged gets all records, the tables and the pages. Complete the lines marked FILL IN in the " +
    "file.",
    "Definitions that ODE2VAE_DEFINITIONS names are those of the machines too: with slurm they see the same file, else it " +
    "must be in the suite's folder.",
    "Exit codes: 0 done, 1 the file could not be written, 2 wrong usage.",
  ],
};

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, missing, without its value or malformed
 */
export function parseSweepArgs(args: readonly string[]): SweepOptions | "help" {
  const given = parseCommand(sweepCommand, args);
  if (given === "help") return "help";
  const { engine, shards, results, dataDir, ...rest } = given.options;
  if (engine === undefined) {
    throw new UsageError(
      `Cannot sweep: --engine must be one of ${engineNames.join(", ")}, got none`,
    );
  }
  if (shards === undefined) {
    throw new UsageError(
      `Cannot sweep: --shards must be a whole number from 1 to ${mostShards}, got none`,
    );
  }
  // The nodes of a Slurm cluster see the files of the machine from which a job is submitted.
  const path = (folder: string) => engine === "slurm" ? resolve(asPath(folder)) : folder;
  return {
    ...{ benchmark: benchmarkName(given.words), engine, shards, ...withSeeds(rest) },
    ...(dataDir === undefined ? {} : { dataDir: path(dataDir) }),
    results: path(results ?? (engine === "kubernetes" ? "/results" : "out/sweep")),
  };
}

function readBackend(text: string): string {
  if (text !== "auto") return backend.read(text, "backend");
  throw new UsageError(
    "Cannot sweep with --backend auto: the shards must have one backend, is auto",
  );
}

/** Reads what a job file can quote: no control characters, and no beginning of a GitHub expression. */
function asLine(text: string, name: string): string {
  return oneLine(text, `option --${name}`);
}

function oneLine(text: string, what: string): string {
  // deno-lint-ignore no-control-regex
  if (!/[\x00-\x1f\x7f]|\$\{\{/.test(text)) return text;
  throw new UsageError(
    `Cannot use ${what}: it must be one line without "\${{", is ${JSON.stringify(text)}`,
  );
}

/**
 * The module of definitions from outside the suite as the machines of a sweep see it; undefined where there is none.
 *
 * @throws {UsageError} when they do not have it: of this machine's files they have the suite, with Slurm all
 */
function sharedDefinitions(engine: EngineName): string | undefined {
  const path = definitionsPath();
  if (path === undefined) return undefined;
  const absolute = oneLine(resolve(path), "ODE2VAE_DEFINITIONS");
  if (engine === "slurm") return absolute;
  const inner = relative(suiteFolder, absolute);
  if (!inner.startsWith("..") && !isAbsolute(inner)) return inner;
  throw new UsageError(
    `Cannot sweep with engine ${engine}: ODE2VAE_DEFINITIONS must be a file in the suite's folder, which the machines ` +
      `have, is "${path}"`,
  );
}

/**
 * Does what the arguments ask.
 *
 * @returns the exit code
 */
export function main(args: readonly string[], io: CommandIo): Promise<number> {
  return runCommand(sweepCommand, io, async () => {
    const options = parseSweepArgs(args);
    if (options === "help") return "help";
    const definitions = sharedDefinitions(options.engine);
    const plan = planShards(await loadRegistry(), options);
    const text = engines[options.engine]({
      options,
      about: [
        `${options.benchmark}, tier ${options.tier}: ${
          counted(plan.shards.flat().length, "cell")
        } in ${counted(options.shards, "shard")}.`,
        `Made by: ${fullCommand("sweep", args)}`,
      ],
      suite: suiteFolder.replace(/(?<=.)[\\/]$/, ""),
      denoVersion: Deno.version.deno,
      ...(definitions === undefined ? {} : { definitions }),
    });
    if (options.file === undefined) io.print(text.trimEnd());
    else writeOutputFile(options.file, text);
    for (const line of shardLines(plan, shardJobs(options))) io.log(line);
    if (options.dataDir === undefined && options.engine !== "github") {
      io.log(
        "notice: without --data-dir each machine looks for the data itself, and one that finds none may use stand-in data",
      );
    }
    return exitCodes.ok;
  });
}

interface Plan {
  readonly shards: readonly (readonly CellChoice[])[];
  /** Expected seconds of a cell of a model; NaN where the definition expects none. */
  readonly seconds: (model: string) => number;
}

/** @throws {UsageError} when a name is unknown, or there are more shards than cells */
function planShards(registry: Registry, options: SweepOptions): Plan {
  const { benchmark, models, seeds, tier, shards } = options;
  const definition = findBenchmark(registry, benchmark);
  const cells = chooseCells(definition, tier, seeds, models);
  if (shards > cells.length) {
    throw new UsageError(
      `Cannot sweep: --shards must be at most the number of cells (${cells.length}), is ${shards}`,
    );
  }
  const times = expectedTimes(definition, tier);
  return {
    shards: shardCells(definition, tier, cells, shards),
    seconds: (model) => times.get(model) ?? NaN,
  };
}

function shardLines({ shards, seconds }: Plan, jobs: number): string[] {
  return shards.map((cells, i) => {
    const times = cells.map(({ model }) => seconds(model));
    const longest = Math.max(times.reduce((sum, time) => sum + time, 0) / jobs, ...times);
    const time = Number.isNaN(longest) ? "" : `, about ${formatDuration(longest)}`;
    return `shard ${i + 1} of ${shards.length}${time}: ${cells.map(cellLabel).join(", ")}`;
  });
}

if (import.meta.main) {
  enterUserFolder();
  Deno.exit(await main(Deno.args, processIo));
}
