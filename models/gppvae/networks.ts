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
import { decodeImages, type Decoding } from "../ode2vae/decoder.ts";
import { encodeImages } from "../ode2vae/encoder.ts";
import { batchNormStateSpecs, imageDecoder, imageEncoder } from "../ode2vae/initialise.ts";
import type { Statistics } from "../ode2vae/normalise.ts";
import type { GppvaeSettings } from "./settings.ts";

/** Names, shapes and beginnings of the networks' parameters. */
export function networkSpecs(
  { observation, codeDimensions }: GppvaeSettings,
): ParameterSpec[] {
  return [
    ...imageEncoder("encoder", observation, 1, codeDimensions),
    ...imageDecoder(observation, codeDimensions),
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
  statistics: Statistics,
): { readonly gaussian: DiagonalGaussian; readonly state: Tensors } {
  return encodeImages(params, state, "encoder", tf.expandDims(images, 3), statistics);
}

/** Means of images (n, H, W) given codes (n, L), with the batch-norm state after this pass. */
export function decodeCodes(
  params: Tensors,
  state: Tensors,
  codes: tf.Tensor,
  { observation }: GppvaeSettings,
  statistics: Statistics,
): Decoding {
  return decodeImages(params, state, codes, observation, statistics);
}
