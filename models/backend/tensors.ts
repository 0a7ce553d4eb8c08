/**
 * The two kinds of named arrays of the suite: tensors inside a traced function, plain arrays outside.
 *
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core";

/** Named tensors; a parameter tree is flat, with `/` in its names: `positionEncoder/conv1/kernel`. */
export type Tensors = { readonly [name: string]: Tensor };

/** A dense array on the host, row-major. */
export interface HostArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Named host arrays: inputs and outputs of a compiled step. */
export type HostArrays = { readonly [name: string]: HostArray };
