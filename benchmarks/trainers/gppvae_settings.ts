/**
 * GPPVAE's settings for rotating MNIST, flat, as definitions and records write them.
 *
 * @module
 */
import { GPPVAE_RMNIST_SETTINGS, type GppvaeSettings } from "../../models/gppvae/settings.ts";
import { mnistObservation } from "../../models/ode2vae/settings.ts";
import type { Settings } from "../definition.ts";

/** The angles that the view kernel is given: those of the frames, or 16 equal steps of a full turn. */
export type ViewAngles = "true" | "equal";

/** What the trainer needs beside the model's settings. */
export interface GppvaeTrainingSettings {
  /** Initial ℓ of the view kernel. */
  readonly lengthScale: number;
  /** Initial α, a share of the codes' variance. */
  readonly noiseVariance: number;
  /** Angles of the view kernel. */
  readonly viewAngles: ViewAngles;
  /** Images in a minibatch. */
  readonly imagesPerBatch: number;
  /** Epochs of the VAE alone, with a standard normal prior. */
  readonly vaeEpochs: number;
  /** Adam's rate of the networks then. */
  readonly vaeLearningRate: number;
  /** Epochs of the Gaussian process alone, the networks frozen. */
  readonly processEpochs: number;
  /** Steps in such an epoch, each on all codes and with a new sample of them. */
  readonly processSteps: number;
  /** Adam's rate of the Gaussian process then. */
  readonly processLearningRate: number;
  /** Epochs of everything together; 0 is GPPVAE-dis. */
  readonly jointEpochs: number;
  /** Adam's rate of everything then. */
  readonly jointLearningRate: number;
  /** Epochs between two points of the test-error curve; 0 draws none. It selects nothing. */
  readonly testEvery: number;
}

const { codeDimensions, objectRank, pixelVariance } = GPPVAE_RMNIST_SETTINGS;

/**
 * GPPVAE-dis on rotating MNIST. The authors' settings of this data set are not public. Names are not those of ODE2VAE's
 * settings where the quantity is another one (a minibatch is of images, not of sequences).
 */
export const GPPVAE_DEFAULTS: Settings = Object.freeze({
  codeDimensions,
  objectRank,
  pixelVariance,
  encoderFilters: 8, // the suite's networks, as ODE2VAE's
  decoderFilters: 12,
  lengthScale: 1, // as are α, the minibatch, the rates of the networks and the epochs: the re-implementation's
  noiseVariance: 0.1,
  viewAngles: "true",
  imagesPerBatch: 256,
  vaeEpochs: 100,
  vaeLearningRate: 1e-3,
  processEpochs: 100,
  processSteps: 16, // as many as there are minibatches in an epoch of the networks
  processLearningRate: 1e-2,
  jointEpochs: 0,
  jointLearningRate: 1e-3,
  testEvery: 10,
});

/** Settings that must be positive integers. */
const counts = [
  "codeDimensions",
  "objectRank",
  "encoderFilters",
  "decoderFilters",
  "imagesPerBatch",
  "vaeEpochs",
  "processEpochs",
  "processSteps",
];

/** Settings that must be integers of at least 0. */
const naturals = ["jointEpochs", "testEvery"];

/** Settings that must be finite and above 0; a learning rate that is not is a divergence, which training reports. */
const positives = ["pixelVariance", "lengthScale", "noiseVariance"];

/**
 * Flat settings as typed ones.
 *
 * @throws RangeError when one is missing, of another type, or out of range
 */
export function parseGppvaeSettings(
  settings: Settings,
): { readonly model: GppvaeSettings; readonly training: GppvaeTrainingSettings } {
  const refuse = (name: string, rule: string) =>
    new RangeError(`Cannot train GPPVAE: setting ${name} must be ${rule}, is ${settings[name]}`);
  if (settings.viewAngles !== "true" && settings.viewAngles !== "equal") {
    throw refuse("viewAngles", "one of true, equal");
  }
  for (const name of Object.keys(GPPVAE_DEFAULTS)) {
    if (name === "viewAngles") continue;
    const value = settings[name];
    if (typeof value !== "number") throw refuse(name, "a number");
    if (counts.includes(name) && !(Number.isInteger(value) && value >= 1)) {
      throw refuse(name, "a positive integer");
    }
    if (naturals.includes(name) && !(Number.isInteger(value) && value >= 0)) {
      throw refuse(name, "0 or a positive integer");
    }
    if (positives.includes(name) && !(Number.isFinite(value) && value > 0)) {
      throw refuse(name, "a positive number");
    }
  }
  const number = (name: string) => settings[name] as number;
  if (number("noiseVariance") >= 1) throw refuse("noiseVariance", "below 1, the codes' variance");
  return {
    model: {
      observation: mnistObservation(number("encoderFilters"), number("decoderFilters")),
      codeDimensions: number("codeDimensions"),
      objectRank: number("objectRank"),
      pixelVariance: number("pixelVariance"),
    },
    training: {
      lengthScale: number("lengthScale"),
      noiseVariance: number("noiseVariance"),
      viewAngles: settings.viewAngles,
      imagesPerBatch: number("imagesPerBatch"),
      vaeEpochs: number("vaeEpochs"),
      vaeLearningRate: number("vaeLearningRate"),
      processEpochs: number("processEpochs"),
      processSteps: number("processSteps"),
      processLearningRate: number("processLearningRate"),
      jointEpochs: number("jointEpochs"),
      jointLearningRate: number("jointLearningRate"),
      testEvery: number("testEvery"),
    },
  };
}
