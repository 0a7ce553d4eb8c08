/**
 * The arguments of `deno task check`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { refuseUnknown, requireValue } from "./option_checks.ts";
import { type BenchOptions, parseBenchArgs } from "./bench_options.ts";
import { formatSeeds } from "../runner/seeds.ts";
import type { MarginOption } from "../check/margin.ts";

/** What the user asked for. */
export type CheckCommand =
  | { readonly kind: "help" }
  | { readonly kind: "check"; readonly options: CheckOptions };

/** Options of a check. */
export interface CheckOptions {
  /** What to run; models and seeds that are absent are those of the reference. */
  readonly bench: BenchOptions;
  /** `--backend`; absent: that of the reference. */
  readonly backend?: string;
  /** Folder with the reference records. */
  readonly against: string;
  /** Whether cells without a result are run; else records are only read. */
  readonly run: boolean;
  /** Names of metrics and curves; absent: the one that the benchmark's table shows. */
  readonly metrics?: readonly string[];
  /** Level that all tests of the check share. */
  readonly alpha: number;
  /** Largest difference that counts as none; absent: one standard deviation over the reference's seeds. */
  readonly margin?: MarginOption;
  /** Largest difference of every single seed, as a share of its reference; absent: the mean over seeds is judged. */
  readonly tolerance?: number;
  /** Whether anything but identical results fails. */
  readonly strict: boolean;
  /** File for the check as JSON. */
  readonly json?: string;
  /** File for the check as Markdown. */
  readonly markdown?: string;
}

/** The text of `--help`. */
export const usage =
  `Compares results with the committed reference results, seed by seed, and fails when a metric drifts.

Usage: deno task check NAME [options]

Options:
  --against DIR      folder with the reference records; the default is reports/reference
  --tier TIER        smoke, quick (the default), reduced or paper
  --models A,B       only these models; the default is those of the reference
  --seeds N | A,B,C  the seeds 0 to N-1, or these seeds; the default is those of the reference
  --metrics A,B      metrics of the records, or curves over epochs: loss is the last value, loss@1 that of epoch 1; the
                     default is the metric that the benchmark's table shows
  --alpha A          chance of a false alarm in the whole check; the default is 0.05
  --margin M         largest mean difference that counts as none: 2% or 0.02 of the reference, or 1.5sd of its standard
                     deviations over seeds; the default is 1sd
  --tolerance X      instead of statistics: every single seed must be within this share (0.1% or 0.001) of its
                     reference; for runs so short that the rounding of another machine does not grow, as in smoke;
                     not with --alpha or --margin
  --strict           fail on all that is not identical: for machines with the reference's fingerprint
  --backend B        the default is that of the reference
  --jobs N           cells at a time; the default is one a core, or one on a GPU
  --data-dir DIR     folder with the data files; without it they are downloaded or generated
  --out DIR          folder of the results that are compared; the default is out
  --no-run           read the results that are there; by default (--run) missing ones are computed first
  --json FILE        write the check as JSON
  --markdown FILE    write the check as Markdown, for a comment on a pull request
  --help             show this text

Verdicts on a metric of a model:
  identical          every seed has the reference's trace hash
  numerics-changed   bits differ; the mean difference is shown to be within the margin (two one-sided t-tests), or every
                     difference is within rounding. Passes.
  drift-worse        the difference is significant (exact sign-flip test; with too few pairs for one, a t-test by the
  drift-better       spread over seeds), or a seed has a value on one side only. Fails in both directions.
  underpowered       neither a difference nor equivalence is shown; says which drift would have been found with 80 %
                     power and how many seeds equivalence takes. Passes with a warning; fails where no drift of any size
                     could be found (one reference seed, no --margin).
Several metrics and models share alpha by Holm's correction. A model without randomness may differ by rounding only.
With GITHUB_ACTIONS=true annotations are printed, and the Markdown is added to the file GITHUB_STEP_SUMMARY.
A change that is wanted becomes the reference by deno task accept NAME --reason "…".
Exit codes: 0 no drift, 1 drift in either direction or a failed run, 2 wrong usage or an unfit reference,
130 interrupted.`;

/** Options that mean the same as in `deno task bench`. */
const shared = ["tier", "models", "seeds", "backend", "jobs", "data-dir", "out"] as const;
const texts = [
  ...shared,
  "against",
  "metrics",
  "alpha",
  "margin",
  "tolerance",
  "json",
  "markdown",
] as const;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed
 */
export function parseCheckArgs(args: readonly string[]): CheckCommand {
  const given = parseArgs([...args], {
    string: [...texts],
    boolean: ["strict", "run", "help"],
    negatable: ["run"],
    alias: { help: "h" },
    default: { run: true },
    unknown: refuseUnknown([...texts, "strict", "run", "no-run", "help"]),
  });
  if (given.help) return { kind: "help" };
  for (const name of texts) requireValue(name, given[name]);
  if (given.tolerance !== undefined && (given.margin ?? given.alpha) !== undefined) {
    throw new UsageError(
      "Cannot use --tolerance with --margin or --alpha: it must be one or the other, as it replaces statistics",
    );
  }
  // The shared options are read, and their faults told, by the command that they are shared with.
  const words = shared.flatMap((name) =>
    given[name] === undefined ? [] : [`--${name}=${given[name]}`]
  );
  const command = parseBenchArgs([...given._.map(String), ...words]);
  if (command.kind !== "run") {
    throw new UsageError("Cannot check: there must be a benchmark's name");
  }
  return {
    kind: "check",
    options: {
      bench: command.options,
      ...(given.backend === undefined ? {} : { backend: given.backend }),
      against: given.against ?? "reports/reference",
      run: given.run,
      ...(given.metrics === undefined ? {} : { metrics: parseMetrics(given.metrics) }),
      alpha: given.alpha === undefined ? DEFAULT_ALPHA : parseAlpha(given.alpha),
      ...(given.margin === undefined ? {} : { margin: parseMargin(given.margin) }),
      ...(given.tolerance === undefined ? {} : { tolerance: parseTolerance(given.tolerance) }),
      strict: given.strict,
      ...(given.json === undefined ? {} : { json: given.json }),
      ...(given.markdown === undefined ? {} : { markdown: given.markdown }),
    },
  };
}

const DEFAULT_ALPHA = 0.05;
const NUMBER = "\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?";

function parseMetrics(text: string): string[] {
  const names = [...new Set(text.split(",").map((name) => name.trim()))].filter((name) =>
    name !== ""
  );
  if (names.length > 0) return names;
  throw new UsageError(`Cannot read --metrics: it must name a metric: current value is "${text}"`);
}

function parseAlpha(text: string): number {
  const value = new RegExp(`^${NUMBER}$`, "i").test(text) ? Number(text) : NaN;
  // A level of a half would call a coin's fall a drift; below a millionth no number of seeds here decides.
  if (value >= 1e-6 && value < 0.5) return value;
  throw new UsageError(
    `Cannot read --alpha: it must be a number from 0.000001 to below 0.5: current value is "${text}"`,
  );
}

function parseTolerance(text: string): number {
  const [, digits, percent] = new RegExp(`^(${NUMBER})(%?)$`, "i").exec(text) ?? [];
  const value = Number(digits) / (percent === "%" ? 100 : 1);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(
    `Cannot read --tolerance: it must be a share > 0 such as 0.001 or 0.1%: current value is "${text}"`,
  );
}

function parseMargin(text: string): MarginOption {
  const [, digits, unit] = new RegExp(`^(${NUMBER})(%|sd|)$`, "i").exec(text) ?? [];
  const value = Number(digits) / (unit === "%" ? 100 : 1);
  if (Number.isFinite(value) && value > 0) {
    return { value, of: unit?.toLowerCase() === "sd" ? "sd" : "mean" };
  }
  throw new UsageError(
    "Cannot read --margin: it must be a share of the reference > 0 such as 0.02 or 2%, or of its spread such as 1.5sd: " +
      `current value is "${text}"`,
  );
}

/** The arguments of `deno task bench` that give these options. */
export function benchArgs(options: BenchOptions): string[] {
  const { benchmark, tier, models, seeds, backend, jobs, dataDir, outDir } = options;
  return [
    benchmark,
    ...["--tier", tier],
    ...(models === undefined ? [] : ["--models", models.join(",")]),
    ...(seeds === undefined ? [] : ["--seeds", formatSeeds(seeds)]),
    ...["--backend", backend],
    ...(jobs === undefined ? [] : ["--jobs", String(jobs)]),
    ...(dataDir === undefined ? [] : ["--data-dir", dataDir]),
    ...["--out", outDir],
  ];
}
