/**
 * Initial parameters and batch-norm state of ODE2VAE.
 *
 * @module
 */
import type { Key } from "../../data/random/mod.ts";
import type { HostArrays } from "../backend/tensors.ts";
import { bayesianMlpSpecs } from "../nn/bayesian_mlp.ts";
import {
  constant,
  convSpec,
  convTransposeSpec,
  denseSpecs,
  initialise,
  type ParameterSpec,
} from "../nn/init.ts";
import {
  fieldWidths,
  type ImageObservation,
  type Ode2vaeSettings,
  type VectorObservation,
} from "./settings.ts";

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

/** Names, shapes and beginnings of all trainable parameters, in the order of their random streams. */
export function parameterSpecs(settings: Ode2vaeSettings): ParameterSpec[] {
  const { observation, latentDimensions: q, velocityFrames } = settings;
  const body = observation.kind === "image"
    ? [
      ...imageEncoder("positionEncoder", observation, 1, q),
      ...imageEncoder("velocityEncoder", observation, velocityFrames, q),
      ...imageDecoder(observation, q),
    ]
    : [
      ...vectorEncoder("positionEncoder", observation, 1, q),
      ...vectorEncoder("velocityEncoder", observation, velocityFrames, q),
      ...vectorDecoder(observation, q),
    ];
  return [
    ...body,
    ...bayesianMlpSpecs("field", fieldWidths(settings), settings.initialWeightVariance),
  ];
}

/** Batch-norm state before training: mean 0 and variance 1, as TensorFlow begins. */
export function stateSpecs(settings: Ode2vaeSettings): ParameterSpec[] {
  return batchNormStateSpecs(parameterSpecs(settings));
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

/** Draws parameters (Glorot weights, zero biases, small weight variance) and sets the batch-norm state. */
export function init(
  key: Key,
  settings: Ode2vaeSettings,
): { readonly params: HostArrays; readonly state: HostArrays } {
  return {
    params: initialise(key, parameterSpecs(settings)),
    state: initialise(key, stateSpecs(settings)),
  };
}

function batchNormSpecs(name: string, channels: number): ParameterSpec[] {
  return [constant(`${name}/scale`, [channels], 1), constant(`${name}/offset`, [channels], 0)];
}

function heads(name: string, inputs: number, q: number): ParameterSpec[] {
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
    ...heads(name, encodedSize(observation), q),
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
    ...heads(name, hidden, q),
  ];
}

function vectorDecoder({ dimensions, hidden }: VectorObservation, q: number): ParameterSpec[] {
  return [
    ...denseSpecs("decoder/dense1", q, hidden),
    ...denseSpecs("decoder/dense2", hidden, hidden),
    ...denseSpecs("decoder/dense3", hidden, dimensions),
    ...denseSpecs("decoder/logVariance", hidden, 1),
  ];
}
