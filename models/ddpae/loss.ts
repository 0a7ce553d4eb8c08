/**
 * Latent variables of DDPAE, the frames that they make, and the evidence lower bound.
 *
 * Tensors are (T, B, C, …): frames first, then sequences, then components.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { TensorSpecs } from "../backend/backend.ts";
import { parameter, type Tensors } from "../backend/tensors.ts";
import {
  type DiagonalGaussian,
  gaussianKl,
  gaussianLogDensity,
  reparameterise,
  standardNormalKl,
} from "../inference/densities.ts";
import type { Statistics } from "../networks/frames.ts";
import { dense } from "../nn/layers.ts";
import { lstm } from "../nn/lstm.ts";
import { under } from "../training/arrays.ts";
import type { LossFunction } from "../training/network_training.ts";
import { NOISE } from "../training/noise.ts";
import { decodeSquares, encodeSquares, poseStates } from "./networks.ts";
import { type DdpaeModel, POSE } from "./settings.ts";
import { cropped, placed } from "./transformer.ts";

/** Standard deviations of the first pose under the prior: scale, x, y. */
const FIRST_DEVIATIONS = [0.2, 1, 1];
/** Scales lie within so much of the prior's mean. */
const SCALE_RANGE = 1;
/** Centres stay so much inside of the frame, in half sides of it times the scale. */
const INSIDE = 0.5;

/** Shapes of standard normal noise for B sequences of T frames, under {@link NOISE}. */
export function noiseSpecs(
  { components, contentDimensions }: DdpaeModel,
  length: number,
  batch: number,
): TensorSpecs {
  return {
    [`${NOISE}transitions`]: { shape: [length, batch, components, POSE] },
    [`${NOISE}first`]: { shape: [batch, components, POSE] },
    [`${NOISE}content`]: { shape: [batch, components, contentDimensions] },
  };
}

/** What a posterior says of sequences, and a sample of it. */
export interface Latents {
  /** q of the steps of poses β (T, B, C, 3). */
  readonly transitions: DiagonalGaussian;
  /** q of the first poses (B, C, 3). */
  readonly first: DiagonalGaussian;
  /** q of contents (B, C, Z). */
  readonly content: DiagonalGaussian;
  /** Poses (T, B, C, 3). */
  readonly poses: tf.Tensor;
  /** Contents (B, C, Z). */
  readonly contents: tf.Tensor;
  /** New batch-norm state of the encoders. */
  readonly state: Tensors;
}

/** A Gaussian for rows of hidden states: (…, units) → (…, outputs). Deviations are softplus of what the layer gives. */
function gaussian(params: Tensors, name: string, hidden: tf.Tensor): DiagonalGaussian {
  const rows = tf.reshape(hidden, [-1, hidden.shape.at(-1)!]);
  const of = (part: string) => {
    const outputs = dense(params, `${name}/${part}`, rows);
    return tf.reshape(outputs, [...hidden.shape.slice(0, -1), outputs.shape[1]!]);
  };
  return { mean: of("mean"), logVariance: tf.mul(2, tf.log(tf.softplus(of("deviation")))) };
}

/** Running sums over the first axis (T, …). TensorFlow.js's gradient of `cumsum` has its axes in the wrong order. */
function runningSums(x: tf.Tensor): tf.Tensor {
  const length = x.shape[0]!;
  const ones = Float32Array.from(
    { length: length * length },
    (_, i) => Number(i % length <= Math.floor(i / length)),
  );
  const sums = tf.matMul(tf.tensor2d(ones, [length, length]), tf.reshape(x, [length, -1]));
  return tf.reshape(sums, x.shape);
}

/** Poses within bounds: scales near the prior's mean, centres in the frame. */
function bounded(pose: tf.Tensor, { scalePrior }: DdpaeModel): tf.Tensor {
  const [given, places] = tf.split(pose, [1, 2], -1) as [tf.Tensor, tf.Tensor];
  const scale = tf.clipByValue(given, scalePrior - SCALE_RANGE, scalePrior + SCALE_RANGE);
  return tf.concat([scale, tf.mul(tf.tanh(places), tf.sub(scale, INSIDE))], -1);
}

/**
 * Infers poses and contents of sequences from their given frames.
 *
 * @param given (K, B, side, side)
 * @param later frames after them
 * @param noise as {@link noiseSpecs} says, without the prefix; means are taken where there is none
 */
export function infer(
  params: Tensors,
  state: Tensors,
  given: tf.Tensor,
  later: number,
  noise: Tensors | undefined,
  statistics: Statistics,
  model: DdpaeModel,
): Latents {
  const [context, batch, side] = given.shape as [number, number, number, number];
  const { components, contentDimensions, scalePrior } = model;
  const sample = (name: string, q: DiagonalGaussian) =>
    noise === undefined ? q.mean : reparameterise(q, parameter(noise, name));
  const images = tf.reshape(given, [context * batch, side, side]);
  const encoded = encodeSquares(params, state, "frameEncoder", images, statistics);
  const features = tf.reshape(encoded.y, [context, batch, -1]);
  const states = poseStates(params, features, later, model); // (T, B, C, units)
  const transitions = gaussian(params, "transition", states);
  const atFirst = tf.squeeze(
    tf.slice(states, [0, 0, 0, 0], [1, batch, components, model.hiddenUnits]),
    [0],
  );
  // Components are this LSTM's steps.
  const byComponent = lstm(params, "firstPoses", tf.transpose(atFirst, [1, 0, 2]));
  const { mean, logVariance } = gaussian(
    params,
    "firstPose",
    tf.transpose(byComponent, [1, 0, 2]),
  );
  const first = { mean: tf.add(mean, tf.tensor1d([scalePrior, 0, 0])), logVariance };
  const walked = runningSums(sample("transitions", transitions));
  const poses = bounded(tf.add(walked, sample("first", first)), model);

  const windows = cropped(
    images,
    tf.reshape(
      tf.slice(poses, [0, 0, 0, 0], [context, batch, components, POSE]),
      [context * batch, components, POSE],
    ),
    side / 2,
  );
  const shown = encodeSquares(
    params,
    state,
    "objectEncoder",
    tf.reshape(windows, [context * batch * components, side / 2, side / 2]),
    statistics,
  );
  const outputs = lstm(
    params,
    "contents",
    tf.reshape(shown.y, [context, batch * components, contentDimensions]),
  );
  const last = tf.slice(outputs, [context - 1, 0, 0], [1, batch * components, model.hiddenUnits]);
  const content = gaussian(params, "content", tf.reshape(last, [batch, components, -1]));
  return {
    ...{ transitions, first, content, poses },
    contents: sample("content", content),
    state: { ...encoded.state, ...shown.state },
  };
}

/** Objects of contents (B, C, Z) for each of T frames: (T · B, C, side / 2, side / 2), with the decoder's new state. */
function objectsOf(
  params: Tensors,
  state: Tensors,
  contents: tf.Tensor,
  length: number,
  statistics: Statistics,
  { side, contentDimensions }: DdpaeModel,
): { readonly objects: tf.Tensor; readonly state: Tensors } {
  const [batch, components] = contents.shape as [number, number, number];
  const half = side / 2;
  const { y, state: next } = decodeSquares(
    params,
    state,
    "objectDecoder",
    tf.reshape(contents, [batch * components, contentDimensions]),
    half,
    statistics,
  );
  // A sum, since TensorFlow.js has no gradient of a broadcast of so many axes.
  const repeated = tf.add(tf.zeros([length, 1]), tf.reshape(y, [1, -1]));
  return {
    objects: tf.reshape(repeated, [length * batch, components, half, half]),
    state: next,
  };
}

/**
 * Frames that latents make: what the components add up to, cut at 1.
 *
 * @param apart whether to give the picture of each component instead
 * @returns (T, B, side, side), or (T, B, C, side, side), and the decoder's new batch-norm state
 */
export function render(
  params: Tensors,
  state: Tensors,
  { poses, contents }: Pick<Latents, "poses" | "contents">,
  statistics: Statistics,
  model: DdpaeModel,
  apart = false,
): { readonly frames: tf.Tensor; readonly state: Tensors } {
  const [length, batch, components] = poses.shape as [number, number, number, number];
  const decoded = objectsOf(params, state, contents, length, statistics, model);
  const { side } = model;
  const half = side / 2;
  const [groups, members] = apart ? [components, 1] : [1, components];
  const n = length * batch * groups;
  const frames = placed(
    tf.reshape(decoded.objects, [n, members, half, half]),
    tf.reshape(poses, [n, members, POSE]),
    side,
  );
  return {
    frames: tf.reshape(
      tf.minimum(frames, 1),
      [length, batch, ...(apart ? [components] : []), side, side],
    ),
    state: decoded.state,
  };
}

/** A Gaussian of these means and standard deviations over the last axis. */
const prior = (mean: readonly number[], deviations: readonly number[]): DiagonalGaussian => ({
  mean: tf.tensor1d([...mean]),
  logVariance: tf.tensor1d(deviations.map((deviation) => 2 * Math.log(deviation))),
});

/** KL divergences of each sequence from the priors, in nats: (B). */
function divergences(
  { transitions, first, content }: Latents,
  { scalePrior, transitionDeviation }: DdpaeModel,
): Readonly<Record<"pose" | "content", tf.Tensor>> {
  const step = prior([0, 0, 0], Array(POSE).fill(transitionDeviation));
  return {
    pose: tf.add(
      tf.sum(gaussianKl(transitions, step), [0, 2]),
      tf.sum(gaussianKl(first, prior([scalePrior, 0, 0], FIRST_DEVIATIONS)), 1),
    ),
    content: tf.sum(standardNormalKl(content), 1),
  };
}

/**
 * The negative evidence lower bound per frame, in nats, of windows whose first frames are given and whose others are
 * predicted. Inputs are `frames` (T, B, side, side) and noise as {@link noiseSpecs} says.
 *
 * @param context K: given frames
 */
export function ddpaeLoss(model: DdpaeModel, context: number): LossFunction {
  return (params, state, inputs) => {
    const frames = parameter(inputs, "frames");
    const [length, batch, side] = frames.shape as [number, number, number, number];
    const given = tf.slice(frames, [0, 0, 0, 0], [context, batch, side, side]);
    const noise = under(NOISE, inputs);
    const latents = infer(params, state, given, length - context, noise, "batch", model);
    const made = render(params, state, latents, "batch", model);
    const pixels = (x: tf.Tensor) => tf.reshape(x, [length, batch, side * side]);
    const reconstruction = tf.mean(gaussianLogDensity(pixels(frames), {
      mean: pixels(made.frames),
      logVariance: tf.fill([side * side], 2 * Math.log(model.observationDeviation)),
    })) as tf.Scalar;
    const { pose, content } = divergences(latents, model);
    const perFrame = (kl: tf.Tensor) => tf.div(tf.mean(kl), length) as tf.Scalar;
    const terms = { reconstruction, poseKl: perFrame(pose), contentKl: perFrame(content) };
    return {
      loss: tf.sub(tf.add(terms.poseKl, terms.contentKl), reconstruction) as tf.Scalar,
      terms,
      state: { ...state, ...latents.state, ...made.state },
    };
  };
}
