/**
 * Files of data: how they are read and checked, and the error where they cannot be.
 *
 * @module
 */
/** What kind of trouble a {@link DataError} reports: callers decide by it, users read the message. */
export type DataErrorCode = "missing" | "corrupt" | "unreachable" | "unwritable";

/** Data that could not be had, read or kept. The message is one line: what failed, the constraint, the value. */
export class DataError extends Error {
  /** Name in messages and stack traces. */
  override name = "DataError";
  /** The kind of trouble. */
  readonly code: DataErrorCode;
  /** Constructs the error from its kind and its one-line message. */
  constructor(code: DataErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Bytes as lower-case hexadecimal digits with `separator` between two bytes. */
export function encodeHex(bytes: Uint8Array, separator = ""): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}

/**
 * SHA-256 of bytes.
 *
 * @returns 64 lower-case hexadecimal digits
 */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
