/** Bytes as lower-case hexadecimal digits with `separator` between two bytes. */
export function encodeHex(bytes: Uint8Array, separator = ""): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}
