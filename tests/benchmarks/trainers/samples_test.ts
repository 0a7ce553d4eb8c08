import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  encodePixels,
  missingFrames,
  sequenceSample,
} from "../../../benchmarks/trainers/samples.ts";

function bytes(base64: string): number[] {
  return [...Buffer.from(base64, "base64")];
}

Deno.test("encodePixels() rounds to bytes and clips what lies outside", () => {
  const values = Float32Array.of(0, 1, 0.5, 0.1, -3, 1.5, NaN);
  assertEquals(bytes(encodePixels(values)), [0, 255, 128, 26, 0, 255, 0]);
  assertEquals(bytes(encodePixels(Float32Array.of(0.5, 0.25), 0.5)), [255, 128]);
});

const INPUTS = {
  label: "training digit 0",
  height: 1,
  width: 2,
  missing: [1],
  truth: Float32Array.of(0, 1, 1, 0),
  reconstruction: Float32Array.of(1, 0, 0, 1),
};

Deno.test("sequenceSample() encodes truth and reconstruction, and no deviation when there is none", () => {
  const { truth, reconstruction, ...rest } = sequenceSample(INPUTS);
  assertEquals(rest, { label: "training digit 0", height: 1, width: 2, frames: 2, missing: [1] });
  assertEquals(bytes(truth), [0, 255, 255, 0]);
  assertEquals(bytes(reconstruction), [255, 0, 0, 255]);
});

Deno.test("sequenceSample() maps a deviation of 0.5 to white", () => {
  const { deviation } = sequenceSample({ ...INPUTS, deviation: Float32Array.of(0, 0.1, 0.5, 1) });
  assertEquals(bytes(deviation!), [0, 51, 255, 255]);
});

Deno.test("sequenceSample() throws when the values are not whole images", () => {
  assertThrows(
    () => sequenceSample({ ...INPUTS, truth: new Float32Array(3) }),
    RangeError,
    `Cannot encode "training digit 0" as its values must fill images of 1×2: current number of values is 3`,
  );
});

Deno.test("sequenceSample() throws when truth and reconstruction differ in length", () => {
  assertThrows(
    () => sequenceSample({ ...INPUTS, reconstruction: new Float32Array(2) }),
    RangeError,
    `Cannot encode "training digit 0" as its reconstruction must have 4 values`,
  );
});

Deno.test("missingFrames() lists what was not observed", () => {
  assertEquals(missingFrames(Int32Array.of(0, 2, 5), 6), [1, 3, 4]);
});
