/**
 * Named arrays of a training: how a step's inputs and outputs are called, and how they go into a checkpoint and back.
 *
 * @module
 */
import type { HostArrays } from "../backend/tensors.ts";
import type { CheckpointArrays } from "./method.ts";

export { prefixed, under } from "../backend/tensors.ts";

/** Prefixes of what a step takes and gives back: parameters, batch-norm state, the optimiser's state, loss terms. */
export const PREFIXES = {
  params: "params/",
  state: "state/",
  optimiser: "optimiser/",
  terms: "terms/",
} as const;

/** Shapes of arrays, as a compilation takes them. */
export function shapesOf(arrays: HostArrays): Record<string, { shape: readonly number[] }> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape }]) => [name, { shape }]),
  );
}

/** Number of values of all arrays together. */
export function valueCount(arrays: HostArrays): number {
  return Object.values(arrays).reduce((sum, { data }) => sum + data.length, 0);
}

/** Arrays one after the other. */
export function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Parameters and batch-norm state without the optimiser's, which no prediction needs. */
export function withoutOptimiser(arrays: HostArrays): HostArrays {
  return Object.fromEntries(
    Object.entries(arrays).filter(([name]) => !name.startsWith(PREFIXES.optimiser)),
  );
}

/** Copies of arrays for a checkpoint, each under its name after a prefix. */
export function namedCopies(arrays: HostArrays, prefix = ""): CheckpointArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data }]) => [prefix + name, data.slice()]),
  );
}

/**
 * Checks arrays of a checkpoint.
 *
 * @param like What each must have the type and length of, by its name; others may be there too.
 * @throws RangeError when an array is not there, or has another length or type
 */
export function checkArrays(arrays: CheckpointArrays, like: CheckpointArrays): void {
  for (const [name, expected] of Object.entries(like)) {
    const found = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
    if (found?.length === expected.length && found.constructor === expected.constructor) continue;
    const words = (array: typeof expected) => `${array.length} values of ${array.constructor.name}`;
    throw new RangeError(
      `Cannot restore a checkpoint: ${name} must have ${words(expected)}, has ${
        found === undefined ? "none" : words(found)
      }`,
    );
  }
}

/**
 * What {@link namedCopies} gave, copied back.
 *
 * @param like Names and shapes.
 * @throws RangeError when an array is not there, or has another length or type
 */
export function takeArrays(arrays: CheckpointArrays, like: HostArrays, prefix = ""): HostArrays {
  const expected = Object.entries(like).map(([name, { data }]) => [prefix + name, data]);
  checkArrays(arrays, Object.fromEntries(expected));
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape }]) => {
      const data = arrays[prefix + name] as Float32Array | Int32Array;
      return [name, { shape, data: data.slice() }];
    }),
  );
}

/** Double-precision values of a checkpoint. @throws RangeError when they are not there */
export function takeNumbers(
  arrays: CheckpointArrays,
  name: string,
  length: number,
): Float64Array {
  const values = arrays[name];
  if (!(values instanceof Float64Array) || values.length !== length) {
    throw new RangeError(
      `Cannot restore a checkpoint: ${name} must have ${length} double-precision values, has ` +
        `${values?.length ?? "none"}`,
    );
  }
  return values;
}
