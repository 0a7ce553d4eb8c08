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
  /** Every frame, also the hidden ones: (count, frameCount, …frameShape). {@link frameOf} reads one. */
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

type Draw = (sequence: number, frame: number) => Float32Array;

/** How frames are drawn that are not in memory. A copy of their sequences has them in memory, and is not in here. */
const draws = new WeakMap<object, Draw>();

/** One frame of one sequence, to be read only. */
export function frameOf(
  sequences: Pick<Sequences, "frames" | "frameCount" | "frameShape">,
  sequence: number,
  frame: number,
): Float32Array {
  const draw = draws.get(sequences);
  if (draw) return draw(sequence, frame);
  const size = frameSize(sequences);
  const from = (sequence * sequences.frameCount + frame) * size;
  return sequences.frames.subarray(from, from + size);
}

/**
 * Sequences whose frames are drawn when {@link frameOf} asks for them. Who reads `frames`, or copies the object, gets all
 * of them in memory.
 */
export function drawnSequences(shapes: Omit<Sequences, "frames">, draw: Draw): Sequences {
  let all: Float32Array | undefined;
  const sequences = {
    ...shapes,
    get frames() {
      if (all) return all;
      const { count, frameCount } = shapes;
      const size = frameSize(shapes);
      all = new Float32Array(count * frameCount * size);
      for (let i = 0; i < count * frameCount; i++) {
        all.set(draw(Math.floor(i / frameCount), i % frameCount), i * size);
      }
      return all;
    },
  };
  draws.set(sequences, draw);
  return sequences;
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
 * SHA-256 (hex) of sequences: a header line with what they are and their shapes, then the bytes of each array. Frames
 * are hashed one by one, as together they may take gigabytes. Every platform of Deno is little-endian.
 */
export function sequencesSha256(header: string, sets: readonly Sequences[]): Promise<string> {
  const hash = createHash("sha256").update(`${header}\n`);
  for (const sequences of sets) {
    const { count, frameCount, observed } = sequences;
    for (let i = 0; i < count * frameCount; i++) {
      hash.update(frameOf(sequences, Math.floor(i / frameCount), i % frameCount));
    }
    hash.update(observed);
  }
  return Promise.resolve(hash.digest("hex"));
}
