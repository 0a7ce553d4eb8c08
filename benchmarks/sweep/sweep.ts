/**
 * A sweep: the cells of one run, shared out among machines that see one folder or send their records to one.
 *
 * @module
 */
import { join } from "node:path/posix";
import { usesGpu } from "../runner/backend_choice.ts";
import { quote } from "../runner/reproduce.ts";
import { formatSeeds } from "../runner/seeds.ts";
import type { SweepOptions } from "../commands/sweep_options.ts";

/** What an engine's job file is made from. */
export interface Sweep {
  /** What the user asked for. */
  readonly options: SweepOptions;
  /** Comment lines on what the file is and the command that made it. */
  readonly about: readonly string[];
  /** Folder of the suite on the machine that made the file. */
  readonly suite: string;
  /** Version of Deno that made the file. */
  readonly denoVersion: string;
}

/** Name of the jobs: letters, digits and hyphens, as all engines take it. */
export function sweepName({ bench }: SweepOptions): string {
  return `${bench.benchmark}-${bench.tier}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
}

/** Numbers of the shards, 1 … n. */
export function shardNumbers({ shards }: SweepOptions): number[] {
  return Array.from({ length: shards }, (_, i) => i + 1);
}

/** Cells at a time on one machine, and so the cores that a shard asks for. */
export function shardJobs({ bench }: SweepOptions): number {
  return bench.jobs ?? 1;
}

/** True when a shard needs a GPU. */
export function needsGpu({ bench }: SweepOptions): boolean {
  return usesGpu(bench.backend);
}

/**
 * Memory that a shard asks for, in GiB: 2 a cell. A cell of the paper tier of rmnist takes 0.9 GiB, the command line
 * 0.15 GiB (resident, `ort-cpu`).
 */
export function shardMemory(options: SweepOptions): number {
  return 2 * shardJobs(options);
}

/** The folder of each shard's results; a run locks its folder, so that no two shards share one. */
export function shardFolder({ results }: SweepOptions, shard: number | string): string {
  return join(results, `shard-${shard}`);
}

/** The folder of the merged results. */
export function mergedFolder({ results }: SweepOptions): string {
  return join(results, "merged");
}

/** Words of the shards' command that are the same for all of them, quoted for a shell; without --shard and --out. */
export function benchWords({ bench }: SweepOptions, jobs = bench.jobs): string {
  const { backend, benchmark, checkpointSeconds, dataDir, models, seeds, tier } = bench;
  const words = ["deno", "task", "bench", benchmark, "--tier", tier];
  if (models !== undefined) words.push("--models", models.join(","));
  if (seeds !== undefined) words.push("--seeds", formatSeeds(seeds));
  words.push("--backend", backend);
  if (jobs !== undefined) words.push("--jobs", String(jobs));
  if (dataDir !== undefined) words.push("--data-dir", dataDir);
  // Its default needs no word.
  if (checkpointSeconds !== 20) words.push("--checkpoint-seconds", String(checkpointSeconds));
  return words.map(quote).join(" ");
}

/** Words of the command that merges all shards, quoted for a shell. */
export function mergeWords(options: SweepOptions): string {
  const shards = shardNumbers(options).map((shard) => shardFolder(options, shard));
  return ["deno", "task", "merge", ...shards, "--out", mergedFolder(options)].map(quote).join(" ");
}

/** Lines as comments of a shell script or of YAML. */
export function commented(lines: readonly string[]): string[] {
  return lines.map((line) => line === "" ? "#" : `# ${line}`);
}
