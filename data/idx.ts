/**
 * MNIST's idx files: two zero bytes, the element type, the number of axes, big-endian 32-bit sizes, then the elements.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import { DataError, encodeHex, sha256Hex } from "./files.ts";

/** An array of unsigned bytes. */
export interface IdxArray {
  /** Sizes of the axes, e.g. (10000, 28, 28). */
  readonly shape: readonly number[];
  /** Elements, row-major. */
  readonly data: Uint8Array;
}

/** Code of unsigned bytes, the only element type that MNIST has. */
const UNSIGNED_BYTE = 0x08;

/**
 * The content of a file that may be gzipped; the first two bytes tell, not the name.
 *
 * @param bytes The file.
 * @param path What messages call it.
 * @throws DataError (corrupt) where the gzip data is cut short or damaged
 */
export function gunzip(bytes: Uint8Array<ArrayBuffer>, path: string): Uint8Array<ArrayBuffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return Uint8Array.from(gunzipSync(bytes));
  } catch (error) {
    const isShort = error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
    const fault = isShort
      ? `it ends early, after ${bytes.length} bytes`
      : `it is damaged (${error instanceof Error ? error.message : error})`;
    throw new DataError("corrupt", `Cannot read ${path}: its gzip data must be complete: ${fault}`);
  }
}

/**
 * Parses an idx file of unsigned bytes.
 *
 * @param bytes Uncompressed content.
 * @param path What messages call it.
 * @throws DataError (corrupt) for a wrong magic number or a size that does not fit the header
 */
export function parseIdx(bytes: Uint8Array, path: string): IdxArray {
  const axes = bytes[3] ?? 0;
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || axes < 1 || axes > 4) {
    throw new DataError(
      "corrupt",
      `Cannot read ${path} as idx: its magic number must be 00 00 08 and 1 to 4 axes: current value is ${
        encodeHex(bytes.subarray(0, 4), " ") || "nothing, the file is empty"
      }`,
    );
  }
  const header = 4 + 4 * axes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = bytes.length < header
    ? undefined
    : Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const needed = header + (shape ?? []).reduce((size, length) => size * length, 1);
  if (shape === undefined || bytes.length !== needed) {
    const wanted = shape === undefined
      ? `at least the ${header} bytes of its header`
      : `the ${needed} bytes of its shape ${shape.join("×")}`;
    throw new DataError(
      "corrupt",
      `Cannot read ${path} as idx: it must have ${wanted}: current value is ${bytes.length}`,
    );
  }
  return { shape, data: bytes.subarray(header) };
}

/**
 * Reads an idx file, plain or gzipped, and checks it.
 *
 * @param path Where it is.
 * @param sha256 What the SHA-256 (hex) of the uncompressed content must be; unchecked where absent.
 * @throws DataError (missing) where the file cannot be read, (corrupt) where its content is wrong
 */
export async function readIdx(path: string, sha256?: string): Promise<IdxArray> {
  const content = gunzip(await readFile(path), path);
  const array = parseIdx(content, path);
  if (sha256 !== undefined) await checkSha256(content, sha256, path);
  return array;
}

/**
 * Checks content against its checksum.
 *
 * @throws DataError (corrupt) where they differ
 */
export async function checkSha256(
  content: Uint8Array<ArrayBuffer>,
  sha256: string,
  path: string,
): Promise<void> {
  const current = await sha256Hex(content);
  if (current === sha256) return;
  throw new DataError(
    "corrupt",
    `Cannot use ${path}: the SHA-256 of its content must be ${sha256}: current value is ${current}`,
  );
}

/**
 * Reads a file.
 *
 * @throws DataError (missing) where it cannot be read
 */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new DataError("missing", `Cannot read ${path}: it must be a readable file: ${reason}`);
  }
}
