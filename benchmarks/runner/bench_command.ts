/**
 * What a run is asked for, and the `deno task bench` command that asks for it.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import type { CellIdentity, Tier } from "../record/record.ts";
import { definitionsPath } from "../record/fingerprint.ts";
import type { Shard } from "../sweep/shard.ts";

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
  /** Processes at a time; absent: one per core. */
  readonly jobs?: number;
  /** Folder with the data files, as given by `--data-dir`. */
  readonly dataDir?: string;
  /** Folder of the results. */
  readonly outDir: string;
  /** Print the cells and end. */
  readonly plan: boolean;
  /** Print the tables with all their notes. */
  readonly notes: boolean;
  /** Run finished cells again, and the others from their first epoch. */
  readonly fresh: boolean;
  /** Run cells again whose result or checkpoint other code made. */
  readonly freshCode: boolean;
  /** Least seconds between two checkpoints of a cell. */
  readonly checkpointSeconds: number;
}

/** Seconds between two checkpoints by default. */
export const CHECKPOINT_SECONDS = 20;

/** Seeds are keys of the counter-based generator: 32-bit unsigned integers. */
export const LARGEST_SEED = 2 ** 32 - 1;
const MOST_SEEDS = 10_000;

/** Seeds 0 … count - 1. */
export function firstSeeds(count: number): number[] {
  return Array.from({ length: count }, (_, seed) => seed);
}

/**
 * Reads `5` as the seeds 0 to 4, and `0,3,7` as those three; `7,` is the one seed 7.
 *
 * @throws {UsageError} when the text is neither, or names a seed twice
 */
export function parseSeeds(text: string): number[] {
  const refuse = (rule: string) => new UsageError(`Cannot read --seeds: ${rule}, is "${text}"`);
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    if (count < 1 || count > MOST_SEEDS) {
      throw refuse(`the number of seeds must be 1 to ${MOST_SEEDS}`);
    }
    return firstSeeds(count);
  }
  if (!/^\d+(,\d+)*,?$/.test(text)) {
    throw refuse("it must be a number of seeds (5) or a list of seeds (0,3,7)");
  }
  const seeds = text.replace(/,$/, "").split(",").map(Number);
  if (seeds.some((seed) => seed > LARGEST_SEED)) {
    throw refuse(`a seed must be 0 to ${LARGEST_SEED}`);
  }
  if (new Set(seeds).size !== seeds.length) throw refuse("each seed must be named once");
  return seeds;
}

/** The arguments that choose these seeds. */
export function seedArgs(seeds: readonly number[]): string[] {
  if (seeds.length === 1) return ["--seed", String(seeds[0])];
  const counted = seeds.every((seed, i) => seed === i);
  return ["--seeds", counted ? String(seeds.length) : seeds.join(",")];
}

/** The options that {@link benchArgs} writes; those that are absent are left to their defaults. */
export type RunSelection =
  & Pick<BenchOptions, "benchmark" | "tier">
  & Partial<Omit<BenchOptions, "shard" | "plan" | "notes" | "fresh" | "freshCode">>;

/** The arguments of `deno task bench` that give these options. */
export function benchArgs(options: RunSelection): string[] {
  const { benchmark, tier, models, seeds, backend, jobs, dataDir, outDir } = options;
  const { checkpointSeconds = CHECKPOINT_SECONDS } = options;
  return [
    ...[benchmark, "--tier", tier],
    ...(models === undefined ? [] : ["--models", models.join(",")]),
    ...(seeds === undefined ? [] : seedArgs(seeds)),
    ...(backend === undefined ? [] : ["--backend", backend]),
    ...(jobs === undefined ? [] : ["--jobs", String(jobs)]),
    ...(dataDir === undefined ? [] : ["--data-dir", dataDir]),
    ...(checkpointSeconds === CHECKPOINT_SECONDS
      ? []
      : ["--checkpoint-seconds", String(checkpointSeconds)]),
    ...(outDir === undefined ? [] : ["--out", outDir]),
  ];
}

/** The command line of a task, quoted for a POSIX shell. */
export function taskCommand(task: string, args: readonly string[]): string {
  return ["deno", "task", task, ...args].map(quote).join(" ");
}

/** That for a user to type: it names the definitions as well where they come from outside the suite. */
export function fullCommand(task: string, args: readonly string[]): string {
  const path = definitionsPath();
  const definitions = path === undefined ? "" : `ODE2VAE_DEFINITIONS=${quote(path)} `;
  return definitions + taskCommand(task, args);
}

/** The command line that reproduces one cell; `dataDir` as the user gave it. */
export function reproduceCommand(cell: CellIdentity, dataDir?: string): string {
  const { benchmark, tier, model, seed, backend } = cell;
  const selection = { benchmark, tier, models: [model], seeds: [seed], backend };
  return fullCommand(
    "bench",
    benchArgs(dataDir === undefined ? selection : { ...selection, dataDir }),
  );
}

/** A word, quoted for a POSIX shell where that is needed. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
