/**
 * Reading from a flat tree of named tensors.
 *
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";

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
