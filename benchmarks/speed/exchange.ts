/**
 * Files of named float32 arrays, to hand the same weights, data and noise to another program:
 * uint32 header length, JSON header `{name: {shape, offset}}`, then raw values, all little-endian.
 * Offsets count bytes from the end of the header. `peer.py` reads and writes the same.
 *
 * @module
 */
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";
import { asArray, asCount, asObject } from "../record/_validate.ts";

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/**
 * Bytes of an exchange file. Int32 arrays are converted: every value is stored as float32.
 *
 * @throws RangeError when an array's length is not the product of its shape
 */
export function encodeArrays(arrays: HostArrays): Uint8Array<ArrayBuffer> {
  const header: Record<string, { shape: readonly number[]; offset: number }> = {};
  let length = 0;
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    if (data.length !== sizeOf(shape)) {
      throw new RangeError(
        `Cannot encode array "${name}": its length must be ${sizeOf(shape)} for shape ` +
          `[${shape}], is ${data.length}`,
      );
    }
    header[name] = { shape, offset: length };
    length += 4 * data.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces so that the values lie on multiples of 4 bytes.
  const headerLength = Math.ceil(text.length / 4) * 4;
  const bytes = new Uint8Array(4 + headerLength + length).fill(0x20, 4, 4 + headerLength);
  bytes.set(text, 4);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  for (const [name, { data }] of Object.entries(arrays)) {
    const start = 4 + headerLength + header[name]!.offset;
    new Float32Array(bytes.buffer, start, data.length).set(data);
  }
  return bytes;
}

/**
 * Named arrays of an exchange file's bytes.
 *
 * @throws SyntaxError when the header is not what {@link encodeArrays} writes
 * @throws RangeError when the file ends before an array does
 */
export function decodeArrays(
  bytes: Uint8Array,
): Record<string, HostArray & { data: Float32Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length < 4 ? Infinity : view.getUint32(0, true);
  if (4 + headerLength > bytes.length) {
    throw new RangeError(
      `Cannot decode arrays: the file must hold its header of ${headerLength} bytes, ` +
        `is ${bytes.length} bytes long`,
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + headerLength));
  const arrays: Record<string, HostArray & { data: Float32Array }> = {};
  const header = asObject(JSON.parse(text), "Cannot decode arrays: the header");
  for (const [name, value] of Object.entries(header)) {
    const where = `Cannot decode array "${name}": its`;
    const entry = asObject(value, `${where} entry`);
    const shape = asArray(entry.shape, `${where} shape`)
      .map((length) => asCount(length, `${where} shape`));
    const start = 4 + headerLength + asCount(entry.offset, `${where} offset`);
    const length = sizeOf(shape);
    if (start + 4 * length > bytes.length) {
      throw new RangeError(
        `Cannot decode array "${name}": the file must reach byte ${start + 4 * length}, ` +
          `is ${bytes.length} bytes long`,
      );
    }
    // A copy: the file's values need not be aligned in memory.
    arrays[name] = { shape, data: new Float32Array(bytes.slice(start, start + 4 * length).buffer) };
  }
  return arrays;
}
