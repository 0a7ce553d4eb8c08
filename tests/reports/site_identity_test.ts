import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { assertEquals } from "@std/assert";
import { SOCIAL_CARD, socialCard } from "../../reports/site_identity.ts";

Deno.test("socialCard() is a picture of the size that pages state", () => {
  const png = Buffer.from(socialCard());
  assertEquals([png.readUInt32BE(16), png.readUInt32BE(20)], [
    SOCIAL_CARD.width,
    SOCIAL_CARD.height,
  ]);
  // Signature (8), IHDR (25), PLTE (780), then IDAT.
  const length = png.readUInt32BE(813);
  const rows = inflateSync(png.subarray(821, 821 + length));
  assertEquals(rows.length, SOCIAL_CARD.height * (SOCIAL_CARD.width + 1));
  // Ground, ink of the title, the frame's colour.
  const colours = new Set(rows);
  assertEquals([0, 251, 252].map((index) => colours.has(index)), [true, true, true]);
});
