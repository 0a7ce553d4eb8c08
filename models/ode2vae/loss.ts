/**
 * The training loss of ODE2VAE and ODE2VAE-KL.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";
import {
  gaussianLogDensity,
  reparameterise,
  standardNormalLogDensity,
} from "../inference/densities.ts";
import type { Batch } from "../latent_paths/model.ts";
import { decodeFrames, frameLogLikelihood } from "../networks/frames.ts";
import { bayesianMlpKl, sampleWeights, weightCount } from "../nn/bayesian_mlp.ts";

import { encode, type Encoding, initialGaussian, velocityFirst } from "./encoder.ts";
import { positions, rollout } from "./rollout.ts";
import { fieldWidths, type Ode2vaeSettings } from "./settings.ts";

/** Standard normal draws of one step. */
export type Noise = {
  /** (B, 2q) in the order (position, velocity). */
  readonly initial: tf.Tensor;
  /** (n), flat in the order layer 1 kernel, layer 1 bias, layer 2 kernel, … */
  readonly weights: tf.Tensor;
  /** (B, q), only for Hutchinson's estimator. */
  readonly trace?: tf.Tensor;
};

/** Terms in nats, before their weights; all but `fieldKl` are means over sequences. */
export type LossTerms = {
  /** log p(x | s), summed over observed frames and pixels. */
  readonly reconstruction: tf.Scalar;
  /** log p(z), summed over observed frames. */
  readonly latentPrior: tf.Scalar;
  /** log q_ode(z), summed over observed frames. */
  readonly logDensity: tf.Scalar;
  /** KL[q(W) ‖ p(W)]; enters with β. */
  readonly fieldKl: tf.Scalar;
  /** log q_ode over all frames (or the windows) minus log q_enc over the windows; enters with γ. ODE2VAE-KL only. */
  readonly encoderKl?: tf.Scalar;
};

/** What a training step needs of the loss. */
export interface Loss {
  /** The negative bound (scalar), minimised. */
  readonly loss: tf.Scalar;
  /** Its terms. */
  readonly terms: LossTerms;
  /** Batch-norm state after this pass. */
  readonly state: Tensors;
}

/**
 * β = q / (Hf (3q + Nf·Hf + Nf + 1) + q): dimensions of z over number of weights, as the released code counts them (one
 * hidden layer too many for Nf = 2).
 *
 * @param q latent dimensions of position and of velocity each
 * @param hidden Hf, width of a hidden layer of the field
 * @param layers Nf, number of hidden layers
 */
export function betaKl(q: number, hidden: number, layers = 2): number {
  return q / (hidden * (3 * q + layers * hidden + layers + 1) + q);
}

/** β of a model: as the released code counts, or |q| / |W| with all weights and biases of the field, as the paper says. */
export function fieldKlWeight(settings: Ode2vaeSettings): number {
  const { latentDimensions: q, fieldHidden } = settings;
  return settings.beta === "released-code"
    ? betaKl(q, fieldHidden)
    : q / weightCount(fieldWidths(settings));
}

/**
 * −(E log p(x | s) + log p(z) − log q_ode(z) − β KL[q(W) ‖ p(W)] − γ (log q_ode(z) − log q_enc(z | x))), with one sample
 * of z₀ and of the weights, sums over observed frames and dimensions and the mean over sequences. The last term is that
 * of ODE2VAE-KL.
 *
 * @throws RangeError when there are too few frames for one window
 */
export function loss(
  params: Tensors,
  state: Tensors,
  batch: Batch,
  noise: Noise,
  settings: Ode2vaeSettings,
): Loss {
  const { latentDimensions: q, velocityFrames } = settings;
  const [sequences, length, grid] = batch.selection.shape as [number, number, number];
  const widths = fieldWidths(settings);

  // ODE2VAE-KL encodes all windows 0 … L − m − 1 at once; ODE2VAE only the first.
  const windows = settings.klEncoder ? Math.max(1, length - velocityFrames) : 1;
  const encoding = encode(params, state, batch.frames, windows, settings, "batch");
  const gaussian = initialGaussian(encoding, sequences);
  const standard = velocityFirst(noise.initial);
  const z0 = reparameterise(gaussian, standard); // (B, 2q)
  const logDensity0 = settings.initialLogDensity === "paper"
    ? tf.sub(standardNormalLogDensity(standard), tf.mul(tf.sum(gaussian.logVariance, 1), 0.5))
    : standardNormalLogDensity(standard); // (B)

  const weights = sampleWeights(params, "field", widths, noise.weights);
  const paths = rollout(
    weights,
    {
      z: z0,
      logDensity: logDensity0,
      ...(noise.trace === undefined ? {} : { traceNoise: noise.trace }),
    },
    grid - 1,
    settings,
  );

  // (G, B, 2q + 1) -> (B, G, 2q + 1); a one-hot product picks the states at observed frames.
  const together = tf.concat([paths.z, tf.expandDims(paths.logDensity!, 2)], 2);
  const picked = tf.matMul(batch.selection, tf.transpose(together, [1, 0, 2])); // (B, L, G) x (B, G, 2q+1) -> (B, L, 2q+1)
  const z = tf.slice(picked, [0, 0, 0], [sequences, length, 2 * q]);
  const logQ = tf.slice(picked, [0, 0, 2 * q], [sequences, length, 1]);

  const flat = tf.reshape(positions(z), [sequences * length, q]);
  const decoding = decodeFrames(params, state, flat, settings.observation, "batch");
  const x = tf.reshape(batch.frames, decoding.mean.shape);
  const perSequence = (total: tf.Tensor) => tf.mul(tf.sum(total), 1 / sequences) as tf.Scalar;

  const reconstruction = perSequence(frameLogLikelihood(x, decoding));
  const latentPrior = perSequence(standardNormalLogDensity(z));
  const logDensity = perSequence(logQ);
  const fieldKl = bayesianMlpKl(params, "field", widths);
  const weighted = tf.mul(fieldKl, fieldKlWeight(settings));
  const bound = tf.sub(tf.sub(tf.add(reconstruction, latentPrior), logDensity), weighted);
  const newState = { ...encoding.state, ...decoding.state };
  const terms = { reconstruction, latentPrior, logDensity, fieldKl };
  if (!settings.klEncoder) {
    return { loss: tf.neg(bound) as tf.Scalar, terms, state: newState };
  }
  const encoderLogDensity = perSequence(windowLogDensity(z, encoding, windows));
  const compared = settings.klFrames === "all"
    ? logDensity
    : perSequence(tf.slice(logQ, [0, 0, 0], [sequences, windows, 1]));
  const encoderKl = tf.sub(compared, encoderLogDensity) as tf.Scalar;
  return {
    loss: tf.sub(tf.mul(encoderKl, settings.klWeight), bound) as tf.Scalar,
    terms: { ...terms, encoderKl },
    state: newState,
  };
}

/** log q_enc(z_t) of windows t = 0 … W − 1 at the path's states z (B, L, 2q): (B·W). */
function windowLogDensity(z: tf.Tensor, { gaussian }: Encoding, windows: number): tf.Tensor {
  const [sequences, , width] = z.shape as [number, number, number];
  const states = tf.slice(z, [0, 0, 0], [sequences, windows, width]);
  return gaussianLogDensity(tf.reshape(states, [sequences * windows, width]), gaussian);
}
