/**
 * Numbers as JSON keeps them: not-finite ones are tagged, never null.
 *
 * @module
 */
import type { JsonNumber } from "./record.ts";

/** Tags a not-finite number; negative zero becomes zero, as JSON would have it. */
export function toJsonNumber(value: number): JsonNumber {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "Infinity";
  if (value === -Infinity) return "-Infinity";
  return value === 0 ? 0 : value;
}

/** The number behind a tag. */
export function fromJsonNumber(value: JsonNumber): number {
  return Number(value);
}
