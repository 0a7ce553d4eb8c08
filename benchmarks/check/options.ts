/**
 * The arguments of `deno task check`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import { type BenchOptions, parseBenchArgs } from "../options.ts";
import { formatSeeds } from "../seeds.ts";

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
  /** Tolerance of every metric as a share of the reference's value; absent: chosen for each metric. */
  readonly tolerance?: number;
}

/** The text of `--help`. */
export const usage =
  `Compares results with the committed reference results and fails when a metric drifts.

Usage: deno task check NAME [options]

Options:
  --against DIR      folder with the reference records; the default is reports/reference
  --tier TIER        smoke, quick (the default) or paper
  --models A,B       only these models; the default is those of the reference
  --seeds N | A,B,C  the seeds 0 to N-1, or these seeds; the default is those of the reference
  --backend B        the default is that of the reference
  --jobs N           cells at a time; the default is one a core, or one on a GPU
  --data-dir DIR     folder with the data files; without it they are downloaded or generated
  --out DIR          folder of the results that are compared; the default is out
  --no-run           read the results that are there; by default (--run) missing ones are computed first
  --tolerance X      allowed share of the reference's value, e.g. 0.02 or 2%; by default the tolerance follows from the
                     spread over the reference's seeds, and is printed
  --help             show this text

A metric of a model is identical (every seed has the reference's trace hash), within tolerance, drift-worse or
drift-better. Means over the seeds that both sides have are compared.
Exit codes: 0 no drift, 1 drift in either direction or a failed run, 2 wrong usage or an unfit reference,
130 interrupted.`;

/** Options that mean the same as in `deno task bench`. */
const shared = ["tier", "models", "seeds", "backend", "jobs", "data-dir", "out"] as const;
const texts = [...shared, "against", "tolerance"] as const;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed
 */
export function parseCheckArgs(args: readonly string[]): CheckCommand {
  const valid = [...texts, "run", "no-run", "help"].map((name) => `--${name}`).join(", ");
  const given = parseArgs([...args], {
    string: [...texts],
    boolean: ["run", "help"],
    negatable: ["run"],
    alias: { help: "h" },
    default: { run: true },
    unknown: (arg: string) => {
      if (!arg.startsWith("-")) return true;
      throw new UsageError(`Cannot use option "${arg.split("=")[0]}": it must be one of ${valid}`);
    },
  });
  if (given.help) return { kind: "help" };
  for (const name of texts) {
    if (given[name] === "") {
      throw new UsageError(`Cannot use option --${name}: it must have a value`);
    }
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
      ...(given.tolerance === undefined ? {} : { tolerance: parseTolerance(given.tolerance) }),
    },
  };
}

function parseTolerance(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)(%?)$/i.exec(text) ?? [];
  const value = Number(digits) / (percent === "%" ? 100 : 1);
  if (Number.isFinite(value)) return value;
  throw new UsageError(
    `Cannot read --tolerance: it must be a share >= 0 such as 0.02 or 2%: current value is "${text}"`,
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
