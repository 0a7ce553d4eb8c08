/**
 * Fully connected layers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";
import { parameter } from "./parameters.ts";

/** Element-wise non-linearity of a layer; `linear` is none. */
export type Activation = "linear" | "relu" | "tanh";

/** Applies an element-wise non-linearity; the shape stays. */
export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case "linear":
      return x;
    case "relu":
      return tf.relu(x);
    case "tanh":
      return tf.tanh(x);
  }
}

/** x (n, in) → activation(x · kernel + bias) (n, out), with kernel (in, out) and bias (out). */
export function affine(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor,
  activation: Activation = "linear",
): tf.Tensor {
  return activate(tf.add(tf.matMul(x, kernel), bias), activation); // (n, in) x (in, out) -> (n, out)
}

/**
 * The dense layer whose parameters are `NAME/kernel` (in, out) and `NAME/bias` (out): x (n, in) → (n, out).
 *
 * @throws RangeError when a parameter is missing
 */
export function dense(
  params: Tensors,
  name: string,
  x: tf.Tensor,
  activation: Activation = "linear",
): tf.Tensor {
  return affine(
    x,
    parameter(params, `${name}/kernel`),
    parameter(params, `${name}/bias`),
    activation,
  );
}
