/**
 * Parsers of JSON values: each takes a value and what an error calls it, and returns the value with its type or throws a
 * SyntaxError of one line. Those of objects and lists are made from those of their parts.
 *
 * @module
 */
import type { JsonNumber } from "../../models/training/json_number.ts";
import { MOST_COORDINATE, MOST_ITEMS, MOST_NAME, MOST_TEXT } from "./limits.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A parser; `where` is what an error calls the value, e.g. `curves[2].x`. */
export type Parser<T> = (value: unknown, where: string) => T;

/** Throws the SyntaxError "WHERE must be CONSTRAINT, is VALUE". */
export function refuse(where: string, constraint: string, value: unknown): never {
  const shown = value === undefined ? "absent" : (JSON.stringify(value) ?? String(value));
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
  throw new SyntaxError(`${where} must be ${constraint}, is ${short}`);
}

/** Throws the SyntaxError "WHERE must have at most MOST THINGS, has COUNT". */
export function refuseSize(where: string, things: string, most: number, count: number): never {
  throw new SyntaxError(`${where} must have at most ${most} ${things}, has ${count}`);
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
  const text = typeof value === "string" ? value : refuse(where, "a string", value);
  if (text.length > MOST_TEXT) refuseSize(where, "characters", MOST_TEXT, text.length);
  return text;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** A name that is part of the names of files and pages: no separator of folders, no leading dot, nothing to escape. */
export function asName(value: unknown, where: string): string {
  const name = asString(value, where);
  if (!NAME.test(name)) refuse(where, `a name as ${NAME.source}`, name);
  if (name.length > MOST_NAME) refuseSize(where, "characters", MOST_NAME, name.length);
  return name;
}

/** True or false. */
export function asBoolean(value: unknown, where: string): boolean {
  return typeof value === "boolean" ? value : refuse(where, "true or false", value);
}

/** A finite number; negative zero becomes zero, as canonical JSON has it. */
export function asFinite(value: unknown, where: string): number {
  return typeof value === "number" && Number.isFinite(value)
    ? value + 0
    : refuse(where, "a number", value);
}

/** A finite number that can be drawn. */
export function asCoordinate(value: unknown, where: string): number {
  const at = asFinite(value, where);
  return Math.abs(at) <= MOST_COORDINATE
    ? at
    : refuse(where, `between -${MOST_COORDINATE} and ${MOST_COORDINATE}`, at);
}

/** A finite number above 0. */
export function asPositive(value: unknown, where: string): number {
  return asFinite(value, where) > 0 ? value as number : refuse(where, "> 0", value);
}

/** A whole number from 0. */
export function asCount(value: unknown, where: string): number {
  return Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number) + 0
    : refuse(where, "a whole number >= 0", value);
}

/** A number or the tag of a not-finite one. */
export function asJsonNumber(value: unknown, where: string): JsonNumber {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return value;
  return typeof value === "number" && Number.isFinite(value)
    ? value + 0
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
  const entries = Object.entries(asObject(value, where));
  if (entries.length > MOST_ITEMS) refuseSize(where, "settings", MOST_ITEMS, entries.length);
  return Object.fromEntries(
    entries.map(([name, setting]) => {
      const key = asString(name, `a name in ${where}`);
      const at = `${where}.${key}`;
      if (typeof setting === "boolean") return [key, setting];
      return [key, typeof setting === "string" ? asString(setting, at) : asFinite(setting, at)];
    }),
  );
}

/** The parser of one of the choices. */
export function oneOf<T extends string>(...choices: readonly T[]): Parser<T> {
  return (value, where) => asOneOf(value, choices, where);
}

/** The parser of a list. @param least Fewest items. @param most Most items, which are counted before any is read. */
export function listOf<T>(item: Parser<T>, least = 0, most = MOST_ITEMS): Parser<T[]> {
  return (value, where) => {
    const list = asArray(value, where);
    if (list.length > most) refuseSize(where, "items", most, list.length);
    const items = list.map((part, i) => item(part, `${where}[${i}]`));
    return items.length >= least
      ? items
      : refuse(where, `a list of at least ${least}`, items.length === 0 ? [] : items);
  };
}

/** The parser of a list of which no two items have one name. */
export function namedListOf<T extends { readonly name: string }>(
  item: Parser<T>,
  most = MOST_ITEMS,
): Parser<T[]> {
  const parse = listOf(item, 0, most);
  return (value, where) => {
    const items = parse(value, where);
    items.forEach(({ name }, i) => {
      const first = items.findIndex((other) => other.name === name);
      if (first < i) refuse(`${where}[${i}].name`, `another than that of ${where}[${first}]`, name);
    });
    return items;
  };
}

/** The parser of a field that may be absent; {@link fields} then leaves it out. */
export function optional<T>(parse: Parser<T>): Parser<T> {
  return (value, where) => value === undefined ? undefined as T : parse(value, where);
}

/**
 * The parser of an object with these fields; others are dropped.
 *
 * @param parsers The parser of each field, {@link optional} for those that may be absent.
 * @param check Looks at the fields together; throws by {@link refuse}.
 */
export function fields<T extends object>(
  parsers: { readonly [K in keyof T]-?: Parser<T[K]> },
  check?: (parsed: T, where: string) => void,
): Parser<T> {
  return (value, where) => {
    const object = asObject(value, where);
    const entries = Object.entries<Parser<unknown>>(parsers)
      .map(([key, parse]) => [key, parse(object[key], `${where}.${key}`)] as const)
      .filter(([, parsed]) => parsed !== undefined);
    const parsed = Object.fromEntries(entries) as T;
    check?.(parsed, where);
    return parsed;
  };
}

/** Throws unless a list is as long as it must be. @param rule E.g. "as many values as x". */
export function checkLength(list: ArrayLike<unknown>, length: number, where: string, rule: string) {
  if (list.length !== length) {
    throw new SyntaxError(`${where} must have ${rule}, ${length}, has ${list.length}`);
  }
}
