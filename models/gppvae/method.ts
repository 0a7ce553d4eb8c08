/**
 * GPPVAE (Casale et al. 2018) as it is trained: its settings, on sequences of images of turned objects.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import {
  choice,
  count,
  fraction,
  natural,
  number,
  positive,
  type SettingsOf,
} from "../training/settings.ts";
import { GPPVAE_RMNIST_SETTINGS } from "./settings.ts";

const { codeDimensions, objectRank, pixelVariance } = GPPVAE_RMNIST_SETTINGS;

/**
 * GPPVAE-dis on rotating MNIST. The authors' settings of this data set are not public; initial kernel, minibatch, rates of
 * the networks and epochs are those of a later re-implementation. Names are not those of ODE2VAE's settings where the
 * quantity is another one (a minibatch is of images, not of sequences).
 */
export const GPPVAE_SETTINGS = {
  codeDimensions: count(codeDimensions, "L: dimensions of an image's latent code"),
  objectRank: count(objectRank, "M: dimensions of an object vector"),
  pixelVariance: positive(pixelVariance, "variance of a pixel given its code; fixed"),
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
    "epochs between two points of the test curve, 0 for none; selects nothing",
  ),
} as const;

/** Parsed settings. */
export type GppvaeFlatSettings = SettingsOf<typeof GPPVAE_SETTINGS>;

/** GPPVAE-dis, or GPPVAE-joint where there are joint epochs. */
export const gppvae: Method<SequenceData, SequenceModel> = {
  name: "GPPVAE",
  settings: GPPVAE_SETTINGS,
  start: async (task) => (await import("./training.ts")).startGppvae(task),
};
