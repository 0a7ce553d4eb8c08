/**
 * The decoder of ODE2VAE, and the likelihood of frames under it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { bernoulliLogLikelihood, gaussianLogDensity } from "../inference/densities.ts";
import { convTranspose2d, dense } from "../nn/layers.ts";
import { normalise, type Statistics } from "./normalise.ts";
import type { ImageObservation, Ode2vaeSettings } from "./settings.ts";

/** Decoded frames, with the batch-norm state after this pass. */
export interface Decoding {
  /** Probabilities (n, H, W) of images, means (n, D) of vectors. */
  readonly mean: tf.Tensor;
  /** Log-variance (n, 1), the same for all dimensions of a frame; vectors only. */
  readonly logVariance?: tf.Tensor;
  /** New batch-norm state; empty for vectors. */
  readonly state: Tensors;
}

/** Decodes positions s (n, q). */
export function decode(
  params: Tensors,
  state: Tensors,
  positions: tf.Tensor,
  { observation }: Ode2vaeSettings,
  statistics: Statistics,
): Decoding {
  if (observation.kind === "image") {
    return decodeImages(params, state, positions, observation, statistics);
  }
  const hidden1 = dense(params, "decoder/dense1", positions, "tanh");
  const hidden2 = dense(params, "decoder/dense2", hidden1, "tanh");
  return {
    mean: dense(params, "decoder/dense3", hidden2),
    // One sigmoid unit: a variance in [1, e], as in the released code.
    logVariance: tf.sigmoid(dense(params, "decoder/logVariance", hidden2)),
    state: {},
  };
}

/** Log-likelihood in nats of frames x (n, H, W) or (n, D), summed over a frame: (n). */
export function frameLogLikelihood(x: tf.Tensor, decoding: Decoding): tf.Tensor {
  if (decoding.logVariance === undefined) {
    return tf.sum(bernoulliLogLikelihood(x, decoding.mean), [1, 2]);
  }
  const logVariance = tf.tile(decoding.logVariance, [1, x.shape[1]!]); // (n, D)
  return gaussianLogDensity(x, { mean: decoding.mean, logVariance });
}

/** The convolutional decoder: positions (n, q) → probabilities (n, H, W). */
export function decodeImages(
  params: Tensors,
  state: Tensors,
  positions: tf.Tensor,
  { height, width, decoderBase, decoderLayers }: ImageObservation,
  statistics: Statistics,
): Decoding {
  const count = positions.shape[0]!;
  let updates: Tensors = {};
  let x = tf.reshape(dense(params, "decoder/dense", positions), [count, ...decoderBase]);
  for (const [i, { stride, padding }] of decoderLayers.entries()) {
    const name = `decoder/conv${i + 1}`;
    x = convTranspose2d(x, parameter(params, `${name}/kernel`), { stride, padding });
    if (i === decoderLayers.length - 1) {
      x = tf.sigmoid(tf.add(x, parameter(params, `${name}/bias`)));
      break;
    }
    const normalised = normalise(params, state, `decoder/batchNorm${i + 1}`, x, statistics);
    updates = { ...updates, ...normalised.state };
    x = tf.relu(normalised.y);
  }
  return { mean: tf.reshape(x, [count, height, width]), state: updates };
}
