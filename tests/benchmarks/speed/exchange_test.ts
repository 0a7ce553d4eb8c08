import { assertEquals, assertThrows } from "@std/assert";
import { decodeArrays, encodeArrays } from "../../../benchmarks/speed/exchange.ts";

const ARRAYS = {
  "field/logVariance": { shape: [], data: Float32Array.of(-9.210340371976184) },
  "decoder/conv1/kernel": { shape: [1, 2, 3], data: Float32Array.of(0, 1, -2, 3.5, 1e-30, 1e30) },
  empty: { shape: [0, 4], data: new Float32Array() },
};

Deno.test("decodeArrays() gives back names, shapes and values when encodeArrays() wrote them", () => {
  assertEquals(decodeArrays(encodeArrays(ARRAYS)), ARRAYS);
});

Deno.test("encodeArrays() stores little-endian float32 after a header of a multiple of 4 bytes", () => {
  const bytes = encodeArrays({ x: { shape: [2], data: Int32Array.of(1, -2) } });
  const view = new DataView(bytes.buffer);
  const headerLength = view.getUint32(0, true);
  assertEquals(headerLength % 4, 0);
  assertEquals(
    JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength))),
    { x: { shape: [2], offset: 0 } },
  );
  // 1 is 3f800000, -2 is c0000000.
  assertEquals([...bytes.subarray(4 + headerLength)], [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
});

Deno.test("decodeArrays() reads from the right place when its bytes are a view into a buffer", () => {
  const bytes = encodeArrays(ARRAYS);
  const buffer = new Uint8Array(bytes.length + 3);
  buffer.set(bytes, 3);
  assertEquals(decodeArrays(buffer.subarray(3)), ARRAYS);
});

Deno.test("encodeArrays() throws when a length is not the product of the shape", () => {
  assertThrows(
    () => encodeArrays({ x: { shape: [2, 2], data: new Float32Array(3) } }),
    RangeError,
    `Cannot encode array "x": its length must be 4 for shape [2,2], is 3`,
  );
});

Deno.test("decodeArrays() throws when the file is cut at any length", () => {
  const bytes = encodeArrays({ x: { shape: [2], data: new Float32Array(2) } });
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeArrays(bytes.subarray(0, length)), RangeError, "Cannot decode array");
  }
});

Deno.test("decodeArrays() throws when an entry has no offset", () => {
  const header = new TextEncoder().encode('{"x":{"shape":[1]}}');
  const bytes = new Uint8Array(4 + header.length);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  assertThrows(() => decodeArrays(bytes), SyntaxError, 'Cannot decode array "x": its offset must');
});
