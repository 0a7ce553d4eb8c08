/**
 * Sequences of floating-point images as bytes of an exhibit.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { FrameStrips } from "../../models/training/exhibit.ts";

/** What {@link frameStrips} takes. */
export interface FrameStripsInputs extends Omit<FrameStrips, "kind" | "frames" | "strips"> {
  /** The strips, from top to bottom. */
  readonly strips: readonly {
    /** E.g. "truth". */
    readonly label: string;
    /** (frames, height, width). */
    readonly values: Float32Array;
    /** Value that is white; 1 by default. */
    readonly white?: number;
    /** True for a part of the picture above. */
    readonly part?: boolean;
  }[];
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
 * A record's strips from floating-point images.
 *
 * @throws RangeError when there is no strip, or the strips are not whole images or differ in length
 */
export function frameStrips({ strips, ...inputs }: FrameStripsInputs): FrameStrips {
  const { label, height, width } = inputs;
  const length = strips[0]?.values.length ?? 0;
  const frames = length / (height * width);
  if (!Number.isInteger(frames) || frames === 0) {
    throw new RangeError(
      `Cannot encode "${label}": a strip must be whole images of ${height}×${width} values, is ` +
        `${length} values`,
    );
  }
  return {
    kind: "frames",
    ...inputs,
    frames,
    strips: strips.map(({ label: strip, values, white = 1, part = false }) => {
      if (values.length !== length) {
        throw new RangeError(
          `Cannot encode "${label}": strip "${strip}" must be ${length} values as the first, is ` +
            `${values.length}`,
        );
      }
      const pixels = encodePixels(values, white);
      return { label: strip, pixels, white, ...(part ? { part } : {}) };
    }),
  };
}

/** Frame indices below `frames` that are not among the observed ones, ascending. */
export function missingFrames(observed: ArrayLike<number>, frames: number): number[] {
  const seen = new Set(Array.from(observed));
  return Array.from({ length: frames }, (_, frame) => frame).filter((frame) => !seen.has(frame));
}
