/**
 * A linear vector autoregression, VAR(p): each frame is a constant plus a linear map of the p frames before it.
 *
 * @module
 */
import { frameOf, frameSize, type Sequences } from "../../data/sequences.ts";
import { cholesky, choleskySolve } from "../linalg/cholesky.ts";
import { type Matrix, matrix, row, transposeMultiply } from "../linalg/matrix.ts";
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { count, parseSettings } from "../training/settings.ts";
import { consecutiveContext, extrapolating } from "./extrapolation.ts";
import { untrained } from "./untrained.ts";

const SETTINGS = {
  order: count(2, "frames that the next one depends on"),
  contextFrames: count(3, "frames from which validation sequences are continued"),
};

/** Weights of the ridge penalty that validation chooses from. */
const RIDGES = [1e-2, 1e-1, 1, 10, 100, 1000, 10_000];

/** Each row: the frames before frame t, the latest first, then 1. @returns (n, order · d + 1) and (n, d) */
function regression(train: Sequences, order: number): readonly [inputs: Matrix, targets: Matrix] {
  const size = frameSize(train);
  const rows = train.count * (train.frameCount - order);
  const inputs = matrix(rows, order * size + 1);
  const targets = matrix(rows, size);
  let at = 0;
  for (let s = 0; s < train.count; s++) {
    for (let t = order; t < train.frameCount; t++, at++) {
      const input = row(inputs, at);
      for (let k = 0; k < order; k++) input.set(frameOf(train, s, t - 1 - k), k * size);
      input[order * size] = 1;
      row(targets, at).set(frameOf(train, s, t));
    }
  }
  return [inputs, targets];
}

/** (ZᵀZ + λD)⁻¹ZᵀY, where D is the identity but for the constant, which has no penalty: (order · d + 1, d) */
function ridgeSolution(gram: Matrix, moments: Matrix, ridge: number): Matrix {
  const { rows } = gram;
  const penalised = matrix(rows, rows, gram.data.slice());
  for (let i = 0; i < rows - 1; i++) penalised.data[i * rows + i]! += ridge;
  return choleskySolve(cholesky(penalised, "the normal equations of a regression"), moments);
}

/** Continues a sequence after frame `last`. @returns frame last + 1, last + 2, … as they are asked for */
function continuation(
  coefficients: Matrix,
  sequences: Sequences,
  sequence: number,
  last: number,
): (frame: number) => Float64Array {
  const size = frameSize(sequences);
  const order = (coefficients.rows - 1) / size;
  const path = Array.from(
    { length: order },
    (_, k) => Float64Array.from(frameOf(sequences, sequence, last - order + 1 + k)),
  );
  return (frame) => {
    while (path.length < order + frame - last) {
      const next = row(coefficients, order * size).slice();
      for (let k = 0; k < order; k++) {
        path.at(-1 - k)!.forEach((value, i) => {
          const weights = row(coefficients, k * size + i);
          for (let j = 0; j < size; j++) next[j]! += value * weights[j]!;
        });
      }
      path.push(next);
    }
    return path[order + frame - last - 1]!;
  };
}

/** Mean squared error of sequences that are continued from their first frames. */
function errorFrom(coefficients: Matrix, sequences: Sequences, contextFrames: number): number {
  let sum = 0;
  for (let s = 0; s < sequences.count; s++) {
    const frameAt = continuation(coefficients, sequences, s, contextFrames - 1);
    for (let frame = contextFrames; frame < sequences.frameCount; frame++) {
      const truth = frameOf(sequences, s, frame);
      frameAt(frame).forEach((value, i) => sum += (value - truth[i]!) ** 2);
    }
  }
  const frames = sequences.count * (sequences.frameCount - contextFrames);
  return sum / (frames * frameSize(sequences));
}

function checkComplete(sequences: Sequences, contextFrames: number): void {
  const { observedCount, frameCount } = sequences;
  if (observedCount === frameCount && frameCount > contextFrames) return;
  throw new RangeError(
    `Cannot fit an autoregression: sequences must have more than ${contextFrames} frames, all ` +
      `observed, is ${observedCount} of ${frameCount}`,
  );
}

/**
 * Ridge regression of each frame on the two before it. The penalty is the one with which validation sequences, continued
 * from their first frames, have the least error.
 */
export const vectorAutoregression: Method<SequenceData, SequenceModel> = untrained(
  "Ridge VAR",
  SETTINGS,
  ({ settings, data: { train, validation } }) => {
    const { order, contextFrames } = parseSettings("Ridge VAR", SETTINGS, settings);
    checkComplete(train, order);
    checkComplete(validation, Math.max(order, contextFrames));
    const [inputs, targets] = regression(train, order);
    const gram = transposeMultiply(inputs, inputs); // (n, pd + 1)ᵀ x (n, pd + 1) -> (pd + 1, pd + 1)
    const moments = transposeMultiply(inputs, targets); // (n, pd + 1)ᵀ x (n, d) -> (pd + 1, d)
    let [best, ridge, least] = [ridgeSolution(gram, moments, RIDGES[0]!), RIDGES[0]!, Infinity];
    for (const candidate of RIDGES) {
      const solution = ridgeSolution(gram, moments, candidate);
      const error = errorFrom(solution, validation, Math.max(order, contextFrames));
      // An unstable map ends in NaN or beyond all numbers, and is not chosen.
      if (error < least) [best, ridge, least] = [solution, candidate, error];
    }
    const trained: SequenceModel = {
      ...extrapolating((query, s) => {
        const [, last] = consecutiveContext(query, s, order);
        const frameAt = continuation(best, query.sequences, s, last);
        return (frame) => frame <= last ? frameOf(query.sequences, s, frame) : frameAt(frame);
      }),
      facts: [
        { name: "ridge", label: "ridge penalty", value: ridge, unit: "", direction: "lower" },
      ],
    };
    return { trained, parameters: best.data.length };
  },
);
