/**
 * The options that several commands share.
 *
 * @module
 */
import { asPath, suitePath } from "../../data/user_paths.ts";
import { backendNames } from "../../models/backend/backend.ts";
import { CHECKPOINT_SECONDS, LARGEST_SEED, parseSeeds } from "../runner/bench_command.ts";
import { tiers } from "../record/parse_record.ts";
import { UsageError } from "../errors.ts";
import { asNames, asOneOf, asWhole, optional, withDefault } from "./command_line.ts";

/** Options of a run. A command that needs another default or meaning overrides that field. */
export const runOptions = {
  tier: withDefault(
    "TIER",
    "smoke (a trial of minutes), quick (a trend), reduced (between quick and paper) or paper (the published protocol)",
    asOneOf(tiers, "run tier"),
    "quick",
  ),
  models: optional("A,B", "only these models; the default is all of them", asNames("a model")),
  seeds: optional(
    "N | A,B,C",
    "the seeds 0 to N-1, or these seeds; the default is the tier's",
    parseSeeds,
  ),
  seed: optional("N", "this seed alone", asWhole(0, LARGEST_SEED)),
  backend: withDefault(
    "B",
    `${backendNames.slice(0, -1).join(", ")} or ${backendNames.at(-1)}`,
    asOneOf(backendNames, "use backend"),
    "auto",
  ),
  jobs: optional(
    "N",
    "cells at a time; the default is one per core, or one on a GPU",
    asWhole(1, 1024),
  ),
  dataDir: optional(
    "DIR",
    "folder with the data files; without it they are downloaded or generated",
    asPath,
  ),
  checkpointSeconds: withDefault(
    "N",
    "least seconds between two checkpoints of a cell",
    readSeconds,
    String(CHECKPOINT_SECONDS),
  ),
  outDir: { ...withDefault("DIR", "folder of the results", asPath, "out"), name: "out" },
  against: withDefault(
    "DIR",
    "folder with the reference records",
    asPath,
    suitePath("reports/reference"),
  ),
};

/**
 * The options of a command with the seed of `--seed` among its seeds.
 *
 * @throws {UsageError} when both `--seed` and `--seeds` are given
 */
export function withSeeds<Options extends { readonly seed?: number; readonly seeds?: number[] }>(
  { seed, ...others }: Options,
): Omit<Options, "seed"> {
  if (seed === undefined) return others;
  if (others.seeds === undefined) return { ...others, seeds: [seed] };
  throw new UsageError("Cannot use --seed and --seeds together: there must be one of them");
}

function readSeconds(text: string, name: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isFinite(seconds)) return seconds;
  throw new UsageError(`Cannot read --${name}: it must be a number >= 0, is "${text}"`);
}
