/**
 * Optimisers as pure functions that can be part of a compiled step.
 *
 * Each works on one vector of all parameters in the order of their sorted names, so that the number of operations does
 * not grow with the number of parameters beyond one reshape and one slice each.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { parameter } from "../backend/tensors.ts";

/** How gradients become new parameters. */
export interface Optimiser {
  /** State before the first step: vectors (n) over all parameters, by name. */
  initial(params: HostArrays): HostArrays;
  /**
   * The step size as the step takes it, computed on the host in double precision.
   *
   * @param step 1 for the first update
   * @throws RangeError when the step is not a positive integer
   */
  rate(learningRate: number, step: number): number;
  /**
   * One update.
   *
   * @param gradients one gradient a parameter, same names and shapes
   * @param rate scalar, see {@link rate}
   */
  update(
    params: Tensors,
    gradients: Tensors,
    state: Tensors,
    rate: tf.Tensor,
  ): { readonly params: Tensors; readonly state: Tensors };
}

/** Decay rates of Adam and the constant that keeps the denominator from zero. */
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

/**
 * Adam's step size with both bias corrections, α √(1 − β₂ᵗ) / (1 − β₁ᵗ): on the host in double precision, since 1 − β₂ᵗ
 * loses half its digits in single precision at small t.
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
  checkStep(step);
  return learningRate * Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
}

/**
 * Adam (Kingma and Ba 2015) by TensorFlow's formula (the one before section 2.1 of the paper, with "ε hat"): θ −= rate · m
 * / (√v + ε), where `rate` holds both bias corrections. The paper's Algorithm 1 adds ε after correcting v instead; at
 * ε = 1e-8 the two differ only where gradients vanish.
 */
export function adam(settings: AdamSettings = ADAM_DEFAULTS): Optimiser {
  const { beta1, beta2, epsilon } = settings;
  return {
    initial: (params) => zeros(params, ["m", "v"]),
    rate: (learningRate, step) => adamRate(learningRate, step, settings),
    update(params, gradients, state, rate) {
      const gradient = flat(params, gradients); // (n)
      const m = tf.add(tf.mul(parameter(state, "m"), beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(
        tf.mul(parameter(state, "v"), beta2),
        tf.mul(tf.square(gradient), 1 - beta2),
      );
      const change = tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), epsilon))); // (n)
      return { params: subtract(params, change), state: { m, v } };
    },
  };
}

/**
 * Stochastic gradient descent with momentum: b = µ b + g; θ −= rate · b, or with Nesterov's look-ahead rate · (g + µ b).
 *
 * @param momentum µ, 0 for none
 */
export function sgd(momentum = 0, { nesterov = false }: { nesterov?: boolean } = {}): Optimiser {
  return {
    initial: (params) => momentum === 0 ? {} : zeros(params, ["momentum"]),
    rate: plainRate,
    update(params, gradients, state, rate) {
      const gradient = flat(params, gradients);
      if (momentum === 0) return { params: subtract(params, tf.mul(rate, gradient)), state: {} };
      const buffer = tf.add(tf.mul(parameter(state, "momentum"), momentum), gradient);
      const direction = nesterov ? tf.add(gradient, tf.mul(buffer, momentum)) : buffer;
      return {
        params: subtract(params, tf.mul(rate, direction)),
        state: { momentum: buffer },
      };
    },
  };
}

/** Settings of {@link rmsprop}. */
export interface RmspropSettings {
  /** Decay of the mean square. */
  readonly decay: number;
  /** µ, 0 for none. */
  readonly momentum: number;
  /** Added to the root of the mean square. */
  readonly epsilon: number;
}

/**
 * RMSprop (Hinton's lecture 6e) as PyTorch has it: v = ρ v + (1 − ρ) g²; b = µ b + g / (√v + ε); θ −= rate · b. TensorFlow
 * adds ε within the root.
 */
export function rmsprop(
  { decay, momentum, epsilon }: RmspropSettings = { decay: 0.99, momentum: 0, epsilon: 1e-8 },
): Optimiser {
  const names = momentum === 0 ? ["v"] : ["v", "momentum"];
  return {
    initial: (params) => zeros(params, names),
    rate: plainRate,
    update(params, gradients, state, rate) {
      const gradient = flat(params, gradients);
      const v = tf.add(
        tf.mul(parameter(state, "v"), decay),
        tf.mul(tf.square(gradient), 1 - decay),
      );
      const scaled = tf.div(gradient, tf.add(tf.sqrt(v), epsilon));
      if (momentum === 0) return { params: subtract(params, tf.mul(rate, scaled)), state: { v } };
      const buffer = tf.add(tf.mul(parameter(state, "momentum"), momentum), scaled);
      return {
        params: subtract(params, tf.mul(rate, buffer)),
        state: { v, momentum: buffer },
      };
    },
  };
}

/** Settings of {@link centredRmsprop}. */
export interface CentredRmspropSettings extends RmspropSettings {
  /** λ, how much of a parameter is added to its gradient's numerator; 0 for none. */
  readonly weightDecay: number;
}

/**
 * RMSprop that divides by the gradient's standard deviation, ε within the root (Graves 2013, TensorFlow's `centered`), with
 * weight decay that is not part of the moments: v = ρ v + (1 − ρ) g²; m = ρ m + (1 − ρ) g; b = µ b + (g + λ θ) /
 * √(v − m² + ε); θ −= rate · b.
 */
export function centredRmsprop(
  { decay, momentum, epsilon, weightDecay }: CentredRmspropSettings,
): Optimiser {
  return {
    initial: (params) => zeros(params, ["m", "v", "momentum"]),
    rate: plainRate,
    update(params, gradients, state, rate) {
      const gradient = flat(params, gradients);
      const mean = (name: string, value: tf.Tensor) =>
        tf.add(tf.mul(parameter(state, name), decay), tf.mul(value, 1 - decay));
      const m = mean("m", gradient);
      const v = mean("v", tf.square(gradient));
      // Rounding makes the variance of a constant gradient negative.
      const variance = tf.relu(tf.sub(v, tf.square(m)));
      const numerator = tf.add(gradient, tf.mul(flat(params, params), weightDecay));
      const buffer = tf.add(
        tf.mul(parameter(state, "momentum"), momentum),
        tf.div(numerator, tf.sqrt(tf.add(variance, epsilon))),
      );
      return { params: subtract(params, tf.mul(rate, buffer)), state: { m, v, momentum: buffer } };
    },
  };
}

/**
 * An optimiser of gradients whose norm over all parameters is at most `norm`: longer ones are scaled by norm / (‖g‖ +
 * 1e-6), as PyTorch's `clip_grad_norm_` does.
 */
export function clipped(optimiser: Optimiser, norm: number): Optimiser {
  return {
    ...optimiser,
    update(params, gradients, state, rate) {
      const length = tf.sqrt(tf.sum(tf.square(flat(params, gradients))));
      const scale = tf.minimum(1, tf.div(norm, tf.add(length, 1e-6)));
      const scaled = Object.entries(gradients).map(([name, g]) => [name, tf.mul(g, scale)]);
      return optimiser.update(params, Object.fromEntries(scaled), state, rate);
    },
  };
}

function checkStep(step: number): void {
  if (!Number.isInteger(step) || step < 1) {
    throw new RangeError(
      `Cannot take an optimiser step: its number must be an integer >= 1, is ${step}`,
    );
  }
}

function plainRate(learningRate: number, step: number): number {
  checkStep(step);
  return learningRate;
}

function zeros(params: HostArrays, names: readonly string[]): HostArrays {
  const count = Object.values(params).reduce((sum, { data }) => sum + data.length, 0);
  return Object.fromEntries(
    names.map((name) => [name, { shape: [count], data: new Float32Array(count) }]),
  );
}

/** All gradients as one vector (n), in the order of the sorted names. */
function flat(params: Tensors, gradients: Tensors): tf.Tensor {
  const names = Object.keys(params).sort();
  return tf.concat(names.map((name) => tf.reshape(parameter(gradients, name), [-1])));
}

/** θ − change, where the change is one vector (n). */
function subtract(params: Tensors, change: tf.Tensor): Tensors {
  let offset = 0;
  const updated = Object.keys(params).sort().map((name) => {
    const value = parameter(params, name);
    const part = tf.slice(change, [offset], [value.size]);
    offset += value.size;
    return [name, tf.sub(value, tf.reshape(part, value.shape))] as const;
  });
  return Object.fromEntries(updated);
}
