/**
 * Between frames and npODE's states: whitened scores of the first principal components.
 *
 * @module
 */
import { frameOf, frameSize, observedFrames, type Sequences } from "../../data/sequences.ts";
import { type Matrix, matrix, row } from "../linalg/matrix.ts";
import { type PrincipalStates, principalStates } from "../training/principal_states.ts";
import { framesMatrix } from "../training/sequences.ts";
import type { ObservedStates } from "./posterior.ts";

/** Frame ≈ mean + directions · (deviations ⊙ state). */
export type LatentSpace = Omit<PrincipalStates, "states">;

/**
 * The space of the first q principal components of all observed frames; the released code counts the test's frames in.
 *
 * @throws RangeError when these do not vary in q dimensions
 */
export function latentSpace(train: Sequences, q: number): LatentSpace {
  const size = frameSize(train);
  const frames = matrix(train.count * train.observedCount, size);
  for (let s = 0; s < train.count; s++) {
    const own = framesMatrix(train, s, observedFrames(train, s));
    frames.data.set(own.data, s * own.data.length);
  }
  return principalStates("npODE", frames, q);
}

/** States (n, q) of some frames of a sequence. */
export function statesOf(
  { mean, directions, deviations }: LatentSpace,
  sequences: Sequences,
  sequence: number,
  frames: ArrayLike<number>,
): Matrix {
  const states = matrix(frames.length, deviations.length);
  for (let i = 0; i < frames.length; i++) {
    const state = row(states, i);
    frameOf(sequences, sequence, frames[i]!).forEach((value, j) => {
      for (let d = 0; d < state.length; d++) {
        state[d]! += (value - mean[j]!) * row(directions, j)[d]! / deviations[d]!;
      }
    });
  }
  return states;
}

/** States at the frames that are multiples of `stride` after the first of some frames. */
export function observedStates(
  space: LatentSpace,
  sequences: Sequences,
  sequence: number,
  frames: ArrayLike<number>,
  stride: number,
): ObservedStates {
  const fitted = Array.from(frames).filter((frame) => (frame - frames[0]!) % stride === 0);
  return {
    offsets: fitted.map((frame) => (frame - fitted[0]!) / stride),
    states: statesOf(space, sequences, sequence, fitted),
  };
}

/** The frame of a state (q), written into (d). */
export function decodeState(
  { mean, directions, deviations }: LatentSpace,
  state: ArrayLike<number>,
  into: Float32Array,
): void {
  for (let j = 0; j < into.length; j++) {
    let value = mean[j]!;
    for (let d = 0; d < deviations.length; d++) {
      value += directions.data[j * deviations.length + d]! * deviations[d]! * state[d]!;
    }
    into[j] = value;
  }
}
