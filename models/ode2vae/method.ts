/**
 * ODE2VAE and ODE2VAE-KL as they are trained: their settings, for sequences of images and of vectors.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import {
  choice,
  count,
  flag,
  natural,
  number,
  positive,
  type SettingsOf,
  share,
} from "../training/settings.ts";
import { RMNIST_SETTINGS as PUBLISHED } from "./settings.ts";

const { optimisation } = PUBLISHED;

/** What both kinds of frames have; the defaults are the paper's settings of rotating MNIST. */
const COMMON = {
  latentDimensions: count(
    PUBLISHED.latentDimensions,
    "q: dimensions of position and velocity each",
  ),
  fieldHidden: count(PUBLISHED.fieldHidden, "width of the field's two hidden layers"),
  fieldActivation: choice(
    ["relu", "tanh"],
    PUBLISHED.fieldActivation,
    "non-linearity of the field",
  ),
  initialWeightVariance: positive(
    PUBLISHED.initialWeightVariance,
    "initial variance of the field's weights",
  ),
  velocityFrames: count(
    PUBLISHED.velocityFrames,
    "m: frames that the velocity encoder sees; 1 where frames are missing",
  ),
  klEncoder: flag(false, "the term γ (log q_ode − log q_enc) in the loss: ODE²VAE-KL"),
  klWeight: number(PUBLISHED.klWeight, "γ; used with klEncoder"),
  klFrames: choice(
    ["all", "windows"],
    PUBLISHED.klFrames,
    "frames whose log q_ode the term of γ has: all, or those that have a log q_enc",
  ),
  beta: choice(
    ["released-code", "paper"],
    PUBLISHED.beta,
    "β: with the released code's count of the field's weights, or |q| / |W| as printed",
  ),
  initialLogDensity: choice(
    ["paper", "released-code"],
    PUBLISHED.initialLogDensity,
    "log q(z₀) as printed, or without the encoder's entropy",
  ),
  trace: choice(["exact", "hutchinson"], PUBLISHED.trace, "tr(∂f/∂v): closed form, or estimated"),
  method: choice(["euler", "midpoint", "rk4", "dopri5"], PUBLISHED.method, "fixed-step solver"),
  frameInterval: positive(PUBLISHED.frameInterval, "time between two frames"),
  stepsPerFrame: count(PUBLISHED.stepsPerFrame, "solver steps between two frames"),
  batchSize: count(optimisation.batchSize, "sequences in a minibatch"),
  learningRate: number(optimisation.learningRate, "Adam's initial rate"),
  learningRateDecay: positive(optimisation.learningRateDecay, "factor of the rate …"),
  learningRateDecaySteps: count(optimisation.learningRateDecaySteps, "… every so many steps"),
  epochs: count(optimisation.epochs, "passes over the training sequences"),
  growth: flag(true, "sub-sequences grow as in the released code; else all frames from the start"),
  timeOrigin: choice(
    ["first-observed", "frame-0"],
    "first-observed",
    "time zero of training sequences; frame-0 is the released code's",
  ),
  reshuffle: flag(true, "new minibatches in each epoch; the released code's stay as they are"),
  averagedShare: share(0.2, "share of the epochs, the last ones, whose parameters are averaged"),
  validationEvery: count(1, "epochs between two validations"),
  testEvery: natural(
    10,
    "epochs between two points of the test curve, 0 for none; selects nothing",
  ),
  posteriorSamples: count(20, "posterior draws of the final evaluation"),
  evaluationStatistics: choice(
    ["running", "batch"],
    "running",
    "statistics of the batch norms outside training",
  ),
} as const;

/** Settings for images. */
export const IMAGE_SETTINGS = {
  ...COMMON,
  encoderFilters: count(8, "channels of the encoders' first layer; then twice, four, eight times"),
  decoderFilters: count(12, "channels of the decoder's last hidden layer"),
} as const;

/** Settings for vectors. */
export const VECTOR_SETTINGS = {
  ...COMMON,
  networkHidden: count(30, "width of both hidden layers of encoders and decoder"),
} as const;

/** Parsed settings of either kind of frames. */
export type FlatSettings =
  & SettingsOf<typeof COMMON>
  & Partial<SettingsOf<typeof IMAGE_SETTINGS> & SettingsOf<typeof VECTOR_SETTINGS>>;

/** ODE²VAE on sequences of grey images, with or without missing frames. */
export const ode2vae: Method<SequenceData, SequenceModel> = {
  name: "ODE²VAE",
  settings: IMAGE_SETTINGS,
  start: async (task) => (await import("./training.ts")).startOde2vae(task, IMAGE_SETTINGS),
};

/** ODE²VAE on sequences of vectors, with or without missing frames. */
export const ode2vaeVectors: Method<SequenceData, SequenceModel> = {
  name: "ODE²VAE",
  settings: VECTOR_SETTINGS,
  start: async (task) => (await import("./training.ts")).startOde2vae(task, VECTOR_SETTINGS),
};
