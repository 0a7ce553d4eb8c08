/**
 * Training by L-BFGS: where it begins, its state in a checkpoint, and the error of continued validation sequences.
 *
 * @module
 */
import { frameOf, frameSize, observedFrames, type Sequences } from "../../data/sequences.ts";
import { lbfgsLengths, type LbfgsState, type Objective, startLbfgs } from "../linalg/lbfgs.ts";
import { NumericalError } from "../linalg/matrix.ts";
import { prefixed, takeNumbers } from "./arrays.ts";
import { type CheckpointArrays, DivergenceError } from "./method.ts";
import type { SequenceQuery } from "./sequences.ts";

const PREFIX = "lbfgs/";

/**
 * The state of L-BFGS before its first iteration.
 *
 * @param name of the objective, for the error
 * @throws DivergenceError where it is not finite
 */
export function beginMinimisation(
  objective: Objective,
  point: Float64Array,
  step: number,
  name = "the posterior",
): LbfgsState {
  try {
    return startLbfgs(objective, point);
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
    throw new DivergenceError(step, name);
  }
}

/** Copies of a state's arrays for a checkpoint; none where there is no state. */
export function minimisationArrays(state: LbfgsState | undefined): CheckpointArrays {
  const copies = Object.entries(state ?? {}).map(([name, array]) => [name, array.slice()]);
  return prefixed(PREFIX, Object.fromEntries(copies));
}

/**
 * What {@link minimisationArrays} gave of a state, copied back.
 *
 * @param n length of a point
 * @throws RangeError when it does not fit
 */
export function takeMinimisation(arrays: CheckpointArrays, n: number): LbfgsState {
  return Object.fromEntries(
    Object.entries(lbfgsLengths(n))
      .map(([name, length]) => [name, takeNumbers(arrays, PREFIX + name, length).slice()]),
  ) as LbfgsState;
}

/**
 * Mean squared error of the observed frames of each sequence from the `from`-th on, predicted from the first
 * `contextFrames` of them.
 */
export function continuationError(
  predict: (query: SequenceQuery) => Float32Array,
  sequences: Sequences,
  contextFrames: number,
  from: number,
): number {
  const size = frameSize(sequences);
  let [sum, count] = [0, 0];
  for (let s = 0; s < sequences.count; s++) {
    const observed = observedFrames(sequences, s);
    const asked = [...observed.subarray(from)];
    const first = s * sequences.frameCount * size;
    const own = { ...sequences, count: 1, frames: sequences.frames.subarray(first) };
    const context = () => observed.subarray(0, contextFrames);
    const predicted = predict({ sequences: own, context, asked });
    for (const [i, frame] of asked.entries()) {
      frameOf(sequences, s, frame).forEach((value, j) =>
        sum += (value - predicted[i * size + j]!) ** 2
      );
    }
    count += predicted.length;
  }
  return sum / count;
}
