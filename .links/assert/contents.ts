import { AssertionError } from "./assertion_error.ts";
import { difference, show, suffix } from "./describe.ts";
import { equal } from "./equal.ts";

/** An array or a typed array. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** Asserts that every element of `expected` deeply equals some element of `actual`. */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const have = Array.from(actual);
  const missing = Array.from(expected).filter((item) => !have.some((other) => equal(item, other)));
  if (missing.length === 0) return;
  throw new AssertionError(
    `Expected actual: "${show(actual)}" to include: "${show(expected)}"${suffix(msg)}\nmissing: ${
      show(missing)
    }`,
  );
}

/** Asserts that `actual` contains the string `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to contain: "${expected}"${suffix(msg)}`,
  );
}

/** Asserts that the pattern matches `actual`. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (expected.test(actual)) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to match: "${expected}"${suffix(msg)}`,
  );
}

/** Asserts that the pattern does not match `actual`. */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (!expected.test(actual)) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to not match: "${expected}"${suffix(msg)}`,
  );
}

/** Asserts that `actual` has every property of `expected`, at every depth; further properties of `actual` are ignored. */
export function assertObjectMatch(
  actual: Record<PropertyKey, unknown>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  const common = pick(actual, expected);
  if (equal(common, expected)) return;
  throw new AssertionError(
    `Values are not equal${suffix(msg)}\n${difference(common, expected)}`,
  );
}

/** The part of `actual` that `expected` names; arrays keep their own length. */
function pick(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((item, i) => i < expected.length ? pick(item, expected[i]) : item);
  }
  if (!isPlain(actual) || !isPlain(expected)) return actual;
  return Object.fromEntries(
    Reflect.ownKeys(expected).filter((key) => key in actual)
      .map((key) => [key, pick(actual[key], expected[key])]),
  );
}

function isPlain(value: unknown): value is Record<PropertyKey, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
