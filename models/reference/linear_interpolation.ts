/**
 * Trivial reference: linear interpolation between the observed angles on both sides.
 *
 * @module
 */
import { type AngleSequences, image, otherAngles } from "./angle_sequences.ts";

/**
 * Imputes `angle` by the sequence's own images at the nearest other observed angle before and after it on the circle,
 * each weighted by its nearness: w_before = d_after / (d_before + d_after). With a single other angle, by its image.
 *
 * @returns (count, pixels)
 * @throws RangeError when a sequence has no observed image at another angle
 */
export function imputeLinearInterpolation(
  sequences: AngleSequences,
  angle: number,
): Float32Array {
  const { count, angles, period = angles, pixels } = sequences;
  const imputed = new Float32Array(count * pixels);
  for (let sequence = 0; sequence < count; sequence++) {
    let [before, after] = [Infinity, Infinity];
    let [previous, next] = [0, 0];
    for (const other of otherAngles(sequences, sequence, angle)) {
      const back = (angle - other + period) % period;
      if (back < before) [before, previous] = [back, other];
      if (period - back < after) [after, next] = [period - back, other];
    }
    const left = image(sequences, sequence, previous);
    const right = image(sequences, sequence, next);
    const weight = after / (before + after);
    for (let i = 0; i < pixels; i++) {
      imputed[sequence * pixels + i] = weight * left[i]! + (1 - weight) * right[i]!;
    }
  }
  return imputed;
}
