/**
 * Settings of the GPPVAE's networks and of its Gaussian process.
 *
 * @module
 */
import { type ImageObservation, imageObservation } from "../networks/frames.ts";

/** A model with all its settings. */
export interface GppvaeSettings {
  /** Images with their encoder and decoder: ODE2VAE's, but one encoder, of single images. */
  readonly observation: ImageObservation;
  /** L: dimensions of an image's latent code. */
  readonly codeDimensions: number;
  /** M: dimensions of an object vector. */
  readonly objectRank: number;
  /** Variance of a pixel given its code; fixed. */
  readonly pixelVariance: number;
}

/**
 * Rotating MNIST. The paper's own settings are not public; L, M and the pixel variance are those of a later
 * re-implementation. It weighs the squared error per pixel against β / L times the prior's terms, with β = 1e-3, which is
 * a pixel variance of 784 β / (2 L) = 0.0245.
 */
export const GPPVAE_RMNIST_SETTINGS: GppvaeSettings = Object.freeze({
  observation: imageObservation(28, 28, 8, 12), // ODE2VAE's, so that the networks are no difference between the rows
  codeDimensions: 16,
  objectRank: 8,
  pixelVariance: 0.0245,
});
