/**
 * A small PNG encoder for 8-bit grey and palette images (ISO/IEC 15948).
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** Colours of a palette image: 256 × (red, green, blue). */
export type Palette = Uint8Array;

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return out;
}

/**
 * Encodes one byte a pixel.
 *
 * @param pixels height·width bytes, row-major.
 * @param width Pixels in a row.
 * @param height Rows.
 * @param palette 768 bytes of colours; grey (0 black … 255 white) when absent.
 * @returns The file's bytes.
 * @throws RangeError when the sizes do not fit.
 */
export function encodePng(
  pixels: Uint8Array,
  width: number,
  height: number,
  palette?: Palette,
): Uint8Array {
  if (pixels.length !== width * height || pixels.length === 0) {
    throw new RangeError(
      `Cannot encode a PNG: it must have width × height = ${width} × ${height} > 0 bytes, has ${pixels.length}`,
    );
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample
  header[9] = palette === undefined ? 0 : 3; // grey, or an index into the palette
  // Each row is led by its filter's number; 0 (none) packs drawings on a flat ground well.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    ...(palette === undefined ? [] : [chunk("PLTE", palette)]),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A PNG as a data URI. */
export function pngDataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

/** Black through orange to pale yellow, of even steps in lightness: for deviations. */
export const HEAT: Palette = Uint8Array.from({ length: 768 }, (_, i) => {
  const stops = [[0, 0, 0], [92, 28, 20], [196, 84, 20], [246, 176, 64], [255, 248, 214]];
  const at = (Math.floor(i / 3) / 255) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const channel = i % 3;
  const from = stops[low]![channel]!;
  return Math.round(from + (at - low) * (stops[low + 1]![channel]! - from));
});
