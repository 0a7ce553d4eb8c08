import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { assertEquals, assertThrows } from "@std/assert";
import { SOCIAL_CARD, socialCard, textPixels } from "../../reports/site_identity.ts";

Deno.test("socialCard() is a picture of the size that pages state, the same each time", () => {
  const png = Buffer.from(socialCard());
  assertEquals([png.readUInt32BE(16), png.readUInt32BE(20)], [
    SOCIAL_CARD.width,
    SOCIAL_CARD.height,
  ]);
  assertEquals(Buffer.from(socialCard()).equals(png), true);
  // Signature (8), IHDR (25), PLTE (780), then IDAT.
  const length = png.readUInt32BE(813);
  const rows = inflateSync(png.subarray(821, 821 + length));
  assertEquals(rows.length, SOCIAL_CARD.height * (SOCIAL_CARD.width + 1));
  // Ground, ink of the title, the frame's colour.
  const colours = new Set(rows);
  assertEquals([0, 251, 252].map((index) => colours.has(index)), [true, true, true]);
});

Deno.test("textPixels() draws letters beside each other and refuses one that it has not", () => {
  const dash = textPixels("-");
  assertEquals(dash, [0, 1, 2, 3, 4].map((x) => ({ x, y: 3 })));
  assertEquals(textPixels(" -"), dash.map(({ x, y }) => ({ x: x + 6, y })));
  assertThrows(() => textPixels("a%"), RangeError, 'is "%"');
});
