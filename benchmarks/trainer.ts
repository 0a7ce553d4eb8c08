/**
 * The contract between a model's training and the runner: the runner knows epochs, checkpoints and records, and nothing
 * of mathematics.
 *
 * @module
 */
import type { Exhibit } from "./record/exhibit.ts";
import type { Curve, Metric, TimePart } from "./record/record.ts";

/** A named array of a checkpoint; shapes are the trainer's business. */
export type CheckpointArrays = Readonly<Record<string, Float32Array | Int32Array | Float64Array>>;

/** What one epoch reports for progress and for curves; keys are curve names, e.g. `loss`, `reconstruction`. */
export type EpochReport = Readonly<Record<string, number>>;

/** What a finished cell reports. */
export interface Evaluation {
  /** Scalar results. */
  readonly metrics: readonly Metric[];
  /** Curves beyond those of the epochs, e.g. the error per angle. */
  readonly curves: readonly Curve[];
  /** Things to look at. */
  readonly exhibits: readonly Exhibit[];
}

/** Thrown by a {@link Trainer} when a loss or a parameter stops being finite or usable: a result, not a failure. */
export class DivergenceError extends Error {
  /** Name of the class of errors. */
  override name = "DivergenceError";
  /** Which step (0-based) it was. */
  readonly step: number;
  /**
   * Says in one line what went wrong, and when.
   *
   * @param step Optimiser step, 0-based.
   * @param what What it happened to, e.g. "loss".
   * @param problem What happened to it.
   */
  constructor(step: number, what: string, problem = "was not finite") {
    super(`training diverged: ${what} ${problem} at step ${step}`);
    this.step = step;
  }
}

/** How an epoch's value is drawn and described; `curves` of the record are built from these. */
export interface CurveDescription {
  /** Title of the value. */
  readonly label: string;
  /** Its unit; "" for a pure number. */
  readonly unit: string;
  /** Which way is better; absent where neither is. */
  readonly direction?: "lower" | "higher";
}

/**
 * One cell's training, advanced an epoch at a time. After `restore(checkpoint())` at epoch k, everything that follows
 * is bit for bit what it would have been.
 */
export interface Trainer {
  /** Epochs of the whole training; 0 for a model that is not trained. */
  readonly epochs: number;
  /** Trainable parameters. */
  readonly parameters: number;
  /** Optimiser steps done so far. */
  readonly steps: number;
  /** Settings after tier overrides, flat. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** Description of each value that {@link runEpoch} may report. */
  readonly curveDescriptions: Readonly<Record<string, CurveDescription>>;
  /** Seconds spent compiling and evaluating so far (training time is what the runner measured less these). */
  readonly seconds: { readonly compilation: number; readonly evaluation: number };
  /** Pieces of the training that this process did and that are worth knowing by themselves; none unless given. */
  readonly timeParts?: readonly TimePart[];
  /**
   * Trains epoch `epoch` (0-based), with validation and selection. Values may be missing in some epochs.
   * `onStep(done, total, live)` is called after each optimiser step with the live loss terms.
   * @throws DivergenceError
   */
  runEpoch(
    epoch: number,
    onStep?: (done: number, total: number, live: EpochReport) => void,
  ): Promise<EpochReport>;
  /** All state that the next epoch depends on. The arrays are copies. */
  checkpoint(): CheckpointArrays;
  /** Takes back what {@link checkpoint} gave. */
  restore(arrays: CheckpointArrays): void;
  /** Final test of the selected parameters. */
  evaluate(): Promise<Evaluation>;
  /** Frees native memory. */
  dispose(): void;
}
