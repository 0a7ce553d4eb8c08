/**
 * Numbers as JSON keeps them: not-finite ones are tagged, never null.
 *
 * @module
 */

/** A number as JSON keeps it. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** Tags a not-finite number; negative zero becomes zero, as JSON would have it. */
export function toJsonNumber(value: number): JsonNumber {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "Infinity";
  if (value === -Infinity) return "-Infinity";
  return value === 0 ? 0 : value;
}

/** The number that a tag stands for. */
export function fromJsonNumber(value: JsonNumber): number {
  return Number(value);
}
