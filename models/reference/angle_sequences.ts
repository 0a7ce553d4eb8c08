/**
 * Sequences of images of turned objects, some angles of each unobserved: what the trivial references read.
 *
 * @module
 */

/** Images at equally spaced angles. */
export interface AngleSequences {
  /** Number of sequences. */
  readonly count: number;
  /** Number of images of a sequence, each at the next angle. */
  readonly angles: number;
  /** Angles of a full turn; fewer than `angles` where the last ones repeat the first. `angles` by default. */
  readonly period?: number;
  /** Pixels of an image. */
  readonly pixels: number;
  /** Every image, also the unobserved ones, which no reference reads: (count, angles, pixels), values in [0, 1]. */
  readonly frames: Float32Array;
  /** Angle indices that were observed, in ascending order: (count, n). */
  readonly observed: Int32Array;
}

/**
 * Imputes one angle of every sequence from the observed images at other angles, so that an observed image is never
 * copied to itself.
 *
 * @param angle Index of the angle to impute.
 * @returns (count, pixels)
 * @throws RangeError when a sequence has no observed image at another angle
 */
export type Imputation = (sequences: AngleSequences, angle: number) => Float32Array;

/** Observed angles of one sequence other than `angle`, ascending. */
export function otherAngles(
  sequences: AngleSequences,
  sequence: number,
  angle: number,
): Int32Array {
  const n = sequences.observed.length / sequences.count;
  const others = sequences.observed.subarray(sequence * n, (sequence + 1) * n)
    .filter((observed) => observed !== angle);
  if (others.length === 0) {
    throw new RangeError(
      `Cannot impute angle ${angle} as sequence ${sequence} must be observed at another angle: ` +
        `current number of others is 0`,
    );
  }
  return others;
}

/** One image: a view of (pixels) into the frames. */
export function image(sequences: AngleSequences, sequence: number, angle: number): Float32Array {
  const start = (sequence * sequences.angles + angle) * sequences.pixels;
  return sequences.frames.subarray(start, start + sequences.pixels);
}

/**
 * Mean squared error per pixel of an imputed angle over all sequences, against the true images.
 *
 * @param imputed (count, pixels)
 */
export function imputationError(
  sequences: AngleSequences,
  angle: number,
  imputed: Float32Array,
): number {
  let sum = 0;
  for (let sequence = 0; sequence < sequences.count; sequence++) {
    const truth = image(sequences, sequence, angle);
    for (let i = 0; i < truth.length; i++) {
      sum += (imputed[sequence * sequences.pixels + i]! - truth[i]!) ** 2;
    }
  }
  return sum / (sequences.count * sequences.pixels);
}
