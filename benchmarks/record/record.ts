/**
 * The record of one cell: what a run leaves on disk and the only thing that reports read.
 *
 * A cell is (benchmark name and version × model × seed × data SHA-256 × tier × backend).
 *
 * @module
 */
import { sha256OfJson } from "./canonical_json.ts";
import type { Exhibit } from "../../models/training/exhibit.ts";
import type { JsonNumber } from "../../models/training/json_number.ts";

export type { JsonNumber } from "../../models/training/json_number.ts";

/** Version of the record's layout; older ones are read by `migrate_record.ts`, newer ones refused. */
export const RECORD_SCHEMA = 4;

/** How long a run may take: seconds (tests), minutes on 2 cores, or the published protocol. */
export type Tier = "smoke" | "quick" | "reduced" | "paper";

/** How a cell ended. Only `completed` and `diverged` are results. */
export type CellStatus = "completed" | "diverged" | "failed" | "interrupted";

/** What makes a result comparable with another: equal identities are the same experiment. */
export interface CellIdentity {
  /** Registry name of the benchmark. */
  readonly benchmark: string;
  /** Version of the benchmark's definition; a change of protocol raises it. */
  readonly version: number;
  /** Registry name of the model. */
  readonly model: string;
  /** Seed of all randomness of the cell. */
  readonly seed: number;
  /** Tier of the definition that ran. */
  readonly tier: Tier;
  /** Backend that computed, e.g. `ort-cpu`. */
  readonly backend: string;
  /** SHA-256 (hex) of the data set that the cell trained and tested on. */
  readonly dataSha256: string;
}

/** One scalar result. */
export interface Metric {
  /** Registry name, e.g. `errorOfSamples`. */
  readonly name: string;
  /** What a table's caption calls it, e.g. "test error". */
  readonly label: string;
  /** The value; tagged when not finite. */
  readonly value: JsonNumber;
  /** Unit, e.g. "nats per frame"; "" for a pure number. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: "lower" | "higher";
}

/** A curve: y over x, e.g. the loss over epochs. */
export interface Curve {
  /** Registry name, e.g. `loss`. */
  readonly name: string;
  /** What y is, without its unit. */
  readonly label: string;
  /** Unit of y, e.g. "nats per sequence"; "" for a pure number. */
  readonly unit: string;
  /** Which way is better; absent where neither is. Only curves with a direction are compared with a reference. */
  readonly direction?: "lower" | "higher";
  /** What x is, without its unit, e.g. "epoch". */
  readonly xLabel: string;
  /** Unit of x; "" for a pure number. */
  readonly xUnit: string;
  /** Values of x. */
  readonly x: readonly number[];
  /** Values of y, one for each x; tagged when not finite. */
  readonly y: readonly JsonNumber[];
}

/** Where and with what a cell ran: numbers with equal `mathsProbe`, backend and versions are comparable bit for bit. */
export interface Fingerprint {
  /** Name and version of the suite. */
  readonly suite: string;
  /** Git commit of the suite, "" outside a checkout; with "+dirty" when files differed. */
  readonly commit: string;
  /** SHA-256 (hex) of the files that can change a result (`codeSha256()`); "" where an older suite computed it. */
  readonly codeSha256: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Version of V8. */
  readonly v8: string;
  /** Version of TypeScript. */
  readonly typescript: string;
  /** Version of the computing library, e.g. "onnxruntime-node 1.30.0". */
  readonly backendVersion: string;
  /** CPU or GPU name. */
  readonly device: string;
  /** Operating system. */
  readonly os: string;
  /** Processor architecture. */
  readonly arch: string;
  /** Compute threads of the cell. */
  readonly threads: number;
  /** SHA-256 (hex, first 16 digits) of exp, tanh, log1p, sin and pow over a grid. */
  readonly mathsProbe: string;
}

/** Seconds of one piece of the work that is measured by itself; {@link TimeSplit} has them in `training` too. */
export interface TimePart {
  /** Registry name, e.g. `jointEpochProcess`; one that begins with another part's name is a piece of that part. */
  readonly name: string;
  /** What it is, e.g. "Gaussian process (Float64) in joint epochs". */
  readonly label: string;
  /** Seconds of all its occurrences together. */
  readonly seconds: number;
  /** Number of occurrences, e.g. of epochs. */
  readonly count: number;
}

/** Seconds spent, by purpose. */
export interface TimeSplit {
  /** Loading or generating the data. */
  readonly data: number;
  /** Compiling steps. */
  readonly compilation: number;
  /** Training, without compilation and evaluation. */
  readonly training: number;
  /** Validation and the final test. */
  readonly evaluation: number;
  /** Pieces of the training's seconds; absent for models that report none. */
  readonly parts?: readonly TimePart[];
}

/** Everything that one finished (or ended) cell leaves. */
export interface CellRecord {
  /** Version of this layout. */
  readonly schema: typeof RECORD_SCHEMA;
  /** What ran. */
  readonly cell: CellIdentity;
  /** How it ended. */
  readonly status: CellStatus;
  /** One line about the status: where it diverged, what failed; "" when completed. */
  readonly note: string;
  /** Where the data came from, one line. */
  readonly dataOrigin: string;
  /** One sentence where these data stand in for those of the benchmark; "" for the real ones. */
  readonly standIn: string;
  /** Every setting of the model and of training after tier overrides. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** Scalar results; none unless completed. */
  readonly metrics: readonly Metric[];
  /** Values over epochs and other axes. */
  readonly curves: readonly Curve[];
  /** Things to look at, no two of one name; not part of the trace. */
  readonly exhibits: readonly Exhibit[];
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Number of optimiser steps done. */
  readonly steps: number;
  /** {@link traceSha256} of metrics and curves: equal hashes, equal training. */
  readonly traceSha256: string;
  /** Seconds spent. */
  readonly time: TimeSplit;
  /** Where and with what it ran. */
  readonly fingerprint: Fingerprint;
  /** Command that reproduces the cell. */
  readonly command: string;
  /** ISO 8601 time of the end. */
  readonly finishedAt: string;
}

/**
 * SHA-256 (hex) of all numbers of metrics and curves with the names that they go by: equal hashes, equal training. Labels,
 * units and directions are words about the numbers and may change.
 */
export function traceSha256(
  metrics: readonly Pick<Metric, "name" | "value">[],
  curves: readonly Pick<Curve, "name" | "x" | "y">[],
): string {
  return sha256OfJson({
    metrics: metrics.map(({ name, value }) => [name, value]),
    curves: curves.map(({ name, x, y }) => [name, x, y]),
  });
}
