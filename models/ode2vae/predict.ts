/**
 * Prediction by ODE2VAE: encode the first frames, integrate forwards and backwards, decode every grid frame.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";
import { reparameterise } from "../inference/densities.ts";
import type { Batch, Horizon } from "../latent_paths/model.ts";
import {
  decodeFrames,
  type Decoding,
  frameLogLikelihood,
  type Statistics,
} from "../networks/frames.ts";
import { meanWeights, sampleWeights } from "../nn/bayesian_mlp.ts";

import { encode, initialGaussian, velocityFirst } from "./encoder.ts";
import type { Noise } from "./loss.ts";
import { positions, rollout } from "./rollout.ts";
import { fieldWidths, type Ode2vaeSettings } from "./settings.ts";

/** How far and how to predict. */
export interface PredictOptions extends Horizon {
  /** One draw of z₀ and of the weights; without it the mean path: z₀ and weights at their means. */
  readonly noise?: Pick<Noise, "initial" | "weights">;
}

/**
 * Predicts the frames at grid offsets −backward … forward from the encoded one.
 *
 * @param frames the first m frames, or more: (B, ≥ m, H, W) or (B, ≥ m, D)
 * @returns (B, N, H, W) in [0, 1], or means (B, N, D): N = backward + 1 + forward, or 1 with `only`
 * @throws RangeError when there are fewer than m frames
 */
export function predict(
  params: Tensors,
  state: Tensors,
  frames: tf.Tensor,
  settings: Ode2vaeSettings,
  options: PredictOptions,
): tf.Tensor {
  const { statistics = "running", backward = 0, only } = options;
  const path = latentPath(params, state, frames, settings, options); // (B, backward + 1 + forward, 2q)
  const [batch, , width] = path.shape as [number, number, number];
  const z = only === undefined ? path : tf.slice(path, [0, backward + only, 0], [batch, 1, width]); // (B, N, 2q)
  const [sequences, length] = z.shape as [number, number];
  const decoding = decodePath(params, state, z, settings, statistics);
  return tf.reshape(decoding.mean, [sequences, length, ...frames.shape.slice(2)]);
}

/**
 * Log-likelihood of the observed frames under the mean path, in nats per frame: what model selection maximises.
 *
 * @returns scalar, the mean over sequences and observed frames
 */
export function validationLogLikelihood(
  params: Tensors,
  state: Tensors,
  { frames, selection }: Batch,
  settings: Ode2vaeSettings,
  statistics: Statistics = "running",
): tf.Scalar {
  const forward = selection.shape[2]! - 1;
  const path = latentPath(params, state, frames, settings, { forward, statistics });
  const z = tf.matMul(selection, path); // (B, L, G) x (B, G, 2q) -> (B, L, 2q)
  const decoding = decodePath(params, state, z, settings, statistics);
  return tf.mean(
    frameLogLikelihood(tf.reshape(frames, decoding.mean.shape), decoding),
  ) as tf.Scalar;
}

/**
 * The latent path z = (v, s) at grid offsets −backward … forward: (B, backward + 1 + forward, 2q).
 *
 * @throws RangeError when there are fewer than m frames
 */
export function latentPath(
  params: Tensors,
  state: Tensors,
  frames: tf.Tensor,
  settings: Ode2vaeSettings,
  { forward, backward = 0, noise, statistics = "running" }: PredictOptions,
): tf.Tensor {
  const encoding = encode(params, state, frames, 1, settings, statistics);
  const gaussian = initialGaussian(encoding, frames.shape[0]!);
  const widths = fieldWidths(settings);
  const weights = noise === undefined
    ? meanWeights(params, "field", widths)
    : sampleWeights(params, "field", widths, noise.weights);
  const z = noise === undefined
    ? gaussian.mean
    : reparameterise(gaussian, velocityFirst(noise.initial));
  let path = rollout(weights, { z }, forward, settings).z; // (forward + 1, B, 2q)
  if (backward > 0) {
    const past = rollout(weights, { z }, backward, settings, -1).z;
    const reversed = tf.reverse(tf.slice(past, [1, 0, 0], [backward, ...z.shape]), 0);
    path = tf.concat([reversed, path], 0);
  }
  return tf.transpose(path, [1, 0, 2]);
}

function decodePath(
  params: Tensors,
  state: Tensors,
  z: tf.Tensor,
  settings: Ode2vaeSettings,
  statistics: Statistics,
): Decoding {
  const [sequences, length] = z.shape as [number, number];
  const flat = tf.reshape(positions(z), [sequences * length, settings.latentDimensions]);
  return decodeFrames(params, state, flat, settings.observation, statistics);
}
