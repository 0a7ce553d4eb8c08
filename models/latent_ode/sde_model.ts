/**
 * Networks, paths and loss of a latent SDE.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { type DiagonalGaussian, reparameterise } from "../inference/densities.ts";
import { frameSpecs } from "../latent_paths/initial_state.ts";
import { pathLoss } from "../latent_paths/loss.ts";
import type { Batch } from "../latent_paths/model.ts";
import { consecutiveFrames, encodeFrames } from "../networks/frames.ts";
import { constant, denseSpecs, mlpSpecs, type ParameterSpec } from "../nn/init.ts";
import { activate, dense, perceptron } from "../nn/layers.ts";
import type { StepLoss } from "../training/network_training.ts";
import { fieldWidths } from "./path.ts";
import { solveSde, type StateFunction } from "./euler_maruyama.ts";
import type { LatentSdeSettings } from "./sde_settings.ts";

/** Standard normal draws of one pass. */
export interface SdeNoise {
  /** (B, d). */
  readonly initial: tf.Tensor;
  /** (steps, B, d). */
  readonly path: tf.Tensor;
}

/** Trainable parameters, each from the random stream of its name. */
export function parameterSpecs(settings: LatentSdeSettings): ParameterSpec[] {
  const { observation, latentDimensions: d, diffusionHidden: hidden } = settings;
  const { contextDimensions: c } = settings;
  if (observation.kind !== "vector") {
    throw new RangeError("Cannot make a latent SDE: frames must be vectors, are images");
  }
  const perDimension = (name: string, fanIn: number, fanOut: number): ParameterSpec => ({
    name,
    shape: [d, hidden],
    initializer: { kind: "glorotUniform", fanIn, fanOut },
  });
  return [
    ...frameSpecs(settings),
    ...denseSpecs("encoder/context", observation.hidden, c),
    ...mlpSpecs("posteriorDrift", fieldWidths(settings, c)),
    ...mlpSpecs("priorDrift", fieldWidths(settings)),
    perDimension("diffusion/layer1/kernel", 1, hidden),
    constant("diffusion/layer1/bias", [d, hidden], 0),
    perDimension("diffusion/layer2/kernel", hidden, 1),
    constant("diffusion/layer2/bias", [d], 0),
  ];
}

/** g(z) in (0, 1), of each dimension's own network 1 → hidden → 1 with a sigmoid: (n, d) → (n, d). */
export function diffusion(
  { fieldActivation }: Pick<LatentSdeSettings, "fieldActivation">,
): StateFunction {
  return (params, z) => {
    const part = (name: string) => parameter(params, `diffusion/${name}`);
    const inputs = tf.mul(tf.expandDims(z, 2), part("layer1/kernel")); // (n, d, 1) ∘ (d, hidden) -> (n, d, hidden)
    const hidden = activate(tf.add(inputs, part("layer1/bias")), fieldActivation);
    const sums = tf.sum(tf.mul(hidden, part("layer2/kernel")), 2); // (n, d)
    return tf.sigmoid(tf.add(sums, part("layer2/bias")));
  };
}

/** h(z), the prior's drift. */
export function priorDrift(settings: LatentSdeSettings): StateFunction {
  const { fieldLayers, fieldActivation } = settings;
  return (params, z) => perceptron(params, "priorDrift", z, fieldLayers, fieldActivation);
}

/** f(z, c), the posterior's drift, with `context` (n, c) among what it reads. */
export function posteriorDrift(settings: LatentSdeSettings): StateFunction {
  const { fieldLayers, fieldActivation } = settings;
  return (params, z) => {
    const x = tf.concat([z, parameter(params, "context")], 1); // (n, d + c)
    return perceptron(params, "posteriorDrift", x, fieldLayers, fieldActivation);
  };
}

/** q(z₀ | first m frames) and the context (B, c) of frames (B, ≥ m, D). */
export function encode(
  params: Tensors,
  frames: tf.Tensor,
  settings: LatentSdeSettings,
): { readonly gaussian: DiagonalGaussian; readonly context: tf.Tensor } {
  return encodeWindows(params, frames, 1, settings);
}

/** Encodes windows of m frames at frames 0 … W − 1: Gaussians (B·W, d) and contexts (B·W, c). @param windows W */
function encodeWindows(
  params: Tensors,
  frames: tf.Tensor,
  windows: number,
  { observation, encoderFrames }: LatentSdeSettings,
): { readonly gaussian: DiagonalGaussian; readonly context: tf.Tensor } {
  const x = consecutiveFrames(frames, windows, encoderFrames, observation);
  const { gaussian, features } = encodeFrames(params, {}, "encoder", x, observation, "batch");
  return { gaussian, context: dense(params, "encoder/context", features) };
}

/**
 * Contexts of the steps of a path through frames (B, L, D), all consecutive: (steps, B, c). A step from frame k towards
 * k + 1 sees frames k + 1 … k + m, at the end the last m ones.
 */
function stepContexts(params: Tensors, frames: tf.Tensor, settings: LatentSdeSettings): tf.Tensor {
  const { encoderFrames, contextDimensions: c, stepsPerFrame } = settings;
  const [sequences, length, size] = frames.shape as [number, number, number];
  const windows = length - encoderFrames; // the first frames' own is not among them
  const later = tf.slice(frames, [0, 1, 0], [sequences, length - 1, size]);
  const { context } = encodeWindows(params, later, windows, settings);
  const byTime = tf.transpose(tf.reshape(context, [sequences, windows, c]), [1, 0, 2]);
  const last = tf.slice(byTime, [windows - 1, 0, 0], [1, sequences, c]);
  const ofIntervals = tf.concat([byTime, ...Array(encoderFrames - 1).fill(last)], 0); // (L − 1, B, c)
  const ofSteps = Array(stepsPerFrame).fill(tf.expandDims(ofIntervals, 1));
  return tf.reshape(tf.concat(ofSteps, 1), [-1, sequences, c]);
}

/**
 * One path of the posterior, with its KL to the prior, or one of `drift` alone: states (B, frames + 1, d).
 *
 * @param frames (B, ≥ m, D); all frames of the path where the posterior sees a context of each
 */
export function samplePath(
  params: Tensors,
  frames: tf.Tensor,
  noise: SdeNoise,
  settings: LatentSdeSettings,
  drift: "prior" | "posterior" | "posterior-with-kl",
): { readonly gaussian: DiagonalGaussian; readonly path: tf.Tensor; readonly pathKl?: tf.Tensor } {
  const { gaussian, context } = encode(params, frames, settings);
  const { stepsPerFrame, frameInterval, contexts } = settings;
  const each = contexts === "each" && drift !== "prior";
  const read = Object.entries(params).filter(([name]) => /^(diffusion|\w+Drift)\//.test(name));
  const { z, kl } = solveSde({
    drift: (drift === "prior" ? priorDrift : posteriorDrift)(settings),
    diffusion: diffusion(settings),
    ...(drift === "posterior-with-kl" ? { priorDrift: priorDrift(settings) } : {}),
    params: { ...Object.fromEntries(read), ...(each ? {} : { context }) },
    ...(each ? { inputs: { context: stepContexts(params, frames, settings) } } : {}),
    z: reparameterise(gaussian, noise.initial),
    noise: noise.path,
    stepsPerFrame,
    stepSize: frameInterval / stepsPerFrame,
  });
  return { gaussian, path: tf.transpose(z, [1, 0, 2]), ...(kl ? { pathKl: kl } : {}) };
}

/** −E log p(x | z) + w (KL[q(z₀ | x) ‖ p(z₀)] + KL of the paths' laws). @param weight w, scalar */
export function loss(
  params: Tensors,
  batch: Batch,
  noise: SdeNoise,
  weight: tf.Tensor,
  settings: LatentSdeSettings,
): StepLoss {
  const encoded = samplePath(params, batch.frames, noise, settings, "posterior-with-kl");
  return pathLoss(params, {}, batch, { ...encoded, state: {} }, weight, settings);
}
