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

/** What holds the numbers of each element type on the host. */
export const arrayTypes = { float32: Float32Array, int32: Int32Array } as const;

/**
 * The tensor called `name`.
 *
 * @throws RangeError when the tree has no such name
 */
export function parameter(tree: Tensors, name: string): Tensor {
  const tensor = tree[name];
  if (tensor === undefined) {
    throw new RangeError(
      `Cannot read tensor "${name}": it must be one of ${Object.keys(tree).join(", ") || "(none)"}`,
    );
  }
  return tensor;
}
