/**
 * Neural variational inference and learning (NVIL, Mnih and Gregor 2014) of the network's bound.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { detached } from "../backend/engine.ts";
import { type HostArrays, parameter, type Tensors } from "../backend/tensors.ts";
import type { LossFunction } from "../training/network_training.ts";
import { baseline, boundTerms, recognise, type States } from "./network.ts";
import type { DtsbnModel } from "./settings.ts";

/** Running mean and variance of the learning signal, before the first step. */
export const SIGNAL_STATE: HostArrays = Object.freeze({
  signalMean: { shape: [], data: new Float32Array(1) },
  signalVariance: { shape: [], data: new Float32Array(1) },
});

/** States of frames by the recognition network, as constants. */
function sampledStates(
  params: Tensors,
  frames: tf.Tensor,
  uniform: tf.Tensor,
  model: DtsbnModel,
): States {
  const { hiddenUnits, topUnits } = model;
  const sampled = detached(frames, (constant) => {
    const { hidden, top } = recognise(params, constant, uniform, model);
    return tf.concat([hidden, top], 2);
  });
  const [hidden, top] = tf.split(sampled, [hiddenUnits, topUnits], 2);
  return { hidden: hidden!, top: top! };
}

/**
 * A function whose gradient is NVIL's estimate of that of the negative bound per frame; its value means nothing, its terms
 * are the bound's, in nats per frame. States
 * are sampled once. Their log q is weighed by the learning signal: what the bound is there less what the baseline expects,
 * centred by its running mean and divided by its running standard deviation where that is above 1. The baseline follows
 * the signal.
 *
 * Inputs are `frames` (T, B, D) and `uniform` noise (T, B, K + J); the state is {@link SIGNAL_STATE}.
 */
export function nvilLoss(model: DtsbnModel): LossFunction {
  const { signalDecay, learningSignal } = model;
  return (params, state, inputs) => {
    const [frames, uniform] = [parameter(inputs, "frames"), parameter(inputs, "uniform")];
    const states = sampledStates(params, frames, uniform, model);
    const { likelihood, prior, posterior } = boundTerms(params, frames, states, model);
    const joint = tf.add(likelihood, prior);
    const bound = tf.sub(joint, posterior);
    const expected = baseline(params, frames);
    const raw = detached(
      bound,
      (parts) =>
        tf.sub(learningSignal === "future" ? tf.cumsum(parts, 0, false, true) : parts, expected),
    );
    const running = (name: string, value: tf.Tensor) =>
      tf.add(tf.mul(parameter(state, name), signalDecay), tf.mul(value, 1 - signalDecay));
    const { mean, variance } = tf.moments(raw);
    const signalMean = running("signalMean", mean);
    const signalVariance = running("signalVariance", variance);
    const signal = detached(
      raw,
      (values) => tf.div(tf.sub(values, signalMean), tf.maximum(1, tf.sqrt(signalVariance))),
    );
    const rewarded = tf.mul(signal, tf.add(posterior, expected));
    const reconstruction = tf.mean(likelihood) as tf.Scalar;
    return {
      loss: tf.neg(tf.mean(tf.add(joint, rewarded))) as tf.Scalar,
      terms: {
        bound: tf.mean(bound) as tf.Scalar,
        reconstruction,
        kl: tf.sub(reconstruction, tf.mean(bound)) as tf.Scalar,
      },
      state: { signalMean, signalVariance },
    };
  };
}
