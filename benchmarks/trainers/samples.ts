/**
 * Sequences of images as bytes, for the report.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { SequenceSample } from "../record/record.ts";

/** White in a sample's `deviation`. */
const DEVIATION_WHITE = 0.5;

/** What {@link sequenceSample} takes: one sequence of images. */
export interface SampleInputs {
  /** Caption, e.g. "training digit 0". */
  readonly label: string;
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** Indices of frames that were hidden from training. */
  readonly missing: readonly number[];
  /** (frames, height, width), values in [0, 1]. */
  readonly truth: Float32Array;
  /** Same shape: the model's mean path. */
  readonly reconstruction: Float32Array;
  /** Same shape: standard deviation over posterior samples. */
  readonly deviation?: Float32Array;
}

/**
 * Base64 of pixels as bytes. Values outside [0, white] are clipped; not-a-number becomes 0.
 *
 * @param white Value that becomes 255.
 */
export function encodePixels(values: Float32Array, white = 1): string {
  // The clamped array rounds to the nearest byte, half to even.
  return Buffer.from(Uint8ClampedArray.from(values, (value) => 255 * value / white))
    .toString("base64");
}

/**
 * A record's sequence from floating-point images.
 *
 * @throws RangeError when the arrays are not whole images or differ in length
 */
export function sequenceSample(inputs: SampleInputs): SequenceSample {
  const { label, height, width, missing, truth, reconstruction, deviation } = inputs;
  const frames = truth.length / (height * width);
  if (!Number.isInteger(frames)) {
    throw new RangeError(
      `Cannot encode "${label}" as its values must fill images of ${height}×${width}: ` +
        `current number of values is ${truth.length}`,
    );
  }
  for (const [name, values] of Object.entries({ reconstruction, deviation })) {
    if (values !== undefined && values.length !== truth.length) {
      throw new RangeError(
        `Cannot encode "${label}" as its ${name} must have ${truth.length} values: ` +
          `current number of values is ${values.length}`,
      );
    }
  }
  return {
    label,
    height,
    width,
    frames,
    missing: [...missing],
    truth: encodePixels(truth),
    reconstruction: encodePixels(reconstruction),
    ...(deviation === undefined ? {} : { deviation: encodePixels(deviation, DEVIATION_WHITE) }),
  };
}

/** Frame indices below `frames` that are not among the observed ones, ascending. */
export function missingFrames(observed: ArrayLike<number>, frames: number): number[] {
  const seen = new Set(Array.from(observed));
  return Array.from({ length: frames }, (_, frame) => frame).filter((frame) => !seen.has(frame));
}
