/**
 * MNIST's idx files: two zero bytes, the element type, the number of axes, big-endian 32-bit sizes, then the elements.
 *
 * @module
 */
import { checkSha256, DataError, encodeHex, gunzip, readFile } from "./files.ts";

/** An array of unsigned bytes. */
export interface IdxArray {
  /** Sizes of the axes, e.g. (10000, 28, 28). */
  readonly shape: readonly number[];
  /** Elements, row-major. */
  readonly data: Uint8Array;
}

/** Code of unsigned bytes, MNIST's only element type. */
const UNSIGNED_BYTE = 0x08;

/**
 * Parses an idx file of unsigned bytes.
 *
 * @param bytes uncompressed content
 * @param path name of the file in messages
 * @throws DataError (corrupt) for a wrong magic number or a size that does not fit the header
 */
export function parseIdx(bytes: Uint8Array, path: string): IdxArray {
  const refusal = (rule: string, value: number | string) =>
    new DataError("corrupt", `Cannot read ${path} as idx: ${rule}, is ${value}`);
  const axes = bytes[3] ?? 0;
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || axes < 1 || axes > 4) {
    const magic = encodeHex(bytes.subarray(0, 4), " ") || "an empty file";
    throw refusal("its magic number must be 00 00 08 and 1 to 4 axes", magic);
  }
  const header = 4 + 4 * axes;
  if (bytes.length < header) {
    throw refusal(`its size must be at least the ${header} bytes of its header`, bytes.length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const needed = shape.reduce((size, length) => size * length, 1) + header;
  if (bytes.length !== needed) {
    const rule = `its size must be the ${needed} bytes of its shape ${shape.join("×")}`;
    throw refusal(rule, bytes.length);
  }
  return { shape, data: bytes.subarray(header) };
}

/**
 * Reads an idx file, plain or gzipped, and checks it.
 *
 * @param sha256 SHA-256 (hex) that the uncompressed content must have; unchecked if absent
 * @throws DataError (missing) if the file cannot be read, (corrupt) if its content is wrong
 */
export async function readIdx(path: string, sha256?: string): Promise<IdxArray> {
  const content = gunzip(await readFile(path), path);
  const array = parseIdx(content, path);
  if (sha256 !== undefined) await checkSha256(content, sha256, path);
  return array;
}
