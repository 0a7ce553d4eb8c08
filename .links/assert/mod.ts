/**
 * The part of `@std/assert` that the suite uses, under the same names and signatures. It stands in where JSR cannot be
 * reached; without `links` in deno.json the original takes its place.
 *
 * @module
 */
import { AssertionError as NodeAssertionError } from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";

/** Thrown when an assertion fails; same name and constructor as in `@std/assert`. */
export class AssertionError extends Error {
  /** Constructs the error from its message and, optionally, its cause. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** A value in one line, for a message. */
function show(value: unknown): string {
  return inspect(value, {
    depth: 4,
    breakLength: Infinity,
    maxArrayLength: 20,
  });
}

/** `: msg` where a caller gave one, as every message of `@std/assert` ends. */
function suffix(msg: string | undefined): string {
  return msg === undefined ? "." : `: ${msg}`;
}

/** Line-by-line difference of two values, drawn by `node:assert`. */
function difference(actual: unknown, expected: unknown): string {
  return new NodeAssertionError({
    actual,
    expected,
    operator: "deepStrictEqual",
  }).message;
}

type Pair = readonly [object, object];

/**
 * Deep structural equality with the rules of `@std/assert`: `NaN` equals `NaN`, 0 equals -0, constructors must agree
 * (a null prototype counts as `Object`), and an absent property differs from an undefined one.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, []);
}

function compare(a: unknown, b: unknown, open: readonly Pair[]): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (
    typeof a !== "object" || typeof b !== "object" || a === null || b === null
  ) return false;
  // A pair that is already being compared further up closes a cycle: it differs only if something else does.
  if (open.some(([x, y]) => x === a && y === b)) return true;
  const inner: readonly Pair[] = [...open, [a, b]];
  if (kind(a) !== kind(b)) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return equalViews(a, b);
  if (a instanceof Set && b instanceof Set) {
    return a.size === b.size &&
      [...a].every((x) => b.has(x) || [...b].some((y) => compare(x, y, inner)));
  }
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size &&
      [...a].every(([key, value]) =>
        b.has(key)
          ? compare(value, b.get(key), inner)
          : [...b].some(([k, v]) => compare(key, k, inner) && compare(value, v, inner))
      );
  }
  if (a instanceof Error && b instanceof Error && a.message !== b.message) {
    return false;
  }
  const isOpaque = a instanceof Date || a instanceof RegExp ||
    a instanceof URL ||
    a instanceof Number || a instanceof String || a instanceof Boolean ||
    a instanceof ArrayBuffer || a instanceof WeakMap || a instanceof WeakSet ||
    a instanceof WeakRef || a instanceof Promise;
  if (isOpaque) {
    return a instanceof URL && b instanceof URL ? a.href === b.href : isDeepStrictEqual(a, b);
  }
  const keys = Reflect.ownKeys(a).filter((key) => isEnumerable(a, key));
  return (!Array.isArray(a) || a.length === (b as unknown[]).length) &&
    keys.length ===
      Reflect.ownKeys(b).filter((key) => isEnumerable(b, key)).length &&
    keys.every((key) =>
      isEnumerable(b, key) &&
      compare(Reflect.get(a, key), Reflect.get(b, key), inner)
    );
}

function isEnumerable(object: object, key: PropertyKey): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, key);
}

function kind(object: object): unknown {
  const constructor: unknown = Reflect.get(object, "constructor");
  return typeof constructor === "function" ? constructor : Object;
}

function equalViews(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  if (a instanceof DataView || b instanceof DataView) {
    return isDeepStrictEqual(a, b);
  }
  const x = a as Float64Array;
  const y = b as Float64Array;
  for (let i = 0; i < x.length; i++) {
    if (!(x[i] === y[i] || (Number.isNaN(x[i]) && Number.isNaN(y[i])))) {
      return false;
    }
  }
  return true;
}

/** Asserts that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts deep equality of `actual` and `expected`. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `Values are not equal${suffix(msg)}\n${difference(actual, expected)}`,
  );
}

/** Asserts that `actual` and `expected` are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  throw new AssertionError(
    `Expected actual: ${show(actual)} not to be: ${show(expected)}${suffix(msg)}`,
  );
}

/** A class, abstract or not, that takes any arguments. */
// `never[]` accepts every parameter list, which `unknown[]` would not.
export type AnyConstructor = abstract new (...args: never[]) => unknown;

/** Asserts that `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  throw new AssertionError(
    `Expected object to be an instance of "${expectedType.name}" but was ${show(actual)}${
      suffix(msg || undefined)
    }`,
  );
}

/**
 * Asserts that two numbers differ by at most `tolerance`, by default 1e-7 of the expected magnitude (and 1e-7 where
 * that is 0).
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const limit = tolerance ??
    (Number.isFinite(expected) && expected !== 0 ? Math.abs(expected * 1e-7) : 1e-7);
  const delta = Math.abs(expected - actual);
  if (delta <= limit) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to be close to "${expected}": delta "${delta}" is greater than "${limit}"${
      suffix(msg)
    }`,
  );
}

/** Asserts that `actual` is less than `expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (actual < expected) return;
  throw new AssertionError(
    `Expect ${show(actual)} < ${show(expected)}${suffix(msg)}`,
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

/** A class of errors, abstract or not. */
// `never[]` accepts every parameter list, which `unknown[]` would not.
export type ErrorConstructorLike<E extends Error> = abstract new (
  ...args: never[]
) => E;

/** Asserts that `error` is an error of the class, with the text or pattern in its message. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ErrorConstructorLike<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    throw new AssertionError(
      `Expected "error" to be an Error object${suffix(msg)} Got ${show(error)}`,
    );
  }
  if (ErrorClass !== undefined && !(error instanceof ErrorClass)) {
    throw new AssertionError(
      `Expected error to be instance of "${ErrorClass.name}", but was "${error.constructor.name}"${
        suffix(msg)
      }`,
      { cause: error },
    );
  }
  const isFound = msgMatches === undefined ||
    (typeof msgMatches === "string"
      ? error.message.includes(msgMatches)
      : msgMatches.test(error.message));
  if (!isFound) {
    throw new AssertionError(
      `Expected error message to include ${show(msgMatches)}, but got ${show(error.message)}${
        suffix(msg)
      }`,
      { cause: error },
    );
  }
}

/** Asserts that `fn` throws, and returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that `fn` throws an error of the class whose message includes the text, and returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructorLike<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: ErrorConstructorLike<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const note = typeof classOrMsg === "string" ? classOrMsg : msg;
  let thrown: unknown;
  try {
    fn();
  } catch (error) {
    thrown = error;
    if (typeof classOrMsg === "function") {
      assertIsError(error, classOrMsg, msgIncludes, note);
    }
    return thrown;
  }
  throw new AssertionError(`Expected function to throw${suffix(note)}`);
}

/** Asserts that the promise of `fn` rejects, and resolves to the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Asserts that the promise of `fn` rejects with an error of the class whose message includes the text. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructorLike<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorConstructorLike<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const note = typeof classOrMsg === "string" ? classOrMsg : msg;
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
    await promise;
  } catch (error) {
    // As in the original: a function that throws before it returns a promise does not reject.
    if (promise === undefined) {
      throw new AssertionError(
        `Function throws when expected to reject${suffix(note)}`,
        { cause: error },
      );
    }
    if (typeof classOrMsg === "function") {
      assertIsError(error, classOrMsg, msgIncludes, note);
    }
    return error;
  }
  throw new AssertionError(`Expected function to reject${suffix(note)}`);
}
