/**
 * A sweep: the cells of one run, distributed over machines that share a folder or send their records to one.
 *
 * @module
 */
import { join } from "node:path/posix";
import { usesGpu } from "../runner/backend_choice.ts";
import { benchArgs, type BenchOptions, quote, taskCommand } from "../runner/bench_command.ts";

/** Engines for which a job file can be made. */
export const engineNames = ["slurm", "kubernetes", "github"] as const;

/** An engine's name. */
export type EngineName = typeof engineNames[number];

/** Options of a sweep. */
export interface SweepOptions
  extends Omit<BenchOptions, "shard" | "outDir" | "plan" | "notes" | "fresh" | "freshCode"> {
  /** Engine of the job file. */
  readonly engine: EngineName;
  /** Number of shards. */
  readonly shards: number;
  /** Folder of the shards' folders, as the machines of the sweep see it. */
  readonly results: string;
  /** File to write; absent: standard output. */
  readonly file?: string;
}

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
  /** Module of the definitions, as the machines of the sweep see it; absent: the suite's own. */
  readonly definitions?: string;
}

/** Name of the jobs: letters, digits and hyphens, as all engines take it. */
export function sweepName({ benchmark, tier }: SweepOptions): string {
  return `${benchmark}-${tier}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
}

/** Numbers of the shards, 1 … n. */
export function shardNumbers({ shards }: SweepOptions): number[] {
  return Array.from({ length: shards }, (_, i) => i + 1);
}

/** Cells at a time on one machine, and so the cores that a shard asks for. */
export function shardJobs({ jobs = 1 }: SweepOptions): number {
  return jobs;
}

/** True when a shard needs a GPU. */
export function needsGpu({ backend }: SweepOptions): boolean {
  return usesGpu(backend);
}

/**
 * Memory that a shard asks for, in GiB: 2 per cell. The largest cells measured take 0.9 GiB and the command line 0.15 GiB
 * (resident, `ort-cpu`).
 */
export function shardMemory(options: SweepOptions): number {
  return 2 * shardJobs(options);
}

/** The folder of a shard's results. Each shard has its own, because a run locks its folder. */
export function shardFolder({ results }: SweepOptions, shard: number | string): string {
  return join(results, `shard-${shard}`);
}

/** The folder of the merged results. */
export function mergedFolder({ results }: SweepOptions): string {
  return join(results, "merged");
}

/** The command that all shards share, quoted for a shell; without --shard and --out. */
export function shardCommand(options: SweepOptions, jobs = options.jobs): string {
  return taskCommand("bench", benchArgs(jobs === undefined ? options : { ...options, jobs }));
}

/** The command that merges all shards, quoted for a shell. */
export function mergeCommand(options: SweepOptions): string {
  const shards = shardNumbers(options).map((shard) => shardFolder(options, shard));
  return taskCommand("merge", [...shards, "--out", mergedFolder(options)]);
}

/** Lines of a shell script that give the commands after them the definitions from outside the suite, where there are any. */
export function definitionLines({ definitions }: Sweep): string[] {
  return definitions === undefined ? [] : [`export ODE2VAE_DEFINITIONS=${quote(definitions)}`];
}

/** Lines as comments of a shell script or of YAML. */
export function commented(lines: readonly string[]): string[] {
  return lines.map((line) => line === "" ? "#" : `# ${line}`);
}
