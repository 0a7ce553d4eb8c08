/**
 * How a model family is trained: the contract between families, which know no benchmark, and benchmarks, which know no
 * mathematics.
 *
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import type { Settings, SettingsTable } from "./settings.ts";

/** A named array of a checkpoint; shapes are the trainer's business. */
export type CheckpointArrays = Readonly<Record<string, Float32Array | Int32Array | Float64Array>>;

/** What one epoch reports for progress and for curves; keys are curve names, e.g. `loss`, `reconstruction`. */
export type EpochReport = Readonly<Record<string, number>>;

/** Called after each optimiser step of an epoch: steps done, steps in all, and the live values of the curves. */
export type OnStep = (done: number, total: number, live: EpochReport) => void;

/** How a value over epochs is drawn and described. */
export interface CurveDescription {
  /** Title of the value, without its unit. */
  readonly label: string;
  /** Its unit; "" for a pure number. */
  readonly unit: string;
  /** Which way is better; absent where neither is. */
  readonly direction?: "lower" | "higher";
}

/** Curve descriptions by name, in the order of a page. */
export type CurveDescriptions = Readonly<Record<string, CurveDescription>>;

/** Seconds of one piece of the training that is worth knowing by itself. */
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

/** Asks a model in training for values of curves, e.g. for its test error. It selects nothing. */
export interface Watch<Trained> {
  /** Descriptions of the values. */
  readonly curves: CurveDescriptions;
  /** The values for the parameters as they are. */
  readonly measure: (trained: Trained) => Promise<EpochReport>;
}

/** Whether an epoch (0-based) of so many ends with a look at the model: every so many-th one and the last, never for 0. */
export function isWatched(every: number, epoch: number, epochs: number): boolean {
  return every > 0 && ((epoch + 1) % every === 0 || epoch === epochs - 1);
}

/**
 * A family's own curves and those that the benchmark watches.
 *
 * @throws RangeError where two have one name: one would hide the other
 */
export function withWatched(
  own: CurveDescriptions,
  watch: Pick<Watch<never>, "curves"> | undefined,
): CurveDescriptions {
  const watched = watch?.curves ?? {};
  const taken = Object.keys(watched).find((name) => Object.hasOwn(own, name));
  if (taken === undefined) return { ...own, ...watched };
  const names = Object.keys(own).join(", ");
  throw new RangeError(
    `Cannot watch a curve: its name must be none of the family's own (${names}), is ${taken}`,
  );
}

/** All that a training is a function of. */
export interface TrainingTask<Data, Trained> {
  /** Every setting of the family's table. */
  readonly settings: Settings;
  /** Seed of all randomness, a 32-bit unsigned integer. */
  readonly seed: number;
  /** What is trained on. */
  readonly data: Data;
  /** Selects what computes; called by families that compute with tensors, and by no other. */
  readonly backend: () => Promise<Backend>;
  /** What the benchmark wants to see between epochs; nothing by default. */
  readonly watch?: Watch<Trained>;
  /** Takes one line for the user. */
  readonly log?: (line: string) => void;
}

/**
 * One training, advanced an epoch at a time. After `restore(checkpoint())` at epoch k, everything that follows is bit
 * for bit what it would have been.
 */
export interface Trainer<Trained> {
  /** Epochs of the whole training; 0 for a model that is not trained. */
  readonly epochs: number;
  /** Trainable parameters. */
  readonly parameters: number;
  /** Optimiser steps done so far. */
  readonly steps: number;
  /** Description of each value that {@link runEpoch} may report. */
  readonly curves: CurveDescriptions;
  /** Seconds spent compiling and evaluating so far (training time is what the runner measured less these). */
  readonly seconds: { readonly compilation: number; readonly evaluation: number };
  /** Pieces of the training's time that are worth knowing by themselves; none by default. */
  readonly timeParts?: readonly TimePart[];
  /**
   * Trains epoch `epoch` (0-based), with validation and selection. Values may be missing in some epochs.
   * @throws DivergenceError
   */
  runEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport>;
  /** All state that the next epoch depends on. The arrays are copies. */
  checkpoint(): CheckpointArrays;
  /** Takes back what {@link checkpoint} gave. @throws RangeError when it does not fit */
  restore(arrays: CheckpointArrays): void;
  /** The trained model, which answers questions until {@link dispose}. @throws DivergenceError when there is none */
  trained(): Promise<Trained>;
  /** Frees native memory. */
  dispose(): void | Promise<void>;
}

/**
 * A family as it is trained. A trained model answers the questions of its task kind (see `sequences.ts` and what stands
 * beside it) and knows no metric. The module of a method is light to import; heavy ones are imported by `start`.
 */
export interface Method<Data, Trained> {
  /** Name of the family, e.g. "ODE²VAE". */
  readonly name: string;
  /** Every setting that it has. */
  readonly settings: SettingsTable;
  /** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
  start(task: TrainingTask<Data, Trained>): Promise<Trainer<Trained>>;
}
