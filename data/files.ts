/**
 * Data files: how they are read and checked, and the error if that fails.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";

/** The kind of failure that a {@link DataError} reports: callers decide by it, users read the message. */
export type DataErrorCode = "missing" | "corrupt" | "unreachable" | "unwritable";

/** Data that cannot be obtained, read or stored. The message is one line: what failed, the constraint, the value. */
export class DataError extends Error {
  /** Name in messages and stack traces. */
  override name = "DataError";
  /** The kind of failure. */
  readonly code: DataErrorCode;
  /** Constructs the error from its kind and its one-line message. */
  constructor(code: DataErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The first line of an error's message. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

/** `text` in quotes, for a message: one line of at most 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Bytes as lower-case hexadecimal digits, with `separator` between bytes. */
export function encodeHex(bytes: Uint8Array, separator = ""): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}

/** SHA-256 of bytes: 64 lower-case hexadecimal digits. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/**
 * Reads a file of at most `maxBytes`; its size is compared before memory is taken.
 *
 * @throws DataError (missing) if it cannot be read, (corrupt) if it is larger
 */
export async function readFile(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  let size: number;
  try {
    const stat = await Deno.stat(path);
    // A device or a pipe may have no end.
    if (!stat.isFile) throw new Error("a folder or a device is there");
    if (stat.size <= maxBytes) return await Deno.readFile(path);
    size = stat.size;
  } catch (error) {
    throw new DataError(
      "missing",
      `Cannot read ${path}: it must be a readable file, is not: ${firstLine(error)}`,
    );
  }
  const rule = `it must have at most ${maxBytes} bytes`;
  throw new DataError("corrupt", `Cannot read ${path}: ${rule}, is ${size}`);
}

/**
 * The content of a file that may be gzipped; the first two bytes decide, not the name.
 *
 * @param path name of the file in messages
 * @param maxBytes limit of the content; small files can unpack to very large ones
 * @throws DataError (corrupt) if the gzip data is truncated, damaged or too much
 */
export function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  maxBytes: number,
): Uint8Array<ArrayBuffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return Uint8Array.from(gunzipSync(bytes, { maxOutputLength: maxBytes }));
  } catch (error) {
    if (error instanceof RangeError) {
      const rule = `its content must have at most ${maxBytes} bytes`;
      throw new DataError("corrupt", `Cannot read ${path}: ${rule}, is more`);
    }
    const isShort = error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
    const fault = isShort
      ? `ends early, after ${bytes.length} bytes`
      : `is damaged (${firstLine(error)})`;
    throw new DataError("corrupt", `Cannot read ${path}: its gzip data must be complete, ${fault}`);
  }
}

/** Checks content against its SHA-256 (hex). @throws DataError (corrupt) if they differ */
export async function checkSha256(
  content: Uint8Array<ArrayBuffer>,
  sha256: string,
  path: string,
): Promise<void> {
  const current = await sha256Hex(content);
  if (current === sha256) return;
  throw new DataError(
    "corrupt",
    `Cannot use ${path}: the SHA-256 of its content must be ${sha256}, is ${current}`,
  );
}
