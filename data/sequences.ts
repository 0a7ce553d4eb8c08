/**
 * Sequences of frames, some of them hidden from training.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Sequences of equally many frames. */
export interface Sequences {
  /** Number of sequences. */
  readonly count: number;
  /** Frames of a sequence. */
  readonly frameCount: number;
  /** Shape of a frame: (height, width) of an image with values in [0, 1], or (dimensions) of a vector. */
  readonly frameShape: readonly number[];
  /** Every frame, also the hidden ones: (count, frameCount, …frameShape). */
  readonly frames: Float32Array;
  /** Frames of a sequence that training may see. */
  readonly observedCount: number;
  /** Their indices, ascending: (count, observedCount). */
  readonly observed: Int32Array;
  /** By how many degrees the object of each frame is turned (frameCount), for data of turned objects. */
  readonly degrees?: readonly number[];
  /** Frames after which an object stands as before; absent where none repeats. */
  readonly framesPerTurn?: number;
}

/** Numbers in a frame. */
export function frameSize({ frameShape }: Pick<Sequences, "frameShape">): number {
  return frameShape.reduce((product, length) => product * length, 1);
}

/** One frame of one sequence: a view. */
export function frameOf(
  sequences: Pick<Sequences, "frames" | "frameCount" | "frameShape">,
  sequence: number,
  frame: number,
): Float32Array {
  const size = frameSize(sequences);
  const from = (sequence * sequences.frameCount + frame) * size;
  return sequences.frames.subarray(from, from + size);
}

/** Observed frames of one sequence, ascending. */
export function observedFrames(
  { observed, observedCount }: Pick<Sequences, "observed" | "observedCount">,
  sequence: number,
): Int32Array {
  return observed.subarray(sequence * observedCount, (sequence + 1) * observedCount);
}

/** One frame of every sequence: (count, …frameShape). @param frame its index, or that of each sequence */
export function framesAt(
  sequences: Pick<Sequences, "count" | "frames" | "frameCount" | "frameShape">,
  frame: number | ((sequence: number) => number),
): Float32Array {
  const { count } = sequences;
  const size = frameSize(sequences);
  const result = new Float32Array(count * size);
  for (let s = 0; s < count; s++) {
    result.set(frameOf(sequences, s, typeof frame === "number" ? frame : frame(s)), s * size);
  }
  return result;
}

/**
 * SHA-256 (hex) of sequences: a header line with what they are and their shapes, then the bytes of each array. They are
 * hashed where they are, as they may take gigabytes. Every platform of Deno is little-endian.
 */
export function sequencesSha256(header: string, sets: readonly Sequences[]): Promise<string> {
  const hash = createHash("sha256").update(`${header}\n`);
  for (const { frames, observed } of sets) hash.update(frames).update(observed);
  return Promise.resolve(hash.digest("hex"));
}
