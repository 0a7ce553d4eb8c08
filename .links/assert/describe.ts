import { AssertionError as NodeAssertionError } from "node:assert";
import { inspect } from "node:util";

/** A value in one line, for a message. */
export function show(value: unknown): string {
  return inspect(value, {
    depth: 4,
    breakLength: Infinity,
    maxArrayLength: 20,
  });
}

/** `: msg` where a caller gave one, as every message of `@std/assert` ends. */
export function suffix(msg: string | undefined): string {
  return msg === undefined ? "." : `: ${msg}`;
}

/** Line-by-line difference of two values, drawn by `node:assert`. */
export function difference(actual: unknown, expected: unknown): string {
  return new NodeAssertionError({
    actual,
    expected,
    operator: "deepStrictEqual",
  }).message;
}
