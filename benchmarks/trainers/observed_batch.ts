/**
 * Minibatches of observed frames with their places on the time grid.
 *
 * @module
 */
import type { HostArray } from "../../models/backend/tensors.ts";

/** Image sequences of which some frames are observed. */
export interface ObservedSequences {
  /** Number of sequences. */
  readonly count: number;
  /** (count, frameCount, pixels) */
  readonly frames: Float32Array;
  /** (count, observedCount) ascending frame indices. */
  readonly observed: Int32Array;
  readonly frameCount: number;
  /** By how many degrees each frame is turned (frameCount). */
  readonly degrees: readonly number[];
  readonly observedCount: number;
  readonly pixels: number;
}

/** A minibatch as a step takes it. */
export interface ObservedBatch {
  /** (B, L, pixels) in row-major order of the frames' shape. */
  readonly frames: HostArray;
  /** (B, L, G) one-hot: grid offset of each frame from time zero. */
  readonly selection: HostArray;
}

/**
 * Where time zero lies, the time of the encoded frame: at the first observed frame; or at frame 0, as the released code
 * has it, also where the first observed frame is a later one.
 */
export type TimeOrigin = "first-observed" | "frame-0";

/**
 * The first `length` observed frames of the given sequences.
 *
 * @param indices which sequences
 * @param grid number of grid points; every offset must be below it
 * @param origin what offsets count from
 * @throws RangeError when an offset does not fit the grid
 */
export function observedBatch(
  sequences: Omit<ObservedSequences, "degrees">,
  indices: ArrayLike<number>,
  length: number,
  grid: number,
  origin: TimeOrigin = "first-observed",
): ObservedBatch {
  const { frames, observed, frameCount, observedCount, pixels } = sequences;
  const batch = indices.length;
  const images = new Float32Array(batch * length * pixels);
  const selection = new Float32Array(batch * length * grid);
  for (let b = 0; b < batch; b++) {
    const sequence = indices[b]!;
    const first = origin === "frame-0" ? 0 : observed[sequence * observedCount]!;
    for (let l = 0; l < length; l++) {
      const frame = observed[sequence * observedCount + l]!;
      const offset = frame - first;
      if (offset >= grid) {
        throw new RangeError(
          `Cannot build a minibatch: offsets must be below the grid's ${grid} points, is ${offset}`,
        );
      }
      const from = (sequence * frameCount + frame) * pixels;
      images.set(frames.subarray(from, from + pixels), (b * length + l) * pixels);
      selection[(b * length + l) * grid + offset] = 1;
    }
  }
  return {
    frames: { shape: [batch, length, pixels], data: images },
    selection: { shape: [batch, length, grid], data: selection },
  };
}
