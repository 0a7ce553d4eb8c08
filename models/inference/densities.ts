/**
 * Log-densities and KL divergences of diagonal Gaussians and Bernoulli variables, in nats.
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

/** KL[q ‖ p] of diagonal Gaussians over the last axis: (…, d) → (…). Shapes broadcast. */
export function gaussianKl(q: DiagonalGaussian, p: DiagonalGaussian): tf.Tensor {
  const difference = tf.sub(q.logVariance, p.logVariance);
  const squared = tf.mul(tf.square(tf.sub(q.mean, p.mean)), tf.exp(tf.neg(p.logVariance)));
  const terms = tf.sub(tf.add(tf.exp(difference), squared), tf.add(difference, 1));
  return tf.mul(tf.sum(terms, -1), 0.5);
}

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
