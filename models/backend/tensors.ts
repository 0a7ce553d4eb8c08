/**
 * Named arrays: tensors inside a traced function, plain arrays outside.
 *
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core";

/** Named tensors; a parameter tree is flat, with `/` in its names: `positionEncoder/conv1/kernel`. */
export type Tensors = { readonly [name: string]: Tensor };

/** A dense array on the host, row-major. */
export interface HostArray {
  /** Lengths of the axes; [] for a scalar. */
  readonly shape: readonly number[];
  /** As many numbers as the shape says, the last axis fastest. */
  readonly data: Float32Array | Int32Array;
}

/** Named host arrays: inputs and outputs of a compiled step. */
export type HostArrays = { readonly [name: string]: HostArray };

/** The host array type of each element type. */
export const arrayTypes = { float32: Float32Array, int32: Int32Array } as const;

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The record with each value replaced by `f` of it, in the same order. */
export function mapValues<T, U>(
  record: { readonly [name: string]: T },
  f: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));
}

/** Those named things whose names begin with a prefix. */
export function startingWith<T>(
  prefix: string,
  named: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(named).filter(([name]) => name.startsWith(prefix)));
}

/** The part of named things under a prefix, without it. */
export function under<T>(
  prefix: string,
  named: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(startingWith(prefix, named))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** Named things with a prefix before each name. */
export function prefixed<T>(
  prefix: string,
  named: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [prefix + name, value]),
  );
}

/** The tensor called `name`. @throws RangeError when the tree has no such name */
export function parameter(tree: Tensors, name: string): Tensor {
  const tensor = tree[name];
  if (tensor !== undefined) return tensor;
  throw new RangeError(
    `Cannot read tensor "${name}": it must be one of ${Object.keys(tree).join(", ") || "(none)"}`,
  );
}
