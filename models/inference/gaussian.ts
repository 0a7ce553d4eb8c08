/**
 * Diagonal Gaussians, in nats.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** log 2π. */
export const LOG_2_PI: number = Math.log(2 * Math.PI);

/** A diagonal Gaussian over the last axis. */
export interface DiagonalGaussian {
  /** Mean (…, d). */
  readonly mean: tf.Tensor;
  /** Logarithm of the variance, same shape. */
  readonly logVariance: tf.Tensor;
}

/** log N(x; 0, I) over the last axis: (…, d) → (…). */
export function standardNormalLogDensity(x: tf.Tensor): tf.Tensor {
  const dimensions = x.shape[x.rank - 1]!;
  return tf.sub(tf.mul(tf.sum(tf.square(x), -1), -0.5), 0.5 * dimensions * LOG_2_PI);
}

/** log N(x; mean, diag exp(logVariance)) over the last axis: (…, d) → (…). Shapes broadcast. */
export function gaussianLogDensity(
  x: tf.Tensor,
  { mean, logVariance }: DiagonalGaussian,
): tf.Tensor {
  const dimensions = x.shape[x.rank - 1]!;
  const squared = tf.mul(tf.square(tf.sub(x, mean)), tf.exp(tf.neg(logVariance)));
  const sum = tf.sum(tf.add(squared, logVariance), -1);
  return tf.sub(tf.mul(sum, -0.5), 0.5 * dimensions * LOG_2_PI);
}

/** mean + exp(½ logVariance) · noise, with standard normal noise of the same shape. */
export function reparameterise(
  { mean, logVariance }: DiagonalGaussian,
  noise: tf.Tensor,
): tf.Tensor {
  return tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise));
}

/** KL[N(mean, diag exp(logVariance)) ‖ N(0, I)] over the last axis: (…, d) → (…). */
export function standardNormalKl({ mean, logVariance }: DiagonalGaussian): tf.Tensor {
  const terms = tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1));
  return tf.mul(tf.sum(terms, -1), 0.5);
}
