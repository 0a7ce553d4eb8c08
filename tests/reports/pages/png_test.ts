import { Buffer } from "node:buffer";
import { crc32, inflateSync } from "node:zlib";
import { assertEquals, assertThrows } from "@std/assert";
import { encodePng, HEAT, pngDataUri } from "../../../reports/pages/png.ts";
import { layFramesSideBySide, stripDataUri } from "../../../reports/exhibits/frames.ts";

/** A decoder for what the encoder makes: chunks by type, each checksum compared. */
function decode(png: Uint8Array): Map<string, Buffer> {
  const bytes = Buffer.from(png);
  assertEquals(bytes.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    assertEquals(bytes.readUInt32BE(at + 8 + length), crc32(body));
    chunks.set(body.toString("latin1", 0, 4), body.subarray(4));
    at += length + 12;
  }
  return chunks;
}

Deno.test("encodePng() writes the pixels back to back with a filter byte a row", () => {
  const pixels = Uint8Array.from([0, 128, 255, 7, 8, 9]);
  const chunks = decode(encodePng(pixels, 3, 2));
  const header = chunks.get("IHDR")!;
  assertEquals([header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]], [
    3,
    2,
    8,
    0,
  ]);
  assertEquals([...inflateSync(chunks.get("IDAT")!)], [0, 0, 128, 255, 0, 7, 8, 9]);
});

Deno.test("encodePng() adds a palette when given one", () => {
  const chunks = decode(encodePng(Uint8Array.of(1), 1, 1, HEAT));
  assertEquals(chunks.get("IHDR")![9], 3);
  assertEquals(chunks.get("PLTE")!.length, 768);
  assertEquals([...HEAT.subarray(0, 3)], [0, 0, 0]);
});

Deno.test("encodePng() refuses sizes that do not fit", () => {
  assertThrows(() => encodePng(new Uint8Array(5), 3, 2), RangeError, "has 5");
});

Deno.test("layFramesSideBySide() moves frames from after each other to beside each other", () => {
  const size = { frames: 2, height: 2, width: 2 };
  const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  assertEquals([...layFramesSideBySide(bytes, size)], [1, 2, 5, 6, 3, 4, 7, 8]);
  assertThrows(
    () => layFramesSideBySide(bytes.subarray(1), size),
    RangeError,
    "are 7",
  );
});

Deno.test("stripDataUri() is the picture of the record's base64 in 16 levels", () => {
  const uri = stripDataUri(btoa("\x00\x08\x09\xff"), { frames: 2, height: 1, width: 2 });
  assertEquals(uri, pngDataUri(encodePng(Uint8Array.of(0, 0, 17, 255), 4, 1)));
  assertEquals(uri.startsWith("data:image/png;base64,iVBOR"), true);
});
