/**
 * Runs of consecutive frames: those that models begin from which go on frame by frame.
 *
 * @module
 */
import { frameOf, frameSize, type Sequences } from "../../data/sequences.ts";
import type { HostArray } from "../backend/tensors.ts";
import { askedFrames, type SequenceQuery } from "./sequences.ts";

/**
 * The first of frames that must be consecutive.
 *
 * @param subject begins the error's message
 * @throws RangeError when they are not, or there is none
 */
export function firstOf(frames: ArrayLike<number>, subject: string): number {
  const list = Array.from(frames);
  const first = list[0];
  if (first !== undefined && list.every((frame, i) => frame === first + i)) return first;
  throw new RangeError(
    `Cannot ${subject} must be consecutive, are ${list.join(", ") || "none"}`,
  );
}

/** Contexts of one length, and where the asked frames lie. */
export interface ConsecutiveContexts {
  /** First frame of each sequence's context. */
  readonly first: readonly number[];
  /** Frames of every context. */
  readonly given: number;
  /** Asked frames, counted from the context's first one: (count · asked). */
  readonly offsets: readonly number[];
  /** Frames of a path from the context's first frame to the last one asked for, at least those given. */
  readonly length: number;
}

/**
 * Reads a query's contexts.
 *
 * @param name of the family
 * @throws RangeError unless all contexts are equally many consecutive frames, and none is asked for before them
 */
export function consecutiveContexts(
  query: SequenceQuery,
  name: string,
): ConsecutiveContexts {
  const { sequences: { count }, context } = query;
  const wanted = askedFrames(query);
  const contexts = Array.from({ length: count }, (_, s) => context(s));
  const given = contexts[0]?.length ?? 0;
  const first = contexts.map((frames) =>
    firstOf(frames, `predict by ${name}: the context's frames`)
  );
  const other = contexts.find(({ length }) => length !== given);
  if (other !== undefined) {
    throw new RangeError(
      `Cannot predict by ${name}: every context must have ${given} frames as the first has, one has ` +
        `${other.length}`,
    );
  }
  const latest = Math.max(...first);
  const early = wanted.find((frame) => frame < latest);
  if (early !== undefined) {
    throw new RangeError(
      `Cannot predict by ${name}: frames must not be before the context's first, ${latest}, one is ${early}`,
    );
  }
  const offsets = first.flatMap((start) => wanted.map((frame) => frame - start));
  const length = offsets.reduce((most, offset) => Math.max(most, offset + 1), given);
  return { first, given, offsets, length };
}

/** Frames of sequences from one of each on: (length, sequences, …frameShape). @param first of the i-th sequence */
export function timeMajor(
  sequences: Sequences,
  indices: ArrayLike<number>,
  first: (sequence: number, i: number) => number,
  length: number,
): HostArray & { readonly data: Float32Array } {
  const size = frameSize(sequences);
  const batch = indices.length;
  const data = new Float32Array(length * batch * size);
  for (let b = 0; b < batch; b++) {
    const from = first(indices[b]!, b);
    for (let t = 0; t < length; t++) {
      data.set(frameOf(sequences, indices[b]!, from + t), (t * batch + b) * size);
    }
  }
  return { shape: [length, batch, ...sequences.frameShape], data };
}
