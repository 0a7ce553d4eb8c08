/**
 * Models with one Gaussian initial state: their networks of frames, how they encode it, and how a path is decoded.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Key } from "../../data/random/mod.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import {
  batchNormStateSpecs,
  consecutiveFrames,
  decodeFrames,
  decoderSpecs,
  encodeFrames,
  encoderSpecs,
  type Encoding,
  type Statistics,
} from "../networks/frames.ts";
import { constant, initialise, type ParameterSpec } from "../nn/init.ts";
import type { Horizon } from "./model.ts";
import type { InitialStateSettings } from "./settings.ts";

/** Parameters of encoder, decoder and p(z₀). */
export function frameSpecs(
  { observation, latentDimensions: d, encoderFrames, initialPrior }: InitialStateSettings,
): ParameterSpec[] {
  return [
    ...encoderSpecs("encoder", observation, encoderFrames, d),
    ...decoderSpecs(observation, d),
    ...(initialPrior === "learned"
      ? [constant("prior/mean", [d], 0), constant("prior/logVariance", [d], 0)]
      : []),
  ];
}

/** Draws parameters and sets the batch-norm state. */
export function init(
  key: Key,
  specs: readonly ParameterSpec[],
): { readonly params: HostArrays; readonly state: HostArrays } {
  return { params: initialise(key, specs), state: initialise(key, batchNormStateSpecs(specs)) };
}

/** q(z₀ | first m frames) of frames (B, ≥ m, …frameShape). */
export function encodeInitial(
  params: Tensors,
  state: Tensors,
  frames: tf.Tensor,
  { observation, encoderFrames }: Pick<InitialStateSettings, "observation" | "encoderFrames">,
  statistics: Statistics,
): Encoding {
  const x = consecutiveFrames(frames, 1, encoderFrames, observation);
  return encodeFrames(params, state, "encoder", x, observation, statistics);
}

/** Decodes a path (B, N, d), or one offset ≥ 0 of it alone, to frames (B, N, …frameShape). */
export function decodePath(
  params: Tensors,
  state: Tensors,
  path: tf.Tensor,
  { backward = 0, only, statistics = "running" }: Horizon,
  { observation }: Pick<InitialStateSettings, "observation">,
  frameShape: readonly number[],
): tf.Tensor {
  const [sequences, , d] = path.shape as [number, number, number];
  const z = only === undefined ? path : tf.slice(path, [0, backward + only, 0], [sequences, 1, d]);
  const flat = tf.reshape(z, [sequences * z.shape[1]!, d]);
  const { mean } = decodeFrames(params, state, flat, observation, statistics);
  return tf.reshape(mean, [sequences, z.shape[1]!, ...frameShape]);
}
