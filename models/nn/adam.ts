/**
 * Adam (Kingma and Ba 2015) as a pure function that can be part of a compiled step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type HostArrays, parameter, type Tensors } from "../backend/tensors.ts";

/** Decay rates and the constant that keeps the denominator from zero. */
export interface AdamSettings {
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
}

/** The usual settings. */
export const ADAM_DEFAULTS: AdamSettings = Object.freeze({
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
});

/** First and second moments, each one vector (n) over all parameters in the order of their sorted names. */
export type AdamMoments = { readonly m: tf.Tensor; readonly v: tf.Tensor };

/** Zero moments for the given parameters. */
export function initAdam(
  params: HostArrays,
): HostArrays & { readonly [K in "m" | "v"]: HostArrays[string] } {
  const count = Object.values(params).reduce((sum, { data }) => sum + data.length, 0);
  const zeros = () => ({ shape: [count], data: new Float32Array(count) });
  return { m: zeros(), v: zeros() };
}

/**
 * The step size with both bias corrections, α √(1 − β₂ᵗ) / (1 − β₁ᵗ): computed on the host in double precision, since
 * 1 − β₂ᵗ loses half its digits in single precision at small t.
 *
 * @param learningRate α
 * @param step t, 1 for the first update
 * @throws RangeError when the step is not a positive integer
 */
export function adamRate(
  learningRate: number,
  step: number,
  { beta1, beta2 }: AdamSettings = ADAM_DEFAULTS,
): number {
  if (!Number.isInteger(step) || step < 1) {
    throw new RangeError(`Cannot correct Adam's bias: step must be an integer >= 1, is ${step}`);
  }
  return learningRate * Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
}

/**
 * One update by TensorFlow's formula (the one before section 2.1 of the paper, with "ε hat"): θ −= rate · m / (√v + ε),
 * where `rate` holds both bias corrections. The paper's Algorithm 1 adds ε after correcting v instead; at ε = 1e-8 the
 * two differ only where gradients vanish.
 *
 * Works on one concatenated vector, so that the number of operations does not grow with the number of parameters
 * beyond one reshape and one slice each.
 *
 * @param grads one gradient a parameter, same names and shapes
 * @param rate scalar tensor, see {@link adamRate}
 */
export function adamUpdate(
  params: Tensors,
  grads: Tensors,
  moments: AdamMoments,
  rate: tf.Tensor,
  { beta1, beta2, epsilon }: AdamSettings = ADAM_DEFAULTS,
): { readonly params: Tensors; readonly moments: AdamMoments } {
  const names = Object.keys(params).sort();
  const gradient = tf.concat(names.map((name) => tf.reshape(parameter(grads, name), [-1]))); // (n)
  const m = tf.add(tf.mul(moments.m, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(moments.v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const change = tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), epsilon))); // (n)
  let offset = 0;
  const updated = names.map((name) => {
    const value = parameter(params, name);
    const part = tf.slice(change, [offset], [value.size]);
    offset += value.size;
    return [name, tf.sub(value, tf.reshape(part, value.shape))] as const;
  });
  return { params: Object.fromEntries(updated), moments: { m, v } };
}
