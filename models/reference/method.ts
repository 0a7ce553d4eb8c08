/**
 * Predictions that learn nothing: what a trained model has to beat.
 *
 * @module
 */
import { frameOf, frameSize, type Sequences } from "../../data/sequences.ts";
import type { Method } from "../training/method.ts";
import {
  askedFrames,
  type SequenceData,
  type SequenceModel,
  type SequenceQuery,
} from "../training/sequences.ts";
import { untrained } from "./untrained.ts";

/**
 * Predicts one frame of every sequence from those of its context.
 *
 * @returns (count, …frameShape)
 */
type Imputation = (
  query: Pick<SequenceQuery, "sequences" | "context">,
  frame: number,
) => Float32Array;

/** The context of a sequence. @throws RangeError when it is empty */
function contextOf(
  { context }: Pick<SequenceQuery, "context">,
  sequence: number,
  frame: number,
): ArrayLike<number> {
  const frames = context(sequence);
  if (frames.length > 0) return frames;
  throw new RangeError(
    `Cannot impute frame ${frame} of sequence ${sequence}: the context must have a frame, has none`,
  );
}

/** Distance from one frame back to another, around the circle where frames repeat after a full turn. */
function back({ framesPerTurn }: Sequences, frame: number, other: number): number {
  const distance = frame - other;
  if (framesPerTurn === undefined) return distance < 0 ? Infinity : distance;
  return ((distance % framesPerTurn) + framesPerTurn) % framesPerTurn;
}

/** The distance the other way. */
function ahead(sequences: Sequences, frame: number, other: number): number {
  const { framesPerTurn } = sequences;
  if (framesPerTurn === undefined) return back(sequences, other, frame);
  return framesPerTurn - back(sequences, frame, other);
}

/** One frame for all sequences: the mean of every context frame of every sequence. */
const meanFrame: Imputation = (query, frame) => {
  const { sequences } = query;
  // Float64, as thousands of frames are added.
  const sum = new Float64Array(frameSize(sequences));
  let frames = 0;
  for (let s = 0; s < sequences.count; s++) {
    for (const other of Array.from(contextOf(query, s, frame))) {
      frameOf(sequences, s, other).forEach((value, i) => sum[i]! += value);
      frames++;
    }
  }
  const mean = Float32Array.from(sum, (value) => value / frames);
  const imputed = new Float32Array(sequences.count * mean.length);
  for (let start = 0; start < imputed.length; start += mean.length) imputed.set(mean, start);
  return imputed;
};

/** The sequence's own nearest context frame; of two equally near ones, the one before. */
const nearestFrame: Imputation = (query, frame) => {
  const { sequences } = query;
  const size = frameSize(sequences);
  const imputed = new Float32Array(sequences.count * size);
  for (let s = 0; s < sequences.count; s++) {
    let [nearest, least] = [-1, Infinity];
    for (const other of Array.from(contextOf(query, s, frame))) {
      // Half a step more for frames ahead decides ties and nothing else: distances are whole steps.
      const distance = Math.min(
        back(sequences, frame, other),
        ahead(sequences, frame, other) + 0.5,
      );
      if (distance < least) [least, nearest] = [distance, other];
    }
    imputed.set(frameOf(sequences, s, nearest), s * size);
  }
  return imputed;
};

/**
 * Between the sequence's own nearest context frames before and after, each weighted by its nearness: w_before = d_after /
 * (d_before + d_after). Where there is none on one side, the nearest one on the other.
 */
const interpolated: Imputation = (query, frame) => {
  const { sequences } = query;
  const size = frameSize(sequences);
  const imputed = new Float32Array(sequences.count * size);
  for (let s = 0; s < sequences.count; s++) {
    let [before, after] = [Infinity, Infinity];
    let [previous, next] = [-1, -1];
    for (const other of Array.from(contextOf(query, s, frame))) {
      const [to, from] = [back(sequences, frame, other), ahead(sequences, frame, other)];
      if (to < before) [before, previous] = [to, other];
      if (from < after) [after, next] = [from, other];
    }
    const left = frameOf(sequences, s, previous < 0 ? next : previous);
    const right = frameOf(sequences, s, next < 0 ? previous : next);
    const weight = previous < 0 || next < 0 ? 1 : after / (before + after);
    for (let i = 0; i < size; i++) {
      imputed[s * size + i] = weight * left[i]! + (1 - weight) * right[i]!;
    }
  }
  return imputed;
};

/** All frames that a query asks for: (count, asked, …frameShape). */
function predicted(impute: Imputation, query: SequenceQuery): Float32Array {
  const { sequences } = query;
  const { count } = sequences;
  const size = frameSize(sequences);
  const wanted = askedFrames(query);
  const result = new Float32Array(count * wanted.length * size);
  wanted.forEach((frame, at) => {
    const imputed = impute(query, frame);
    for (let s = 0; s < count; s++) {
      const from = imputed.subarray(s * size, (s + 1) * size);
      result.set(from, (s * wanted.length + at) * size);
    }
  });
  return result;
}

/** A method that has nothing to train. */
function imputing(name: string, impute: Imputation): Method<SequenceData, SequenceModel> {
  // An error within the executor rejects the promise.
  const predict = (query: SequenceQuery) =>
    new Promise<Float32Array>((resolve) => resolve(predicted(impute, query)));
  return untrained(name, {}, () => ({ trained: { predict } }));
}

/** The mean of all context frames of all sequences. */
export const meanImage: Method<SequenceData, SequenceModel> = imputing("Mean image", meanFrame);

/** The same of vectors: of a single sequence, its mean so far. */
export const observedMean: Method<SequenceData, SequenceModel> = imputing(
  "Observed mean",
  meanFrame,
);

/** The nearest context frame. */
export const nearestAngle: Method<SequenceData, SequenceModel> = imputing(
  "Nearest observed angle",
  nearestFrame,
);

/** The nearest context frame of sequences whose frames do not repeat: past the context, its last one. */
export const lastFrame: Method<SequenceData, SequenceModel> = imputing("Last frame", nearestFrame);

/** Linear interpolation between the nearest context frames before and after. */
export const linearInterpolation: Method<SequenceData, SequenceModel> = imputing(
  "Linear interpolation",
  interpolated,
);

/** Zero everywhere: the mean of sequences that were centred. */
export const zero: Method<SequenceData, SequenceModel> = imputing(
  "Zero",
  ({ sequences }) => new Float32Array(sequences.count * frameSize(sequences)),
);
