/**
 * JSON with one spelling: equal values give equal bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * Keys in code-unit order at every level; `undefined` properties left out; numbers as `JSON.stringify` writes them
 * (shortest form that reads back to the same bits).
 *
 * @param indent Spaces for each level, with arrays of numbers and strings on one line; 0 for all on one line.
 * @throws {TypeError} when a number is not finite, or a value has no JSON form
 */
export function canonicalJson(value: unknown, indent = 0): string {
  return write(value, indent, "\n");
}

/** @param margin Line break and indentation of the line that the value begins in. */
function write(value: unknown, indent: number, margin: string): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(
      `Cannot write JSON: a number must be finite or tagged, is ${value}`,
    );
  }
  if (typeof value !== "object" || value === null) {
    // Undefined for functions and symbols, whatever its type says; a bigint would throw without our words.
    const text: string | undefined = typeof value === "bigint" ? undefined : JSON.stringify(value);
    if (text !== undefined) return text;
    throw new TypeError(
      `Cannot write JSON: a value must have a JSON form, is of type ${typeof value}`,
    );
  }
  const inner = margin + " ".repeat(indent);
  const colon = indent === 0 ? ":" : ": ";
  const items = Array.isArray(value)
    ? value.map((item) => write(item, indent, inner))
    : Object.entries(value)
      .filter(([, property]) => property !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, property]) => JSON.stringify(key) + colon + write(property, indent, inner));
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (indent === 0 || items.length === 0) return open + items.join(",") + close;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null)) {
    return open + items.join(", ") + close;
  }
  return open + inner + items.join(`,${inner}`) + margin + close;
}

/** SHA-256 (hex) of a value's canonical JSON. @throws {TypeError} as {@link canonicalJson} */
export function sha256OfJson(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
