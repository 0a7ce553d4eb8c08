import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  encodePixels,
  frameStrips,
  missingFrames,
} from "../../../benchmarks/record/frame_strips.ts";

function bytes(base64: string): number[] {
  return [...Buffer.from(base64, "base64")];
}

Deno.test("encodePixels() rounds to bytes and clips what lies outside", () => {
  const values = Float32Array.of(0, 1, 0.5, 0.1, -3, 1.5, NaN);
  assertEquals(bytes(encodePixels(values)), [0, 255, 128, 26, 0, 255, 0]);
  assertEquals(bytes(encodePixels(Float32Array.of(0.5, 0.25), 0.5)), [255, 128]);
});

const HEAD = {
  name: "sequence0",
  label: "training digit 0",
  ...{ height: 1, width: 2, marked: [1], markedLabel: "hidden", ofData: true },
};
const TRUTH = { label: "truth", values: Float32Array.of(0, 1, 1, 0) };
const OTHER = { label: "reconstruction", values: Float32Array.of(1, 0, 0, 1) };

Deno.test("frameStrips() encodes each strip and counts the frames", () => {
  const { strips, ...rest } = frameStrips({ ...HEAD, strips: [TRUTH, OTHER] });
  assertEquals(rest, { kind: "frames", ...HEAD, frames: 2 });
  assertEquals(strips.map(({ label, white }) => [label, white]), [
    ["truth", 1],
    ["reconstruction", 1],
  ]);
  assertEquals(strips.map(({ pixels }) => bytes(pixels)), [[0, 255, 255, 0], [255, 0, 0, 255]]);
});

Deno.test("frameStrips() maps the given value to white", () => {
  const values = Float32Array.of(0, 0.1, 0.5, 1);
  const { strips } = frameStrips({ ...HEAD, strips: [{ label: "deviation", values, white: 0.5 }] });
  assertEquals([strips[0]!.white, ...bytes(strips[0]!.pixels)], [0.5, 0, 51, 255, 255]);
});

Deno.test("frameStrips() throws when the values are not whole images, or there are none", () => {
  const refuses = (strips: Parameters<typeof frameStrips>[0]["strips"], message: string) =>
    assertEquals(
      assertThrows(() => frameStrips({ ...HEAD, strips }), RangeError).message,
      `Cannot encode "training digit 0": ${message}`,
    );
  const rule = "a strip must be whole images of 1×2 values, is";
  refuses([{ ...TRUTH, values: new Float32Array(3) }], `${rule} 3 values`);
  refuses([], `${rule} 0 values`);
  refuses(
    [TRUTH, { ...OTHER, values: new Float32Array(2) }],
    `strip "reconstruction" must be 4 values as the first, is 2`,
  );
});

Deno.test("missingFrames() lists what was not observed", () => {
  assertEquals(missingFrames(Int32Array.of(0, 2, 5), 6), [1, 3, 4]);
});
