/**
 * Frames of sequences as the networks of DTSBN-S take them: standardised, and one after the other.
 *
 * @module
 */
import { observedFrames, type Sequences } from "../../data/sequences.ts";
import type { HostArray } from "../backend/tensors.ts";
import { timeMajor } from "../training/contexts.ts";
import type { DtsbnModel } from "./settings.ts";

/** Location and scale of a frame's numbers (D) each: networks see (v − shift) / scale. */
export interface Standard {
  /** What is subtracted. */
  readonly shift: Float64Array;
  /** What the rest is divided by. */
  readonly scale: Float64Array;
}

/** Least scale, as a share of the root mean square of all deviations: differences of rounding must not be made large. */
const LEAST_SCALE = 1e-3;

/** Mean and standard deviation of each number over the observed frames; images stay as they are. */
export function standardOf(sequences: Sequences, model: DtsbnModel): Standard {
  const size = model.dimensions;
  const shift = new Float64Array(size);
  const scale = new Float64Array(size).fill(1);
  if (model.observation === "bernoulli") return { shift, scale };
  const { frames, frameCount, count } = sequences;
  const starts = Array.from({ length: count }, (_, s) => s).flatMap((s) =>
    Array.from(observedFrames(sequences, s), (frame) => (s * frameCount + frame) * size)
  );
  for (let i = 0; i < size; i++) {
    const mean = starts.reduce((sum, start) => sum + frames[start + i]!, 0) / starts.length;
    const square = starts.reduce((sum, start) => sum + (frames[start + i]! - mean) ** 2, 0);
    shift[i] = mean;
    scale[i] = Math.sqrt(square / starts.length);
  }
  const typical = Math.sqrt(scale.reduce((sum, deviation) => sum + deviation ** 2, 0) / size);
  scale.forEach((deviation, i) => scale[i] = Math.max(deviation, LEAST_SCALE * typical) || 1);
  return { shift, scale };
}

/** Frames of sequences from one of each on, standardised: (frames, sequences, D). */
export function standardised(
  sequences: Sequences,
  indices: ArrayLike<number>,
  first: (sequence: number) => number,
  length: number,
  { shift, scale }: Standard,
): HostArray {
  const size = shift.length;
  const { data } = timeMajor(sequences, indices, first, length);
  data.forEach((value, i) => data[i] = (value - shift[i % size]!) / scale[i % size]!);
  return { shape: [length, indices.length, size], data };
}
