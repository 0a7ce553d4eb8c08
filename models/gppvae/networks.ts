/**
 * The variational autoencoder of single images: ODE2VAE's convolutional networks.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Key } from "../../data/random/mod.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import type { DiagonalGaussian } from "../inference/densities.ts";
import { initialise, type ParameterSpec } from "../nn/init.ts";
import {
  batchNormStateSpecs,
  decodeFrames,
  decoderSpecs,
  type Decoding,
  encodeFrames,
  encoderSpecs,
  type Statistics,
} from "../networks/frames.ts";
import type { GppvaeSettings } from "./settings.ts";

/** Names, shapes and beginnings of the networks' parameters. */
export function networkSpecs(
  { observation, codeDimensions }: GppvaeSettings,
): ParameterSpec[] {
  return [
    ...encoderSpecs("encoder", observation, 1, codeDimensions),
    ...decoderSpecs(observation, codeDimensions),
  ];
}

/** Draws the networks' parameters and sets their batch-norm state. */
export function initNetworks(
  key: Key,
  settings: GppvaeSettings,
): { readonly params: HostArrays; readonly state: HostArrays } {
  const specs = networkSpecs(settings);
  return { params: initialise(key, specs), state: initialise(key, batchNormStateSpecs(specs)) };
}

/** q(z | image) (n, L) of images (n, H, W), with the batch-norm state after this pass. */
export function encodeCodes(
  params: Tensors,
  state: Tensors,
  images: tf.Tensor,
  { observation }: GppvaeSettings,
  statistics: Statistics,
): { readonly gaussian: DiagonalGaussian; readonly state: Tensors } {
  const x = tf.expandDims(images, 3); // one channel
  return encodeFrames(params, state, "encoder", x, observation, statistics);
}

/** Means of images (n, H, W) given codes (n, L), with the batch-norm state after this pass. */
export function decodeCodes(
  params: Tensors,
  state: Tensors,
  codes: tf.Tensor,
  { observation }: GppvaeSettings,
  statistics: Statistics,
): Decoding {
  return decodeFrames(params, state, codes, observation, statistics);
}
