/**
 * How well a few linear coordinates could do: a floor for models whose codes are as small.
 *
 * @module
 */
import type { Sequences } from "../../data/sequences.ts";
import { frameOf, frameSize } from "../../data/sequences.ts";
import { lessRow, type Matrix, matrix, multiply, multiplyTranspose } from "../linalg/matrix.ts";
import { principalComponents } from "../linalg/principal_components.ts";
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { count, parseSettings } from "../training/settings.ts";
import { extrapolating } from "./extrapolation.ts";
import { untrained } from "./untrained.ts";

const TABLE = { components: count(3, "numbers of a frame's code") } as const;

/** All frames of all sequences, one a row. */
function frameRows(sequences: Sequences): Matrix {
  const { count, frameCount, frames } = sequences;
  return matrix(count * frameCount, frameSize(sequences), Float64Array.from(frames));
}

/** Frames (n, d) encoded in the leading principal components of all training frames, and decoded again. */
function reconstruction(train: Sequences, components: number): (frames: Matrix) => Matrix {
  const { mean, directions } = principalComponents(frameRows(train), components);
  return (frames) => {
    const { rows, columns } = frames;
    const centred = lessRow(frames, mean);
    // (n, d) x (d, k) -> (n, k), then (n, k) x (d, k)ᵀ -> (n, d)
    const decoded = multiplyTranspose(multiply(centred, directions), directions);
    return matrix(rows, columns, decoded.data.map((value, at) => value + mean[at % columns]!));
  };
}

/**
 * Frames that are encoded in the leading principal components of all training frames and decoded again. It must be shown
 * the frames that it is asked for: no prediction, but a bound for those that are linear in as many numbers.
 *
 * Starting it throws a RangeError when a frame has fewer numbers than there are components.
 */
export const principalComponentsFloor: Method<SequenceData, SequenceModel> = untrained(
  "Principal components",
  TABLE,
  ({ data: { train }, settings }) => {
    const { components } = parseSettings("principal components", TABLE, settings);
    const reconstruct = reconstruction(train, components);
    return {
      trained: extrapolating(({ sequences, context }, s) => {
        const shown = new Set(Array.from(context(s)));
        return (frame) => {
          if (shown.has(frame)) {
            const numbers = Float64Array.from(frameOf(sequences, s, frame));
            return reconstruct(matrix(1, numbers.length, numbers)).data;
          }
          throw new RangeError(
            `Cannot reconstruct frame ${frame} of sequence ${s}: it must be in the context`,
          );
        };
      }),
      parameters: (components + 1) * frameSize(train),
    };
  },
);
