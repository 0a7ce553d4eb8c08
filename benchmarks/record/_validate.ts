/**
 * Checks of parsed JSON: each returns the value with its type, or throws a SyntaxError that says where it is wrong.
 *
 * @module
 */
import type { JsonNumber } from "./record.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

function refuse(where: string, constraint: string, value: unknown): never {
  const shown = value === undefined ? "absent" : (JSON.stringify(value) ?? String(value));
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
  throw new SyntaxError(`${where} must be ${constraint}: current value is ${short}`);
}

/** An object that is no array. */
export function asObject(value: unknown, where: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse(where, "an object", value);
  }
  return value as JsonObject;
}

/** An array. */
export function asArray(value: unknown, where: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(where, "an array", value);
}

/** A string. */
export function asString(value: unknown, where: string): string {
  return typeof value === "string" ? value : refuse(where, "a string", value);
}

/** A finite number. */
export function asFinite(value: unknown, where: string): number {
  return typeof value === "number" && Number.isFinite(value)
    ? value
    : refuse(where, "a number", value);
}

/** A whole number from 0. */
export function asCount(value: unknown, where: string): number {
  return Number.isSafeInteger(value) && (value as number) >= 0
    ? value as number
    : refuse(where, "a whole number >= 0", value);
}

/** A number or the tag of a not-finite one. */
export function asJsonNumber(value: unknown, where: string): JsonNumber {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return value;
  return typeof value === "number" && Number.isFinite(value)
    ? value
    : refuse(where, 'a number, "NaN", "Infinity" or "-Infinity"', value);
}

/** One of the choices. */
export function asOneOf<T extends string>(value: unknown, choices: readonly T[], where: string): T {
  const found = choices.find((choice) => choice === value);
  return found ?? refuse(where, `one of ${choices.join(", ")}`, value);
}

/** A SHA-256 in hex. */
export function asSha256(value: unknown, where: string): string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value)
    ? value
    : refuse(where, "64 hex digits", value);
}

/** Flat settings. */
export function asSettings(
  value: unknown,
  where: string,
): Record<string, number | string | boolean> {
  return Object.fromEntries(
    Object.entries(asObject(value, where)).map(([key, setting]) => [
      key,
      typeof setting === "string" || typeof setting === "boolean"
        ? setting
        : asFinite(setting, `${where}.${key}`),
    ]),
  );
}
