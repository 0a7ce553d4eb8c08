/**
 * Encoders and decoders of frames: convolutional ones of grey images with batch norms, dense ones of real vectors. They are
 * those of ODE2VAE's released code, and serve every family that encodes frames.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";
import { bernoulliLogLikelihood } from "../inference/densities.ts";
import { type DiagonalGaussian, gaussianLogDensity } from "../inference/densities.ts";
import { batchNorm } from "../nn/batch_norm.ts";
import { conv2d, convTranspose2d } from "../nn/layers.ts";
import { dense } from "../nn/layers.ts";
import {
  constant,
  convSpec,
  convTransposeSpec,
  denseSpecs,
  type ParameterSpec,
} from "../nn/init.ts";
import { parameter } from "../backend/tensors.ts";
import type { ImageObservation, Observation, VectorObservation } from "./observation.ts";

/**
 * Which statistics normalise: those of the batch, or the running ones. Training uses "batch"; evaluation uses "running"
 * unless asked otherwise.
 */
export type Statistics = "batch" | "running";

/** TensorFlow's settings in the released code. */
const BATCH_NORM = { decay: 0.9, epsilon: 1e-5 } as const;

/**
 * Normalises x (…, c) with `NAME/{scale,offset}` and the state `NAME/{mean,variance}`.
 *
 * @returns the result and the new state under the same two names
 */
export function normalise(
  params: Tensors,
  state: Tensors,
  name: string,
  x: tf.Tensor,
  statistics: Statistics,
): { readonly y: tf.Tensor; readonly state: Tensors } {
  const { y, state: next } = batchNorm(
    x,
    { scale: parameter(params, `${name}/scale`), offset: parameter(params, `${name}/offset`) },
    { mean: parameter(state, `${name}/mean`), variance: parameter(state, `${name}/variance`) },
    { training: statistics === "batch", ...BATCH_NORM },
  );
  return { y, state: { [`${name}/mean`]: next.mean, [`${name}/variance`]: next.variance } };
}

/** Number of strided convolutions of an image encoder. */
export const ENCODER_LAYERS = 4;

/** Channels out of each layer of an image encoder: F, 2F, 4F, 8F. */
export function encoderChannels(filters: number): number[] {
  return Array.from({ length: ENCODER_LAYERS }, (_, i) => filters * 2 ** i);
}

/** Numbers in the flattened output of an image encoder's last convolution (NHWC order). */
export function encodedSize({ height, width, encoderFilters }: ImageObservation): number {
  const shrink = (size: number) => Math.ceil(size / 2 ** ENCODER_LAYERS);
  return shrink(height) * shrink(width) * encoderFilters * 2 ** (ENCODER_LAYERS - 1);
}

/** Batch-norm state of the layers that have a scale among the parameters. */
export function batchNormStateSpecs(specs: readonly ParameterSpec[]): ParameterSpec[] {
  return specs
    .filter(({ name }) => name.endsWith("/scale"))
    .flatMap(({ name, shape }) => {
      const layer = name.slice(0, -"/scale".length);
      return [constant(`${layer}/mean`, shape, 0), constant(`${layer}/variance`, shape, 1)];
    });
}

function batchNormSpecs(name: string, channels: number): ParameterSpec[] {
  return [constant(`${name}/scale`, [channels], 1), constant(`${name}/offset`, [channels], 0)];
}

function headSpecs(name: string, inputs: number, q: number): ParameterSpec[] {
  return [
    ...denseSpecs(`${name}/mean`, inputs, q),
    ...denseSpecs(`${name}/logVariance`, inputs, q),
  ];
}

/**
 * A convolutional encoder of `frames` channels to a Gaussian over q dimensions. Convolutions before a batch norm have no
 * bias: the norm's offset would make it redundant.
 */
export function imageEncoder(
  name: string,
  observation: ImageObservation,
  frames: number,
  q: number,
): ParameterSpec[] {
  const channels = encoderChannels(observation.encoderFilters);
  return [
    ...channels.flatMap((outputs, i) => [
      convSpec(`${name}/conv${i + 1}`, 5, channels[i - 1] ?? frames, outputs),
      ...batchNormSpecs(`${name}/batchNorm${i + 1}`, outputs),
    ]),
    ...headSpecs(name, encodedSize(observation), q),
  ];
}

/** The convolutional decoder of q dimensions. */
export function imageDecoder(
  { decoderBase, decoderLayers }: ImageObservation,
  q: number,
): ParameterSpec[] {
  const [height, width, channels] = decoderBase;
  const last = decoderLayers.length - 1;
  return [
    ...denseSpecs("decoder/dense", q, height * width * channels),
    ...decoderLayers.flatMap((layer, i) => [
      convTransposeSpec(
        `decoder/conv${i + 1}`,
        layer.kernelSize,
        decoderLayers[i - 1]?.channels ?? channels,
        layer.channels,
      ),
      ...(i < last
        ? batchNormSpecs(`decoder/batchNorm${i + 1}`, layer.channels)
        : [constant(`decoder/conv${i + 1}/bias`, [layer.channels], 0)]),
    ]),
  ];
}

function vectorEncoder(
  name: string,
  { dimensions, hidden }: VectorObservation,
  frames: number,
  q: number,
): ParameterSpec[] {
  return [
    ...denseSpecs(`${name}/dense1`, dimensions * frames, hidden),
    ...denseSpecs(`${name}/dense2`, hidden, hidden),
    ...headSpecs(name, hidden, q),
  ];
}

function vectorDecoder(
  { dimensions, hidden, variance = "sigmoid" }: VectorObservation,
  q: number,
): ParameterSpec[] {
  return [
    ...denseSpecs("decoder/dense1", q, hidden),
    ...denseSpecs("decoder/dense2", hidden, hidden),
    ...denseSpecs("decoder/dense3", hidden, dimensions),
    ...(variance === "sigmoid" ? denseSpecs("decoder/logVariance", hidden, 1) : []),
    ...(variance === "decoded" ? denseSpecs("decoder/logVariance", hidden, dimensions) : []),
    ...(variance === "learned" ? [constant("decoder/logVariance", [dimensions], 0)] : []),
  ];
}

/** The encoder of `frames` frames at once to a Gaussian over q dimensions. */
export function encoderSpecs(
  name: string,
  observation: Observation,
  frames: number,
  q: number,
): ParameterSpec[] {
  return observation.kind === "image"
    ? imageEncoder(name, observation, frames, q)
    : vectorEncoder(name, observation, frames, q);
}

/** The decoder of q dimensions. */
export function decoderSpecs(observation: Observation, q: number): ParameterSpec[] {
  return observation.kind === "image"
    ? imageDecoder(observation, q)
    : vectorDecoder(observation, q);
}

function encodeImages(
  params: Tensors,
  state: Tensors,
  name: string,
  x: tf.Tensor,
  statistics: Statistics,
): Encoding {
  let updates: Tensors = {};
  for (let layer = 1; layer <= ENCODER_LAYERS; layer++) {
    const kernel = parameter(params, `${name}/conv${layer}/kernel`);
    x = conv2d(x, kernel, { stride: 2, padding: "same" });
    const normalised = normalise(params, state, `${name}/batchNorm${layer}`, x, statistics);
    updates = { ...updates, ...normalised.state };
    x = tf.relu(normalised.y);
  }
  const flat = tf.reshape(x, [x.shape[0]!, -1]);
  return { gaussian: heads(params, name, flat), features: flat, state: updates };
}

/** What an encoder gives. */
export interface Encoding {
  /** A Gaussian over q dimensions: (n, q). */
  readonly gaussian: DiagonalGaussian;
  /** What the Gaussian is made of: the last hidden layer (n, features). */
  readonly features: tf.Tensor;
  /** New batch-norm state; empty for vectors. */
  readonly state: Tensors;
}

/**
 * What an encoder sees of sequences (B, L, …frameShape): windows of m consecutive frames at frames 0 … W − 1, as channels
 * (images) or concatenated dimensions (vectors) in time order: (B·W, H, W, m) or (B·W, m·D).
 *
 * @param windows W
 * @param length m; needs W + m − 1 ≤ L
 */
export function consecutiveFrames(
  frames: tf.Tensor,
  windows: number,
  length: number,
  { kind }: Observation,
): tf.Tensor {
  const [batch, , ...frameShape] = frames.shape as [number, number, ...number[]];
  const zeros = frameShape.map(() => 0);
  const from = (first: number) =>
    tf.reshape(
      tf.slice(frames, [0, first, ...zeros], [batch, windows, ...frameShape]),
      [batch * windows, ...frameShape, ...(kind === "image" ? [1] : [])],
    );
  return length === 1 ? from(0) : tf.concat(Array.from({ length }, (_, i) => from(i)), -1);
}

/**
 * One encoder.
 *
 * @param name of its parameters
 * @param x images (n, H, W, C) or vectors (n, D)
 */
export function encodeFrames(
  params: Tensors,
  state: Tensors,
  name: string,
  x: tf.Tensor,
  { kind }: Observation,
  statistics: Statistics,
): Encoding {
  if (kind === "image") return encodeImages(params, state, name, x, statistics);
  const hidden1 = dense(params, `${name}/dense1`, x, "tanh");
  const hidden2 = dense(params, `${name}/dense2`, hidden1, "tanh");
  return { gaussian: heads(params, name, hidden2), features: hidden2, state: {} };
}

function heads(params: Tensors, name: string, x: tf.Tensor): DiagonalGaussian {
  return {
    mean: dense(params, `${name}/mean`, x),
    logVariance: dense(params, `${name}/logVariance`, x),
  };
}

/** Decoded frames, with the batch-norm state after this pass. */
export interface Decoding {
  /** Probabilities (n, H, W) of images, means (n, D) of vectors. */
  readonly mean: tf.Tensor;
  /** Log-variance, to be broadcast to (n, D); vectors only. */
  readonly logVariance?: tf.Tensor;
  /** New batch-norm state; empty for vectors. */
  readonly state: Tensors;
}

/** Decodes codes (n, q). */
export function decodeFrames(
  params: Tensors,
  state: Tensors,
  codes: tf.Tensor,
  observation: Observation,
  statistics: Statistics,
): Decoding {
  if (observation.kind === "image") {
    return decodeImages(params, state, codes, observation, statistics);
  }
  const hidden1 = dense(params, "decoder/dense1", codes, "tanh");
  const hidden2 = dense(params, "decoder/dense2", hidden1, "tanh");
  return {
    mean: dense(params, "decoder/dense3", hidden2),
    logVariance: vectorLogVariance(params, hidden2, observation),
    state: {},
  };
}

/** The log-variance of vectors, see `VectorVariance`: (n, 1), (), (D) or (n, D). */
function vectorLogVariance(
  params: Tensors,
  hidden: tf.Tensor,
  { variance = "sigmoid" }: VectorObservation,
): tf.Tensor {
  if (variance === "unit") return tf.scalar(0);
  if (variance === "learned") return parameter(params, "decoder/logVariance");
  const decoded = dense(params, "decoder/logVariance", hidden);
  return variance === "decoded" ? decoded : tf.sigmoid(decoded);
}

/** Log-likelihood in nats of frames x (n, H, W) or (n, D), summed over a frame: (n). */
export function frameLogLikelihood(x: tf.Tensor, decoding: Decoding): tf.Tensor {
  if (decoding.logVariance === undefined) {
    return tf.sum(bernoulliLogLikelihood(x, decoding.mean), [1, 2]);
  }
  return gaussianLogDensity(x, { mean: decoding.mean, logVariance: decoding.logVariance });
}

/** The convolutional decoder: positions (n, q) → probabilities (n, H, W). */
function decodeImages(
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
