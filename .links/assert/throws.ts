import { AssertionError } from "./assertion_error.ts";
import { show, suffix } from "./describe.ts";

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
