/**
 * Trivial reference: the image at the nearest observed angle.
 *
 * @module
 */
import { type AngleSequences, image, otherAngles } from "./angle_sequences.ts";

/**
 * Imputes `angle` by the sequence's own image at the nearest other observed angle on the circle. Of two equally near
 * angles the one before it (turning back from `angle`) is taken.
 *
 * @returns (count, pixels)
 * @throws RangeError when a sequence has no observed image at another angle
 */
export function imputeNearestAngle(sequences: AngleSequences, angle: number): Float32Array {
  const { count, angles, period = angles, pixels } = sequences;
  const imputed = new Float32Array(count * pixels);
  for (let sequence = 0; sequence < count; sequence++) {
    let [nearest, least] = [-1, Infinity];
    for (const other of otherAngles(sequences, sequence, angle)) {
      const back = (angle - other + period) % period;
      // Half a step more for angles ahead decides ties and nothing else: distances are whole steps.
      const distance = Math.min(back, period - back + 0.5);
      if (distance < least) [nearest, least] = [other, distance];
    }
    imputed.set(image(sequences, sequence, nearest), sequence * pixels);
  }
  return imputed;
}
