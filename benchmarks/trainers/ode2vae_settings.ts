/**
 * ODE2VAE's settings for rotating MNIST, flat, as definitions and records write them.
 *
 * @module
 */
import {
  mnistObservation,
  type Ode2vaeSettings,
  RMNIST_SETTINGS,
} from "../../models/ode2vae/settings.ts";
import type { Method } from "../../models/ode/tableaus.ts";
import type { Settings } from "../definition.ts";
import type { TimeOrigin } from "./observed_batch.ts";

/** What the trainer needs beside the model's settings. */
export interface TrainingSettings {
  /** Whether sub-sequences grow as in the released code; else all observed frames from the start. */
  readonly growth: boolean;
  /** Time zero of training and validation sequences. */
  readonly timeOrigin: TimeOrigin;
  /** Whether sequences are shared out among minibatches anew in each epoch; the released code's stay as they are. */
  readonly reshuffle: boolean;
  /** Share of the epochs, the last ones, over which the parameters are averaged for one of the metrics. */
  readonly averagedShare: number;
  /** Epochs between two evaluations of the validation likelihood. */
  readonly validationEvery: number;
  /** Epochs between two points of the test-error curve; 0 draws none. It selects nothing. */
  readonly testEvery: number;
  /** Posterior draws of the final evaluation. */
  readonly posteriorSamples: number;
  /** Statistics of the batch norms outside training. */
  readonly evaluationStatistics: "running" | "batch";
}

const { optimisation } = RMNIST_SETTINGS;

/** The paper's settings of ODE2VAE on rotating MNIST. */
export const ODE2VAE_DEFAULTS: Settings = Object.freeze({
  latentDimensions: RMNIST_SETTINGS.latentDimensions,
  fieldHidden: RMNIST_SETTINGS.fieldHidden,
  fieldActivation: RMNIST_SETTINGS.fieldActivation,
  initialWeightVariance: RMNIST_SETTINGS.initialWeightVariance,
  velocityFrames: RMNIST_SETTINGS.velocityFrames,
  encoderFilters: 8,
  decoderFilters: 12,
  klEncoder: false,
  klWeight: RMNIST_SETTINGS.klWeight,
  klFrames: RMNIST_SETTINGS.klFrames,
  beta: RMNIST_SETTINGS.beta,
  initialLogDensity: RMNIST_SETTINGS.initialLogDensity,
  trace: RMNIST_SETTINGS.trace,
  method: RMNIST_SETTINGS.method,
  frameInterval: RMNIST_SETTINGS.frameInterval,
  stepsPerFrame: RMNIST_SETTINGS.stepsPerFrame,
  batchSize: optimisation.batchSize,
  learningRate: optimisation.learningRate,
  learningRateDecay: optimisation.learningRateDecay,
  learningRateDecaySteps: optimisation.learningRateDecaySteps,
  epochs: optimisation.epochs,
  growth: true,
  timeOrigin: "first-observed",
  reshuffle: true,
  averagedShare: 0.2,
  validationEvery: 1,
  testEvery: 10,
  posteriorSamples: 20,
  evaluationStatistics: "running",
});

/** The one-of-several settings and their values. */
const choices: Readonly<Record<string, readonly string[]>> = {
  fieldActivation: ["relu", "tanh"],
  klFrames: ["all", "windows"],
  beta: ["released-code", "paper"],
  initialLogDensity: ["paper", "released-code"],
  timeOrigin: ["first-observed", "frame-0"],
  trace: ["exact", "hutchinson"],
  method: ["euler", "midpoint", "rk4", "dopri5"],
  evaluationStatistics: ["running", "batch"],
};

/** Settings that must be positive integers. */
const counts = [
  "latentDimensions",
  "fieldHidden",
  "encoderFilters",
  "decoderFilters",
  "stepsPerFrame",
  "batchSize",
  "learningRateDecaySteps",
  "epochs",
  "validationEvery",
  "posteriorSamples",
];

/** Settings that must be finite and above 0; a learning rate that is not is a divergence, which training reports. */
const positives = ["initialWeightVariance", "frameInterval", "learningRateDecay"];

/**
 * Flat settings as typed ones.
 *
 * @throws RangeError when one is missing, of another type, or out of range
 */
export function parseOde2vaeSettings(
  settings: Settings,
): { readonly model: Ode2vaeSettings; readonly training: TrainingSettings } {
  const refuse = (name: string, rule: string) =>
    new RangeError(`Cannot train ODE2VAE: setting ${name} must be ${rule}, is ${settings[name]}`);
  for (const [name, standard] of Object.entries(ODE2VAE_DEFAULTS)) {
    const value = settings[name];
    if (typeof value !== typeof standard) throw refuse(name, `a ${typeof standard}`);
    const allowed = choices[name];
    if (allowed && !allowed.includes(value as string)) {
      throw refuse(name, `one of ${allowed.join(", ")}`);
    }
    if (counts.includes(name) && !(Number.isInteger(value) && (value as number) >= 1)) {
      throw refuse(name, "a positive integer");
    }
    if (positives.includes(name) && !(Number.isFinite(value) && (value as number) > 0)) {
      throw refuse(name, "a positive number");
    }
  }
  if (!(Number.isInteger(settings.testEvery) && (settings.testEvery as number) >= 0)) {
    throw refuse("testEvery", "0 or a positive integer");
  }
  if (!((settings.averagedShare as number) > 0 && (settings.averagedShare as number) <= 1)) {
    throw refuse("averagedShare", "above 0 and at most 1");
  }
  // A window of consecutive frames has no constant interval where frames are missing; tests encode one frame.
  if (settings.velocityFrames !== 1) throw refuse("velocityFrames", "1");
  const number = (name: string) => settings[name] as number;
  return {
    model: {
      observation: mnistObservation(number("encoderFilters"), number("decoderFilters")),
      latentDimensions: number("latentDimensions"),
      fieldHidden: number("fieldHidden"),
      fieldActivation: settings.fieldActivation as "relu" | "tanh",
      initialWeightVariance: number("initialWeightVariance"),
      velocityFrames: number("velocityFrames"),
      klEncoder: settings.klEncoder as boolean,
      klWeight: number("klWeight"),
      klFrames: settings.klFrames as "all" | "windows",
      beta: settings.beta as "released-code" | "paper",
      initialLogDensity: settings.initialLogDensity as "paper" | "released-code",
      trace: settings.trace as "exact" | "hutchinson",
      method: settings.method as Method,
      frameInterval: number("frameInterval"),
      stepsPerFrame: number("stepsPerFrame"),
      optimisation: {
        batchSize: number("batchSize"),
        learningRate: number("learningRate"),
        learningRateDecay: number("learningRateDecay"),
        learningRateDecaySteps: number("learningRateDecaySteps"),
        epochs: number("epochs"),
      },
    },
    training: {
      growth: settings.growth as boolean,
      timeOrigin: settings.timeOrigin as TimeOrigin,
      reshuffle: settings.reshuffle as boolean,
      averagedShare: number("averagedShare"),
      validationEvery: number("validationEvery"),
      testEvery: number("testEvery"),
      posteriorSamples: number("posteriorSamples"),
      evaluationStatistics: settings.evaluationStatistics as "running" | "batch",
    },
  };
}
