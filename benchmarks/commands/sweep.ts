/**
 * `deno task sweep`.
 *
 * @module
 */
import { counted } from "../statistics/numbers.ts";
import { writeFileAtomic } from "../record/atomic_file.ts";
import { exitCodes, fileErrorReason, messageOf, RunError, UsageError } from "../errors.ts";
import { formatDuration } from "../runner/estimate.ts";
import { suiteFolder } from "../record/fingerprint.ts";
import { chooseCells } from "../runner/plan.ts";
import { findBenchmark, loadRegistry, type Registry } from "../registry.ts";
import { quote } from "../runner/reproduce.ts";
import { cellLabel } from "../runner/run_cells.ts";
import { firstSeeds } from "../runner/seeds.ts";
import { tierOf } from "../settings.ts";
import { githubWorkflow } from "../sweep/engines/github_actions.ts";
import { kubernetesManifest } from "../sweep/engines/kubernetes.ts";
import { slurmScript } from "../sweep/engines/slurm.ts";
import { expectedSeconds, shardCells } from "../sweep/shard.ts";
import { shardJobs, type Sweep } from "../sweep/sweep.ts";
import { type EngineName, parseSweepArgs, type SweepOptions, usage } from "./sweep_options.ts";

const engines: Readonly<Record<EngineName, (sweep: Sweep) => string>> = {
  slurm: slurmScript,
  kubernetes: kubernetesManifest,
  github: githubWorkflow,
};

/** Where the job file and notices go. */
export interface SweepIo {
  /** Takes text as it is. */
  readonly print: (text: string) => void;
  /** Takes a line of notices and errors. */
  readonly log: (line: string) => void;
}

/**
 * Does what the arguments ask.
 *
 * @returns the exit code
 */
export async function main(args: readonly string[], io: SweepIo): Promise<number> {
  try {
    const command = parseSweepArgs(args);
    if (command.kind === "help") {
      io.print(`${usage}\n`);
      return exitCodes.ok;
    }
    const { options } = command;
    const shards = planShards(await loadRegistry(), options);
    const text = engines[options.engine]({
      options,
      about: [
        `${options.bench.benchmark}, tier ${options.bench.tier}: ${
          counted(shards.flat().length, "cell")
        } in ${counted(options.shards, "shard")}.`,
        `Made by: ${["deno", "task", "sweep", ...args].map(quote).join(" ")}`,
      ],
      suite: suiteFolder.replace(/(?<=.)[\\/]$/, ""),
      denoVersion: Deno.version.deno,
    });
    write(options.file, text, io);
    for (const line of shardLines(shards)) io.log(line);
    if (options.bench.dataDir === undefined && options.engine !== "github") {
      io.log(
        "notice: without --data-dir each machine looks for the data itself, and one that finds none may generate others",
      );
    }
    return exitCodes.ok;
  } catch (error) {
    io.log(messageOf(error));
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

interface PlannedShardCell {
  readonly model: string;
  readonly seed: number;
  /** As the definition expects. */
  readonly seconds?: number;
  readonly jobs: number;
}

/** @throws {UsageError} when a name is unknown, or there are more shards than cells */
function planShards(registry: Registry, options: SweepOptions): PlannedShardCell[][] {
  const { bench: { benchmark, models, seeds, tier }, shards } = options;
  const definition = findBenchmark(registry, benchmark);
  const chosen = chooseCells(
    definition,
    seeds ?? firstSeeds(tierOf(definition, tier).seeds),
    models,
  );
  if (shards > chosen.length) {
    throw new UsageError(
      `Cannot sweep: --shards must be at most the number of cells (${chosen.length}): current value is ${shards}`,
    );
  }
  const seconds = expectedSeconds(definition, tier);
  const timed = Object.values(definition.models).some((entry) =>
    entry.expectedSeconds !== undefined
  );
  return shardCells(definition, tier, chosen, shards).map((cells) =>
    cells.map((cell) => ({
      ...cell,
      jobs: shardJobs(options),
      ...(timed ? { seconds: seconds(cell.model) } : {}),
    }))
  );
}

function shardLines(shards: readonly PlannedShardCell[][]): string[] {
  return shards.map((cells, i) => {
    const seconds = cells.map((cell) => cell.seconds ?? NaN);
    const sum = seconds.reduce((total, x) => total + x, 0);
    const longest = Math.max(sum / (cells[0]?.jobs ?? 1), ...seconds);
    const time = Number.isNaN(longest) ? "" : `, about ${formatDuration(longest)}`;
    return `shard ${i + 1} of ${shards.length}${time}: ${cells.map(cellLabel).join(", ")}`;
  });
}

function write(file: string | undefined, text: string, io: SweepIo): void {
  if (file === undefined) return io.print(text);
  try {
    writeFileAtomic(file, text);
  } catch (error) {
    throw new RunError(`Cannot write job file ${file}: ${fileErrorReason(error)}`);
  }
}

if (import.meta.main) {
  const encoder = new TextEncoder();
  const io: SweepIo = {
    print(text) {
      const bytes = encoder.encode(text);
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    },
    log: (line) => console.error(line),
  };
  Deno.exit(await main(Deno.args, io));
}
