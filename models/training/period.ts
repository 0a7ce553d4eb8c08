/**
 * After how many frames a sequence is most like itself.
 *
 * @module
 */
import { frameOf, type Sequences } from "../../data/sequences.ts";

/** Sum of squared differences between two frames. */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/**
 * The lag at which a context is most like itself: the least mean squared difference between frames so far apart.
 *
 * @throws RangeError when the context is too short for the shortest lag
 */
export function periodOf(
  sequences: Sequences,
  sequence: number,
  [first, last]: readonly [number, number],
  [shortest, longest]: readonly [number, number],
): number {
  let [period, least] = [shortest, Infinity];
  for (let lag = shortest; lag <= Math.min(longest, last - first); lag++) {
    let sum = 0;
    for (let frame = first + lag; frame <= last; frame++) {
      sum += squaredDistance(
        frameOf(sequences, sequence, frame),
        frameOf(sequences, sequence, frame - lag),
      );
    }
    const mean = sum / (last - first + 1 - lag);
    if (mean < least) [period, least] = [lag, mean];
  }
  return period;
}
