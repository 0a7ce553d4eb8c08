/**
 * tr(∂f/∂v) of any f by automatic differentiation: the references for the closed form. Both take the gradient of a
 * function of rows that do not depend on each other.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** z = (v, s) (n, 2q) → f (n, q), row by row. */
export type RowFunction = (z: tf.Tensor) => tf.Tensor;

/** The exact trace (n) by q reverse passes, as the released code takes it. */
export function autodiffTrace(f: RowFunction, z: tf.Tensor): tf.Tensor {
  const [rows, width] = z.shape as [number, number];
  const diagonal = Array.from({ length: width / 2 }, (_, i) => {
    const output = (z: tf.Tensor) => tf.sum(tf.slice(f(z), [0, i], [rows, 1]));
    return tf.slice(tf.grad(output)(z), [0, i], [rows, 1]); // ∂f_i/∂v_i
  });
  return tf.sum(tf.concat(diagonal, 1), 1);
}

/**
 * Hutchinson's estimate εᵀ (∂f/∂v) ε (n) by one reverse pass; its mean over ε with covariance I is the trace.
 *
 * @param noise ε (n, q)
 */
export function hutchinsonTrace(f: RowFunction, z: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  const product = tf.grad((z: tf.Tensor) => tf.sum(tf.mul(f(z), noise)))(z); // εᵀ ∂f/∂z: (n, 2q)
  const velocity = tf.slice(product, [0, 0], noise.shape);
  return tf.sum(tf.mul(velocity, noise), 1);
}
