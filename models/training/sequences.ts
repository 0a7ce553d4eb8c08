/**
 * The task kind "sequences": what a family trains on, and what a trained model answers.
 *
 * @module
 */
import { frameOf, frameSize, observedFrames, type Sequences } from "../../data/sequences.ts";
import type { HostArray } from "../backend/tensors.ts";
import { type Matrix, matrix, row } from "../linalg/matrix.ts";
import type { Exhibit } from "./exhibit.ts";

/** What is trained on. */
export interface SequenceData {
  /** Training sequences. */
  readonly train: Sequences;
  /** Sequences that select an epoch. */
  readonly validation: Sequences;
}

/** A question to a trained model. */
export interface SequenceQuery {
  /** The sequences that are asked about. No frame but those of the context is read. */
  readonly sequences: Sequences;
  /** Indices of the frames of a sequence that the model may see, ascending, at least one. */
  readonly context: (sequence: number) => ArrayLike<number>;
  /** Indices of the frames to predict, the same of every sequence; all of them by default. */
  readonly asked?: readonly number[];
  /** Names one draw from the posterior: equal names, equal draws. By default the mean prediction is made. */
  readonly draw?: readonly (string | number)[];
}

/** Frames that a query asks for. */
export function askedFrames(
  { sequences, asked }: Pick<SequenceQuery, "sequences" | "asked">,
): readonly number[] {
  return asked ?? Array.from({ length: sequences.frameCount }, (_, frame) => frame);
}

/** Numbers of frames that a validation computes with at once, so that its memory does not grow with the set. */
const MOST_NUMBERS = 2 ** 19;

/** Indices of all sequences in parts, for a validation that reads so many frames of each. */
export function validationParts(sequences: Sequences, length: number): readonly number[][] {
  const { count } = sequences;
  const most = Math.max(1, Math.floor(MOST_NUMBERS / (length * frameSize(sequences))));
  return Array.from(
    { length: Math.ceil(count / most) },
    (_, part) =>
      Array.from({ length: Math.min(most, count - part * most) }, (_, i) => part * most + i),
  );
}

/** Answers questions about sequences. */
export interface SequencePredictor {
  /**
   * Predicts frames from others.
   *
   * @returns (count, asked, …frameShape)
   * @throws RangeError for a question that the family cannot answer
   */
  predict(query: SequenceQuery): Promise<Float32Array>;
}

/** A number that a trained model reports of itself. */
export interface ModelFact {
  /** Registry name, e.g. `validationLogLikelihood`. */
  readonly name: string;
  /** What it is. */
  readonly label: string;
  /** The number. */
  readonly value: number;
  /** Its unit; "" for a pure number. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: "lower" | "higher";
}

/** A trained model of sequences. */
export interface SequenceModel extends SequencePredictor {
  /** How many posterior draws an average over them takes; absent for families that draw nothing. */
  readonly draws?: number;
  /** The same training with one choice changed that the training did not depend on, e.g. the last epoch's parameters. */
  readonly variants?: readonly (SequencePredictor & {
    /** Ending of a metric's name, e.g. `Last`. */
    readonly name: string;
    /** What is different, e.g. "parameters of the last epoch". */
    readonly label: string;
  })[];
  /** Frames (n, …frameShape) encoded and decoded again; absent for families that encode none. */
  readonly reconstruct?: (frames: Float32Array) => Promise<Float32Array>;
  /** Pictures that predictions are composed of, one after the other; absent for families that compose none. */
  readonly components?: (query: SequenceQuery) => Promise<readonly Float32Array[]>;
  /** What the model reports of itself. */
  readonly facts?: readonly ModelFact[];
  /** What the family has to look at, beside predictions; computed when it is asked for. */
  readonly exhibits?: () => readonly Exhibit[];
}

/** Some frames of one sequence in double precision: (frames, numbers of a frame). */
export function framesMatrix(
  sequences: Sequences,
  sequence: number,
  frames: ArrayLike<number>,
): Matrix {
  const result = matrix(frames.length, frameSize(sequences));
  for (let i = 0; i < frames.length; i++) {
    row(result, i).set(frameOf(sequences, sequence, frames[i]!));
  }
  return result;
}

/** A minibatch as a step takes it. */
export interface ObservedBatch {
  /** (B, L, …frameShape) */
  readonly frames: HostArray;
  /** (B, L, G) one-hot: grid offset of each frame from time zero. */
  readonly selection: HostArray;
}

/**
 * Where time zero lies, the time of the encoded frame: at the first observed frame; or at frame 0, as the released code
 * has it, also where the first observed frame is a later one.
 */
export type TimeOrigin = "first-observed" | "frame-0";

/** Which frames a minibatch has. */
export interface BatchFrames {
  /** L: observed frames of each sequence. */
  readonly length: number;
  /** G: number of grid points; every offset must be below it. */
  readonly grid: number;
  /** What offsets count from; "first-observed", the first of the minibatch, by default. */
  readonly origin?: TimeOrigin;
  /** The first of the observed frames that are taken, of each sequence; 0 by default. */
  readonly start?: ArrayLike<number> | undefined;
}

/**
 * Consecutive observed frames of the given sequences.
 *
 * @param indices which sequences
 * @throws RangeError when an offset does not fit the grid
 */
export function observedBatch(
  sequences: Sequences,
  indices: ArrayLike<number>,
  { length, grid, origin = "first-observed", start }: BatchFrames,
): ObservedBatch {
  const size = frameSize(sequences);
  const batch = indices.length;
  const values = new Float32Array(batch * length * size);
  const selection = new Float32Array(batch * length * grid);
  for (let b = 0; b < batch; b++) {
    const observed = observedFrames(sequences, indices[b]!).subarray(start?.[b] ?? 0);
    const first = origin === "frame-0" ? 0 : observed[0]!;
    for (let l = 0; l < length; l++) {
      const offset = observed[l]! - first;
      if (offset >= grid) {
        throw new RangeError(
          `Cannot build a minibatch: offsets must be below the grid's ${grid} points, is ${offset}`,
        );
      }
      values.set(frameOf(sequences, indices[b]!, observed[l]!), (b * length + l) * size);
      selection[(b * length + l) * grid + offset] = 1;
    }
  }
  return {
    frames: { shape: [batch, length, ...sequences.frameShape], data: values },
    selection: { shape: [batch, length, grid], data: selection },
  };
}
