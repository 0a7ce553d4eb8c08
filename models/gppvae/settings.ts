/**
 * Settings of the GPPVAE's networks and of its Gaussian process.
 *
 * @module
 */
import { type ImageObservation, imageObservation } from "../networks/observation.ts";
import {
  choice,
  count,
  fraction,
  natural,
  number,
  positive,
  type TableOf,
} from "../training/settings.ts";

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

/** Parsed settings. */
export type GppvaeFlatSettings = Readonly<
  & Record<
    | "codeDimensions"
    | "objectRank"
    | "pixelVariance"
    | "encoderFilters"
    | "decoderFilters"
    | "lengthScale"
    | "noiseVariance"
    | "imagesPerBatch"
    | "vaeEpochs"
    | "vaeLearningRate"
    | "processEpochs"
    | "processSteps"
    | "processLearningRate"
    | "jointEpochs"
    | "jointLearningRate"
    | "testEvery",
    number
  >
  & { viewAngles: "true" | "equal" }
>;

/**
 * GPPVAE-dis on rotating MNIST. The authors' settings of this data set are not public; initial kernel, minibatch, rates of
 * the networks and epochs are those of a later re-implementation. Names are not those of ODE2VAE's settings where the
 * quantity is another one (a minibatch is of images, not of sequences).
 */
export const GPPVAE_SETTINGS: TableOf<GppvaeFlatSettings> = {
  codeDimensions: count(
    GPPVAE_RMNIST_SETTINGS.codeDimensions,
    "L: dimensions of an image's latent code",
  ),
  objectRank: count(GPPVAE_RMNIST_SETTINGS.objectRank, "M: dimensions of an object vector"),
  pixelVariance: positive(
    GPPVAE_RMNIST_SETTINGS.pixelVariance,
    "variance of a pixel given its code; fixed",
  ),
  encoderFilters: count(8, "channels of the encoder's first layer; then twice, four, eight times"),
  decoderFilters: count(12, "channels of the decoder's last hidden layer"),
  lengthScale: positive(1, "initial length scale of the view kernel"),
  noiseVariance: fraction(0.1, "initial noise α, a share of the codes' variance"),
  viewAngles: choice(
    ["true", "equal"],
    "true",
    "angles of the view kernel: those of the frames, or equal steps of a full turn",
  ),
  imagesPerBatch: count(256, "images in a minibatch"),
  vaeEpochs: count(100, "epochs of the VAE alone, with a standard normal prior"),
  vaeLearningRate: number(1e-3, "Adam's rate of the networks then"),
  processEpochs: count(100, "epochs of the Gaussian process alone, the networks frozen"),
  processSteps: count(
    16,
    "steps in such an epoch, each on all codes and with a new sample of them",
  ),
  processLearningRate: number(1e-2, "Adam's rate of the Gaussian process then"),
  jointEpochs: natural(0, "epochs of everything together; 0 is GPPVAE-dis"),
  jointLearningRate: number(1e-3, "Adam's rate of everything then"),
  testEvery: natural(
    10,
    "add a point to the test curve every so many epochs, 0 for never; selects nothing",
  ),
};
