import { encodeHex } from "./_hex.ts";

/**
 * SHA-256 of bytes.
 *
 * @returns 64 lower-case hexadecimal digits
 */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
