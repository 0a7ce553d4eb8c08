/**
 * `deno task check`.
 *
 * @module
 */
import { enterUserFolder } from "../../data/user_paths.ts";
import type { MarginOption } from "../check/evidence.ts";
import { checkBenchmarks, type CheckOptions, type GithubJob } from "../check/check_benchmark.ts";
import { failureLine } from "../check/formats.ts";
import { UsageError } from "../errors.ts";
import { checkOutputFile } from "../output_file.ts";
import { loadRegistry } from "../registry.ts";
import type { RunIo } from "../runner/run_benchmark.ts";
import {
  asNames,
  asOutputFile,
  benchmarkName,
  type Command,
  optional,
  parseCommand,
  runCommand,
  toggle,
  writeAll,
} from "./command_line.ts";
import { checkReportFolder, processRunIo } from "./run_io.ts";
import { runOptions, withSeeds } from "./run_options.ts";

const { tier, models, seeds, seed, backend, jobs, dataDir, outDir, against } = runOptions;
const ofReference = "the default is those of the reference";
const options = {
  tier,
  models: { ...models, help: `only these models; ${ofReference}` },
  seeds: { ...seeds, help: `the seeds 0 to N-1, or these seeds; ${ofReference}` },
  seed,
  metrics: optional(
    "A,B",
    "metrics of the records, or curves over epochs: loss is the last value, loss@1 that of epoch 1; the default, also of a " +
      "model that has none of them, is the benchmark's headline metric",
    asNames("a metric"),
  ),
  alpha: optional(
    "A",
    "chance of a false alarm in the whole check of a benchmark; the default is 0.05",
    readAlpha,
  ),
  margin: optional(
    "M",
    "largest mean difference that counts as none: 2% or 0.02 of the reference, or 1.5sd of its standard deviations over " +
      "seeds; the default is 1sd",
    readMargin,
  ),
  tolerance: optional(
    "X",
    "instead of statistics: every single seed must be within this share (0.1% or 0.001) of its reference; for runs so " +
      "short that the rounding of another machine does not grow, as in smoke; not with --alpha or --margin",
    readTolerance,
  ),
  strict: toggle(
    "fail on everything that is not identical: for machines with the reference's fingerprint",
  ),
  against,
  backend: optional(
    "B",
    "as in deno task bench; the default is that of the reference",
    backend.read,
  ),
  jobs,
  dataDir,
  outDir,
  run: toggle(
    "read the results that are there; by default (--run) missing ones are computed first",
    true,
  ),
  json: optional("FILE", "write the check as JSON", asOutputFile),
  markdown: optional(
    "FILE",
    "write the check as Markdown, for a comment on a pull request",
    asOutputFile,
  ),
};

/** The command. */
export const checkCommand: Command<typeof options> = {
  purpose:
    "Compares results with the committed reference results, seed by seed, and fails when a metric drifts.",
  usage: ["deno task check [NAME] [options]"],
  options,
  notes: [
    "Without NAME every benchmark that has references of the tier in --against is checked, one after the other. Metrics " +
    "that a benchmark does not have are skipped. --json then holds an array, --markdown a section for each.",
    {
      title: "Verdicts on a metric of a model:",
      rows: [
        ["identical", "every seed has the reference's trace hash"],
        [
          "numerics-changed",
          "bits differ; the mean difference is shown to be within the margin (two one-sided t-tests), or every " +
          "difference is within rounding. Passes.",
        ],
        [
          "drift-worse, drift-better",
          "the difference is significant (exact sign-flip test; with too few pairs for one, a t-test by the spread over " +
          "seeds), or a seed has a value on one side only. Fails in both directions.",
        ],
        [
          "underpowered",
          "neither a difference nor equivalence is shown; says which drift would have been found with 80 % power and how " +
          "many seeds equivalence takes. Passes with a warning; fails where no drift of any size could be found (one " +
          "reference seed, no --margin).",
        ],
      ],
    },
    "The metrics and models of a benchmark share alpha by Holm's correction. A model without randomness may differ by " +
    "rounding only. With GITHUB_ACTIONS=true annotations are printed, and the Markdown is added to the file " +
    'GITHUB_STEP_SUMMARY. To accept an intended change as the new reference: deno task accept NAME --reason "…"',
    "Exit codes: 0 no drift, 1 drift in either direction or a failed run, 2 wrong usage or an unfit reference, 130 " +
    "interrupted.",
  ],
};

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed
 */
export function parseCheckArgs(args: readonly string[]): CheckOptions | "help" {
  const given = parseCommand(checkCommand, args);
  if (given === "help") return "help";
  const { words, options } = given;
  if (options.tolerance !== undefined && (options.margin ?? options.alpha) !== undefined) {
    throw new UsageError(
      "Cannot use --tolerance with --margin or --alpha: it must be one or the other, as it replaces statistics",
    );
  }
  const all = { ...withSeeds(options), alpha: options.alpha ?? DEFAULT_ALPHA };
  return words.length === 0 ? all : { benchmark: benchmarkName(words), ...all };
}

/**
 * Does what the arguments ask.
 *
 * @returns the exit code
 */
export function main(args: readonly string[], io: RunIo): Promise<number> {
  const github = githubJob();
  const log = (line: string) => {
    io.display.close();
    io.display.line(line);
    github?.annotate(failureLine(line));
  };
  return runCommand(checkCommand, { print: io.print, log }, async () => {
    const options = parseCheckArgs(args);
    if (options === "help") return "help";
    if (github?.summaryFile !== undefined) {
      checkOutputFile(github.summaryFile, "GITHUB_STEP_SUMMARY");
    }
    if (options.run) {
      checkReportFolder(options.outDir, options.benchmark === undefined ? [] : [options.benchmark]);
    }
    return await checkBenchmarks(await loadRegistry(), options, io, github);
  });
}

/** GitHub Actions, by the variables that it documents; undefined elsewhere. */
function githubJob(): GithubJob | undefined {
  if (Deno.env.get("GITHUB_ACTIONS") !== "true") return undefined;
  const summaryFile = Deno.env.get("GITHUB_STEP_SUMMARY") ?? "";
  return {
    // Any other line is made a mere text to GitHub.
    annotate: (line) => writeAll(Deno.stdout, `${line}\n`),
    ...(summaryFile === "" ? {} : { summaryFile }),
  };
}

const DEFAULT_ALPHA = 0.05;
const NUMBER = "\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?";

function readAlpha(text: string, name: string): number {
  const value = new RegExp(`^${NUMBER}$`, "i").test(text) ? Number(text) : NaN;
  // At a half, chance alone would be drift; below a millionth no feasible number of seeds decides.
  if (value >= 1e-6 && value < 0.5) return value;
  throw new UsageError(
    `Cannot read --${name}: it must be a number from 0.000001 to below 0.5, is "${text}"`,
  );
}

function readTolerance(text: string, name: string): number {
  const { value, of } = readMargin(text, name);
  if (of === "mean") return value;
  throw shareError(text, name);
}

/** A share of the reference, or a multiple of its standard deviation over seeds. */
function readMargin(text: string, name: string): MarginOption {
  const [, digits, unit] = new RegExp(`^(${NUMBER})(%|sd|)$`, "i").exec(text) ?? [];
  const value = Number(digits) / (unit === "%" ? 100 : 1);
  if (!Number.isFinite(value) || value <= 0) throw shareError(text, name);
  return { value, of: unit?.toLowerCase() === "sd" ? "sd" : "mean" };
}

function shareError(text: string, name: string): UsageError {
  const multiple = name === "margin" ? ", or of its spread such as 1.5sd" : "";
  return new UsageError(
    `Cannot read --${name}: it must be a share of the reference > 0 such as 0.001 or 0.1%${multiple}, is "${text}"`,
  );
}

if (import.meta.main) {
  enterUserFolder();
  Deno.exit(await main(Deno.args, processRunIo()));
}
