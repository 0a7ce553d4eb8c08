/**
 * `deno task bench`.
 *
 * @module
 */
import { enterUserFolder } from "../../data/user_paths.ts";
import type { BenchOptions } from "../runner/bench_command.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { findBenchmark, loadRegistry, type Registry } from "../registry.ts";
import { checkModels } from "../runner/plan.ts";
import { resolveSettings } from "../settings.ts";
import { runBenchmark, type RunIo } from "../runner/run_benchmark.ts";
import { parseShard } from "../sweep/shard.ts";
import {
  benchmarkName,
  type Command,
  notesOption,
  optional,
  parseCommand,
  runCommand,
  termLines,
  toggle,
} from "./command_line.ts";
import { checkReportFolder, processRunIo } from "./run_io.ts";
import { runOptions, withSeeds } from "./run_options.ts";

const { tier, models, seeds, seed, backend, jobs, dataDir, checkpointSeconds, outDir } = runOptions;
const options = {
  tier,
  models,
  seeds,
  seed,
  shard: optional(
    "I/N",
    "only shard I (1 to N) of N of these cells; all shards take about the same time",
    parseShard,
  ),
  backend,
  jobs,
  dataDir,
  outDir: { ...outDir, value: "OUT" },
  plan: toggle("show the cells, their state and the expected time, and end"),
  notes: notesOption,
  fresh: toggle("run finished cells again"),
  freshCode: toggle("run cells again that other code finished or began"),
  checkpointSeconds,
  list: toggle("show the benchmarks and their models, and end"),
  settings: toggle("show the settings of the models at the tier, with their rules, and end"),
};

/** The command. */
export const benchCommand: Command<typeof options> = {
  purpose: "Trains and tests the models of a benchmark, and writes records, tables and pages.",
  usage: ["deno task bench NAME [options]", "deno task bench --list"],
  options,
  notes: [
    "A cell is one model trained with one seed. OUT/records gets one JSON file per cell, OUT/results.csv every metric, " +
    "OUT/site/index.html the pages. A finished cell is not run again; an interrupted one resumes from its checkpoint.",
    "Exit codes: 0 done (a divergence is a result), 1 a cell failed, 2 wrong usage, 130 interrupted.",
  ],
};

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed
 */
export function parseBenchArgs(
  args: readonly string[],
): (BenchOptions & { readonly settings: boolean }) | "help" | "list" {
  const given = parseCommand(benchCommand, args);
  if (given === "help") return "help";
  const { list, ...rest } = given.options;
  const views = (["list", "settings", "plan"] as const).filter((view) => given.options[view]);
  if (views.length > 1) {
    throw new UsageError(`Cannot use --${views.join(" and --")} together: there must be one`);
  }
  return list ? "list" : { benchmark: benchmarkName(given.words), ...withSeeds(rest) };
}

/**
 * Does what the arguments ask.
 *
 * @returns the exit code
 */
export function main(args: readonly string[], io: RunIo): Promise<number> {
  const log = (line: string) => {
    io.display.close();
    io.display.line(line);
  };
  return runCommand(benchCommand, { print: io.print, log }, async () => {
    if (args.length === 0) {
      for (const line of listLines(await loadRegistry())) io.print(line);
      throw new UsageError(
        "Cannot run: there must be one benchmark name, such as those above, got none",
      );
    }
    const command = parseBenchArgs(args);
    if (command === "help") return "help";
    const registry = await loadRegistry();
    if (command !== "list" && !command.settings) {
      if (!command.plan) checkReportFolder(command.outDir, [command.benchmark]);
      return await runBenchmark(registry, command, args, io);
    }
    const lines = command === "list" ? listLines(registry) : settingsLines(registry, command);
    for (const line of lines) io.print(line);
    return exitCodes.ok;
  });
}

/** The benchmarks with their models and tiers. */
export function listLines({ benchmarks }: Registry): string[] {
  return Object.values(benchmarks).flatMap((definition) => [
    `${definition.name}  ${definition.title} (version ${definition.version})`,
    `  models: ${Object.keys(definition.models).join(", ")}`,
    `  seeds: ${
      Object.entries(definition.tiers).map(([tier, { seeds }]) => `${tier} ${seeds}`).join(", ")
    }`,
  ]);
}

/**
 * The settings of a benchmark's models at a tier: each method's table once, then what each model has instead of the
 * defaults.
 *
 * @throws {UsageError} when there is no such benchmark, tier or model
 */
export function settingsLines(
  registry: Registry,
  { benchmark, tier, models }: Pick<BenchOptions, "benchmark" | "tier" | "models">,
  columns?: number,
): string[] {
  const definition = findBenchmark(registry, benchmark);
  const rows = checkModels(definition, models).map((model) => {
    const { method } = definition.models[model]!;
    const settings = Object.entries(resolveSettings(definition, tier, model))
      .filter(([name, value]) => value !== method.settings[name]!.default)
      .map(([name, value]) => `${name} ${value}`);
    return { method, term: model, text: settings.join(", ") || "the defaults" };
  });
  const methods = [...new Set(rows.map(({ method }) => method))];
  return methods.filter(({ settings }) => Object.keys(settings).length > 0).flatMap((method) => [
    `${method.name}: settings, what they must be and their defaults`,
    ...termLines(
      Object.entries(method.settings).map(([name, { default: value, rule, meaning }]) => [
        name,
        `${meaning}; ${rule}; the default is ${value}`,
      ]),
      columns,
    ),
    `at the ${tier} tier, other than the defaults:`,
    ...termLines(
      rows.filter((row) => row.method === method).map(({ term, text }) => [term, text]),
      columns,
    ),
  ]);
}

if (import.meta.main) {
  enterUserFolder();
  Deno.exit(await main(Deno.args, processRunIo()));
}
