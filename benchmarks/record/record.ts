/**
 * The record of one cell: what a run leaves on disk and the only thing that reports read.
 *
 * A cell is (benchmark name and version × model × seed × data SHA-256 × tier × backend).
 *
 * @module
 */

/** Version of the record's layout; older ones are read by `migrate_record.ts`, newer ones refused. */
export const RECORD_SCHEMA = 2;

/** How long a run may take: seconds (tests), minutes on 2 cores, or the published protocol. */
export type Tier = "smoke" | "quick" | "reduced" | "paper";

/** How a cell ended. Only `completed` and `diverged` are results. */
export type CellStatus = "completed" | "diverged" | "failed" | "interrupted";

/** A number as JSON keeps it: not-finite numbers are tagged, never null. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** What makes a result comparable with another: equal identities are the same experiment. */
export interface CellIdentity {
  /** Registry name of the benchmark, e.g. `rmnist`. */
  readonly benchmark: string;
  /** Version of the benchmark's definition; a change of protocol raises it. */
  readonly version: number;
  /** Registry name of the model, e.g. `ode2vae-kl`. */
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
  /** Registry name, e.g. `testMse`. */
  readonly name: string;
  /** What a table's caption calls it, e.g. "MSE at the unseen angle". */
  readonly label: string;
  /** The value; tagged when not finite. */
  readonly value: JsonNumber;
  /** Unit, e.g. "per pixel", "nats per frame"; "" for a pure number. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: "lower" | "higher";
}

/** A curve: y over x, e.g. the loss over epochs. */
export interface Curve {
  /** Registry name, e.g. `loss`, `validationLogLikelihood`, `testMse`, `errorPerAngle`. */
  readonly name: string;
  /** Axis title of y with its unit. */
  readonly label: string;
  /** Axis title of x, e.g. "epoch", "angle (degrees)". */
  readonly xLabel: string;
  /** Values of x. */
  readonly x: readonly number[];
  /** Values of y, one for each x; tagged when not finite. */
  readonly y: readonly JsonNumber[];
}

/** Reconstructed sequences beside the truth, as bytes for the report. */
export interface SequenceSample {
  /** Caption, e.g. "training digit 0". */
  readonly label: string;
  /** Rows of a frame, in pixels. */
  readonly height: number;
  /** Columns of a frame, in pixels. */
  readonly width: number;
  /** Frames of a sequence. */
  readonly frames: number;
  /** Indices of frames that were hidden from training. */
  readonly missing: readonly number[];
  /** Base64 of frames·height·width bytes, row-major, 0 black … 255 white. */
  readonly truth: string;
  /** Same layout: the reconstruction by the mean path. */
  readonly reconstruction: string;
  /** Same layout: pixel-wise standard deviation over posterior samples, 255 = 0.5; absent for models without one. */
  readonly deviation?: string;
}

/** Rows or columns of a matrix. */
export interface MatrixAxis {
  /** Axis title with its unit, e.g. "angle (degrees)". */
  readonly label: string;
  /** Where each row or column lies on the axis. */
  readonly coordinates: readonly number[];
}

/** A small matrix to look at, e.g. a covariance; it holds no images of the data. */
export interface LabelledMatrix {
  /** Registry name, e.g. `viewCovariance`; no two matrices of a record share one. */
  readonly name: string;
  /** Caption. */
  readonly label: string;
  /** Unit of the values; "" for a pure number. */
  readonly unit: string;
  /** What the rows are. */
  readonly rows: MatrixAxis;
  /** What the columns are. */
  readonly columns: MatrixAxis;
  /** rows × columns numbers, the column fastest; tagged when not finite. */
  readonly values: readonly JsonNumber[];
}

/** Where and with what a cell ran: numbers with equal `mathsProbe`, backend and versions are comparable bit for bit. */
export interface Fingerprint {
  /** Name and version of the suite. */
  readonly suite: string;
  /** Git commit of the suite, "" outside a checkout; with "+dirty" when files differed. */
  readonly commit: string;
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

/** Seconds of one piece of the work that is worth knowing by itself; {@link TimeSplit} has them in `training` too. */
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
  /** Pieces of the training's seconds; absent for models that tell none. */
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
  /** Where the data came from: real MNIST or the procedural generator. */
  readonly dataOrigin: string;
  /** Every setting of the model and of training after tier overrides. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** Scalar results; none unless completed. */
  readonly metrics: readonly Metric[];
  /** Values over epochs and other axes. */
  readonly curves: readonly Curve[];
  /** Reconstructions to look at. */
  readonly sequences: readonly SequenceSample[];
  /** Matrices to look at; not part of the trace. */
  readonly matrices: readonly LabelledMatrix[];
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Number of optimiser steps done. */
  readonly steps: number;
  /** SHA-256 (hex) of metrics and curves in their canonical JSON: equal hashes, equal training. */
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
