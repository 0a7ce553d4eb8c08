/**
 * Batch normalisation with its running statistics as explicit state.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { detached } from "../backend/engine.ts";

/** Trainable scale and offset, each (c). */
export interface BatchNormParams {
  /** γ: factor of each channel (c). */
  readonly scale: Tensor;
  /** β: added to each channel (c). */
  readonly offset: Tensor;
}

/** Running mean and variance, each (c). */
export interface BatchNormState {
  /** Running mean of each channel (c). */
  readonly mean: Tensor;
  /** Running biased variance of each channel (c). */
  readonly variance: Tensor;
}

/** How to normalise. */
export interface BatchNormOptions {
  /** Batch statistics (true) or running statistics (false). */
  readonly training: boolean;
  /** Weight of the old running statistics, 0.9 in the released code. */
  readonly decay: number;
  /** Added to the variance, 1e-5 in the released code. */
  readonly epsilon: number;
}

const leading = (x: Tensor) => x.shape.slice(0, -1).map((_, axis) => axis);

/** y = x · gain + shift, channel by channel. */
const affine = (x: Tensor, gain: Tensor, shift: Tensor) => tf.add(tf.mul(x, gain), shift);

/**
 * Normalisation by batch statistics with its gradient in closed form: a third of the passes over the data that the
 * tape's gradient needs.
 *
 * @returns the normalised x, the batch mean (c) and the biased batch variance (c); only the first is differentiable
 */
function normaliseBatch(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  epsilon: number,
): { readonly y: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
  const axes = leading(x);
  // Detached: the closed form below contains the statistics' part of the gradient.
  const mean = detached(x, (values) => tf.mean(values, axes));
  // E x² - (E x)² saves a pass over x. Here the mean is of the order of the deviation, so that little precision is lost;
  // rounding below zero (a constant channel) is cut off.
  const variance = detached(x, (values) => {
    const squaredMean = tf.square(tf.mean(values, axes));
    return tf.maximum(tf.sub(tf.mean(tf.square(values), axes), squaredMean), 0);
  });
  const normalise = tf.customGrad((...args) => {
    type Arguments = [Tensor, Tensor, Tensor, Tensor, Tensor, tf.GradSaveFunc];
    const [x, scale, offset, mean, variance, save] = args as unknown as Arguments;
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const gain = tf.mul(scale, inverseDeviation);
    const value = affine(x, gain, tf.sub(offset, tf.mul(mean, gain)));
    save([x, mean, inverseDeviation, gain]);
    const gradFunc = (dy: Tensor | Tensor[], saved: Tensor[]) => {
      const [x, mean, inverseDeviation, gain] = saved as [Tensor, Tensor, Tensor, Tensor];
      const upstream = dy as Tensor;
      const count = x.size / mean.size;
      const dOffset = tf.sum(upstream, axes);
      // Σ dy · x̂ with x̂ = (x - mean) / deviation
      const dScale = tf.mul(
        inverseDeviation,
        tf.sub(tf.sum(tf.mul(upstream, x), axes), tf.mul(mean, dOffset)),
      );
      // dx = gain · (dy - mean(dy) - x̂ · mean(dy · x̂)): the factor last, so that a convolution merges it into its kernel.
      const slope = tf.neg(tf.mul(inverseDeviation, tf.div(dScale, count)));
      const constant = tf.neg(tf.add(tf.div(dOffset, count), tf.mul(slope, mean)));
      const dx = tf.mul(tf.add(upstream, affine(x, slope, constant)), gain);
      return [dx, dScale, dOffset, tf.zerosLike(mean), tf.zerosLike(mean)];
    };
    return { value, gradFunc };
  });
  return { y: normalise(x, scale, offset, mean, variance), mean, variance };
}

/**
 * Batch normalisation over all axes but the last.
 *
 * @param x (…, c)
 * @returns the normalised x and the next running statistics (the old ones when not training)
 */
export function batchNorm(
  x: Tensor,
  params: BatchNormParams,
  state: BatchNormState,
  options: BatchNormOptions,
): { readonly y: Tensor; readonly state: BatchNormState } {
  const { training, decay, epsilon } = options;
  if (!training) {
    const gain = tf.mul(params.scale, tf.rsqrt(tf.add(state.variance, epsilon)));
    return { y: affine(x, gain, tf.sub(params.offset, tf.mul(state.mean, gain))), state };
  }
  const { y, mean, variance } = normaliseBatch(x, params.scale, params.offset, epsilon);
  const follow = (running: Tensor, batch: Tensor) =>
    tf.add(tf.mul(running, decay), tf.mul(batch, 1 - decay));
  return {
    y,
    state: { mean: follow(state.mean, mean), variance: follow(state.variance, variance) },
  };
}
