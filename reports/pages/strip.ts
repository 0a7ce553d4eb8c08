/**
 * A sequence of frames side by side in one picture.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { encodePng, type Palette, pngDataUri } from "./png.ts";

/** Size of a sequence. */
export interface FrameSize {
  /** Number of frames. */
  readonly frames: number;
  /** Rows of a frame, in pixels. */
  readonly height: number;
  /** Columns of a frame, in pixels. */
  readonly width: number;
}

/**
 * Frames after each other (frames·height·width, as in a record) to frames beside each other (height × frames·width).
 *
 * @throws RangeError when the bytes do not fit the size.
 */
export function layFramesSideBySide(bytes: Uint8Array, size: FrameSize): Uint8Array {
  const { frames, height, width } = size;
  if (bytes.length !== frames * height * width) {
    throw new RangeError(
      `Cannot lay out frames as they need ${frames} × ${height} × ${width} bytes: current number is ${bytes.length}`,
    );
  }
  const strip = new Uint8Array(bytes.length);
  for (let t = 0; t < frames; t++) {
    for (let y = 0; y < height; y++) {
      const from = (t * height + y) * width;
      strip.set(bytes.subarray(from, from + width), (y * frames + t) * width);
    }
  }
  return strip;
}

/** The strip of a record's base64 frames as a PNG data URI. */
export function stripDataUri(base64: string, size: FrameSize, palette?: Palette): string {
  const strip = layFramesSideBySide(Buffer.from(base64, "base64"), size);
  return pngDataUri(encodePng(strip, size.frames * size.width, size.height, palette));
}
