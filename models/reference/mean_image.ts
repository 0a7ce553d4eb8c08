/**
 * Trivial reference: the mean image.
 *
 * @module
 */
import { type AngleSequences, image, otherAngles } from "./angle_sequences.ts";

/**
 * Imputes `angle` by one image for all sequences: the mean of every observed image of every sequence at the other
 * angles.
 *
 * @returns (count, pixels)
 * @throws RangeError when a sequence has no observed image at another angle
 */
export function imputeMeanImage(sequences: AngleSequences, angle: number): Float32Array {
  // Float64, as thousands of images are added.
  const sum = new Float64Array(sequences.pixels);
  let images = 0;
  for (let sequence = 0; sequence < sequences.count; sequence++) {
    for (const other of otherAngles(sequences, sequence, angle)) {
      image(sequences, sequence, other).forEach((value, i) => sum[i]! += value);
      images++;
    }
  }
  const mean = Float32Array.from(sum, (value) => value / images);
  const imputed = new Float32Array(sequences.count * sequences.pixels);
  for (let start = 0; start < imputed.length; start += mean.length) imputed.set(mean, start);
  return imputed;
}
