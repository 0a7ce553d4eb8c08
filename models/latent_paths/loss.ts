/**
 * The training loss of models with one Gaussian initial state and a path from there.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import {
  type DiagonalGaussian,
  gaussianKl,
  reparameterise,
  standardNormalKl,
} from "../inference/densities.ts";
import { decodeFrames, frameLogLikelihood, type Statistics } from "../networks/frames.ts";
import type { StepLoss } from "../training/network_training.ts";
import { encodeInitial } from "./initial_state.ts";
import type { Batch, PathFunction } from "./model.ts";
import type { InitialStateSettings } from "./settings.ts";

/** Encoded sequences and their paths. */
export interface EncodedPath {
  /** q(z₀ | x): (B, d). */
  readonly gaussian: DiagonalGaussian;
  /** States at the grid's points: (B, G, d). */
  readonly path: tf.Tensor;
  /** KL of the path's law to the prior's given z₀ (B); absent where paths are deterministic. */
  readonly pathKl?: tf.Tensor;
  /** The encoder's batch-norm state after this pass. */
  readonly state: Tensors;
}

/** KL[q(z₀ | x) ‖ p(z₀)] (B), with the prior's parameters `prior/{mean,logVariance}` (d) where it is learned. */
export function initialKl(
  params: Tensors,
  gaussian: DiagonalGaussian,
  prior: InitialStateSettings["initialPrior"],
): tf.Tensor {
  if (prior === "standard") return standardNormalKl(gaussian);
  return gaussianKl(gaussian, {
    mean: parameter(params, "prior/mean"),
    logVariance: parameter(params, "prior/logVariance"),
  });
}

/** Log-likelihood of each observed frame given a path (B, G, d): (B·L), with the decoder's batch-norm state. */
export function pathLogLikelihood(
  params: Tensors,
  state: Tensors,
  path: tf.Tensor,
  { frames, selection }: Batch,
  { observation }: Pick<InitialStateSettings, "observation">,
  statistics: Statistics,
): { readonly values: tf.Tensor; readonly state: Tensors } {
  const picked = tf.matMul(selection, path); // (B, L, G) x (B, G, d) -> (B, L, d)
  const flat = tf.reshape(picked, [-1, path.shape[2]!]);
  const decoding = decodeFrames(params, state, flat, observation, statistics);
  const x = tf.reshape(frames, decoding.mean.shape);
  return { values: frameLogLikelihood(x, decoding), state: decoding.state };
}

/**
 * −E log p(x | z) + w (KL[q(z₀ | x) ‖ p(z₀)] + KL of the path), with one sample of the path, sums over observed frames and
 * dimensions and the mean over sequences.
 *
 * @param weight w, scalar
 */
export function pathLoss(
  params: Tensors,
  state: Tensors,
  batch: Batch,
  { gaussian, path, pathKl, state: encoderState }: EncodedPath,
  weight: tf.Tensor,
  settings: Pick<InitialStateSettings, "observation" | "initialPrior">,
): StepLoss {
  const perSequence = (total: tf.Tensor) => tf.mul(tf.sum(total), 1 / path.shape[0]!) as tf.Scalar;
  const decoded = pathLogLikelihood(params, state, path, batch, settings, "batch");
  const terms = {
    reconstruction: perSequence(decoded.values),
    initialKl: perSequence(initialKl(params, gaussian, settings.initialPrior)),
    ...(pathKl ? { pathKl: perSequence(pathKl) } : {}),
  };
  const kl = pathKl ? tf.add(terms.initialKl, terms.pathKl!) : terms.initialKl;
  return {
    loss: tf.sub(tf.mul(kl, weight), terms.reconstruction) as tf.Scalar,
    terms,
    state: { ...encoderState, ...decoded.state },
  };
}

/**
 * The loss of a model whose paths have no noise of their own.
 *
 * @param noise standard normal (B, d)
 * @param weight w, scalar
 */
export function loss(
  params: Tensors,
  state: Tensors,
  batch: Batch,
  noise: tf.Tensor,
  weight: tf.Tensor,
  settings: InitialStateSettings,
  pathFrom: PathFunction,
): StepLoss {
  const encoded = encodeInitial(params, state, batch.frames, settings, "batch");
  const z = reparameterise(encoded.gaussian, noise);
  const path = pathFrom(params, z, { forward: batch.selection.shape[2]! - 1 });
  return pathLoss(params, state, batch, { ...encoded, path }, weight, settings);
}
