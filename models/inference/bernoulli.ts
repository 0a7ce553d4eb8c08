/**
 * Bernoulli likelihood of grey values.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** Added inside both logarithms, as the released code of ODE2VAE does. */
export const BERNOULLI_EPSILON = 1e-5;

/**
 * x log(ε + p) + (1 − x) log(ε + 1 − p), element-wise, in nats. Grey values x in [0, 1] are taken as probabilities, as
 * usual for MNIST, so this is a cross-entropy and no normalised density.
 *
 * @param x observed values
 * @param p probabilities, same shape
 */
export function bernoulliLogLikelihood(x: tf.Tensor, p: tf.Tensor): tf.Tensor {
  const logOn = tf.log(tf.add(p, BERNOULLI_EPSILON));
  const logOff = tf.log(tf.sub(1 + BERNOULLI_EPSILON, p));
  // x logOn + (1 - x) logOff with one multiplication.
  return tf.add(logOff, tf.mul(x, tf.sub(logOn, logOff)));
}
