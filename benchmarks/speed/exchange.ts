/**
 * Files of named float32 arrays, to hand the same weights, data and noise to another program:
 * uint32 header length, JSON header `{name: {shape, offset}}`, then raw values, all little-endian.
 * Offsets count bytes from the end of the header. `pytorch_step.py` reads and writes the same.
 *
 * @module
 */
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";

/** Where one array lies in a file. */
interface Entry {
  readonly shape: readonly number[];
  readonly offset: number;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const { shape, offset } = value as Partial<Record<keyof Entry, unknown>>;
  return Array.isArray(shape) &&
    shape.every((length) => Number.isSafeInteger(length) && length >= 0) &&
    typeof offset === "number" && Number.isSafeInteger(offset) && offset >= 0;
}

function parseHeader(text: string): Record<string, Entry> {
  const header: unknown = JSON.parse(text);
  if (typeof header !== "object" || header === null) {
    throw new SyntaxError(
      `Cannot decode arrays as the header must be an object: current value is ${text}`,
    );
  }
  const entries: Record<string, Entry> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (!isEntry(entry)) {
      throw new SyntaxError(
        `Cannot decode array "${name}" as its header must hold shape and offset: current value is ${
          JSON.stringify(entry)
        }`,
      );
    }
    entries[name] = entry;
  }
  return entries;
}

/**
 * Bytes of an exchange file. Int32 arrays are converted: every value is stored as float32.
 *
 * @throws RangeError when an array's length is not the product of its shape
 */
export function encodeArrays(arrays: HostArrays): Uint8Array<ArrayBuffer> {
  const header: Record<string, Entry> = {};
  let length = 0;
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    if (data.length !== size(shape)) {
      throw new RangeError(
        `Cannot encode array "${name}" as its length must be ${
          size(shape)
        } for shape [${shape}]: ` +
          `current value is ${data.length}`,
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
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headerLength, true);
  for (const [name, { data }] of Object.entries(arrays)) {
    const start = 4 + headerLength + header[name]!.offset;
    for (let i = 0; i < data.length; i++) view.setFloat32(start + 4 * i, data[i]!, true);
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
      `Cannot decode arrays as the file must hold its header of ${headerLength} bytes: ` +
        `current length is ${bytes.length} bytes`,
    );
  }
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength)));
  const arrays: Record<string, HostArray & { data: Float32Array }> = {};
  for (const [name, { shape, offset }] of Object.entries(header)) {
    const start = 4 + headerLength + offset;
    const data = new Float32Array(size(shape));
    if (start + 4 * data.length > bytes.length) {
      throw new RangeError(
        `Cannot decode array "${name}" as the file must reach byte ${start + 4 * data.length}: ` +
          `current length is ${bytes.length} bytes`,
      );
    }
    for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(start + 4 * i, true);
    arrays[name] = { shape, data };
  }
  return arrays;
}
