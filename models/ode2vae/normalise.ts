/**
 * Batch normalisation by name: reads scale, offset and running statistics from flat trees.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { batchNorm } from "../nn/batch_norm.ts";

/**
 * Which statistics normalise: those of the batch, or the running ones. Training uses "batch"; evaluation uses "running"
 * unless asked otherwise.
 */
export type Statistics = "batch" | "running";

/** TensorFlow's settings in the released code. */
const BATCH_NORM = { decay: 0.9, epsilon: 1e-5 } as const;

/**
 * Normalises x (…, c) with `NAME/{scale,offset}` and the state `NAME/{mean,variance}`.
 *
 * @returns the result and the new state under the same two names
 */
export function normalise(
  params: Tensors,
  state: Tensors,
  name: string,
  x: tf.Tensor,
  statistics: Statistics,
): { readonly y: tf.Tensor; readonly state: Tensors } {
  const { y, state: next } = batchNorm(
    x,
    { scale: parameter(params, `${name}/scale`), offset: parameter(params, `${name}/offset`) },
    { mean: parameter(state, `${name}/mean`), variance: parameter(state, `${name}/variance`) },
    { training: statistics === "batch", ...BATCH_NORM },
  );
  return { y, state: { [`${name}/mean`]: next.mean, [`${name}/variance`]: next.variance } };
}
