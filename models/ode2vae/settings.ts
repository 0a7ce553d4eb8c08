/**
 * Settings of ODE2VAE and ODE2VAE-KL, the published ones as data, and what follows from them: the weight β and the schedules.
 *
 * @module
 */
import {
  imageObservation,
  type Observation,
  type VectorObservation,
} from "../networks/observation.ts";
import type { FieldActivation } from "../ode/second_order_mlp.ts";
import type { SolverName } from "../ode/tableaus.ts";
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

/** How Adam is run. */
export interface OptimisationSettings {
  /** Sequences in a minibatch. */
  readonly batchSize: number;
  /** Initial learning rate. */
  readonly learningRate: number;
  /** Factor of the learning rate … */
  readonly learningRateDecay: number;
  /** … every so many steps (staircase). */
  readonly learningRateDecaySteps: number;
  /** Passes over the training sequences. */
  readonly epochs: number;
}

/** A model with all its settings. */
export interface Ode2vaeSettings {
  /** What a frame is, with encoder and decoder. */
  readonly observation: Observation;
  /** q: dimensions of position and of velocity each. */
  readonly latentDimensions: number;
  /** Hf: width of the field's two hidden layers. */
  readonly fieldHidden: number;
  /** Non-linearity of the field. */
  readonly fieldActivation: FieldActivation;
  /** Initial variance of the field's weights. */
  readonly initialWeightVariance: number;
  /** m: frames that the velocity encoder sees. */
  readonly velocityFrames: number;
  /** Whether the term γ (log q_ode − log q_enc) is part of the loss: ODE2VAE-KL. */
  readonly klEncoder: boolean;
  /** γ; used with `klEncoder` only. */
  readonly klWeight: number;
  /** The weight β of the field's KL term: with the released code's count of weights, or with the true one. */
  readonly beta: "released-code" | "paper";
  /**
   * Which frames' log q_ode the term of γ has: all of them, as in the released code, or the windows that have a log
   * q_enc.
   */
  readonly klFrames: "all" | "windows";
  /**
   * Where log q begins: "paper" at log N(z₀; μ, σ²); "released-code" at log N(ε; 0, I), which lacks −½ Σ log σ² and with
   * it the gradient of the encoder's entropy.
   */
  readonly initialLogDensity: "paper" | "released-code";
  /** How tr(∂f/∂v) is found: in closed form, or by Hutchinson's estimator with noise fixed per solve. */
  readonly trace: "exact" | "hutchinson";
  /** Fixed-step method. */
  readonly method: SolverName;
  /** Time between two frames. */
  readonly frameInterval: number;
  /** Solver steps between two frames. */
  readonly stepsPerFrame: number;
  /** Training. */
  readonly optimisation: OptimisationSettings;
}

const COMMON = {
  fieldActivation: "relu",
  initialWeightVariance: 1e-4,
  velocityFrames: 3,
  klEncoder: true,
  beta: "released-code",
  klFrames: "all",
  initialLogDensity: "paper",
  trace: "exact",
  method: "rk4",
  frameInterval: 0.1,
  stepsPerFrame: 5,
} as const;

const SCHEDULE = { learningRateDecay: 0.995, learningRateDecaySteps: 200, epochs: 1000 } as const;

const MOCAP: VectorObservation = Object.freeze({ kind: "vector", dimensions: 50, hidden: 30 });

/** Rotating MNIST with missing frames: the setting of the paper's table. */
export const RMNIST_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: imageObservation(28, 28, 8, 12),
  latentDimensions: 8,
  fieldHidden: 50,
  velocityFrames: 1, // frames are missing at random, so no window has a constant interval
  klWeight: 0.1,
  optimisation: { ...SCHEDULE, batchSize: 60, learningRate: 1e-3 },
});

/** Rotating MNIST with all 16 frames. */
export const UNIFORM_MNIST_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: imageObservation(28, 28, 8, 16),
  latentDimensions: 20,
  fieldHidden: 50,
  klWeight: 0.1,
  optimisation: { ...SCHEDULE, batchSize: 40, learningRate: 1e-3 },
});

/** Bouncing balls. */
export const BOUNCING_BALLS_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: imageObservation(32, 32, 16, 32),
  latentDimensions: 25,
  fieldHidden: 100,
  klWeight: 1,
  optimisation: { ...SCHEDULE, batchSize: 10, learningRate: 8e-4 },
});

/** Motion capture, many walks (Mocap-2). */
export const MOCAP_MANY_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: MOCAP,
  latentDimensions: 3,
  fieldHidden: 30,
  fieldActivation: "tanh",
  klWeight: 1,
  optimisation: { ...SCHEDULE, batchSize: 20, learningRate: 3e-3 },
});

/** Motion capture, one model for all single walks (Mocap-1). */
export const MOCAP_SINGLE_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...MOCAP_MANY_SETTINGS,
  optimisation: { ...SCHEDULE, batchSize: 10, learningRate: 3e-3 },
});

/** Widths of the field's perceptron: 2q (velocity, position) → Hf → Hf → q. */
export function fieldWidths(settings: Ode2vaeSettings): readonly [number, number, number, number] {
  const { latentDimensions: q, fieldHidden: hidden } = settings;
  return [2 * q, hidden, hidden, q];
}

/**
 * Observed frames of each sequence that are used in an epoch: max(min(T, ⌊T/5⌋ + ⌊epoch/2⌋), m + 1).
 *
 * @param epoch 0-based
 * @param frames T, observed frames of a sequence
 * @param velocityFrames m, frames that the velocity encoder sees
 */
export function subsequenceLength(epoch: number, frames: number, velocityFrames: number): number {
  return Math.max(
    Math.min(frames, Math.floor(frames / 5) + Math.floor(epoch / 2)),
    velocityFrames + 1,
  );
}

/**
 * Learning rate of a step, in a staircase: initial · decay^⌊step / decaySteps⌋.
 *
 * @param step optimiser step, 0-based
 */
export function learningRate(
  step: number,
  settings: Pick<
    OptimisationSettings,
    "learningRate" | "learningRateDecay" | "learningRateDecaySteps"
  >,
): number {
  return settings.learningRate *
    settings.learningRateDecay ** Math.floor(step / settings.learningRateDecaySteps);
}

/** What both kinds of frames have. @param base the defaults */
const tableOf = (base: Ode2vaeSettings) => ({
  latentDimensions: count(
    base.latentDimensions,
    "q: dimensions of position and velocity each",
  ),
  fieldHidden: count(base.fieldHidden, "width of the field's two hidden layers"),
  fieldActivation: choice(
    ["relu", "tanh"],
    base.fieldActivation,
    "non-linearity of the field",
  ),
  initialWeightVariance: positive(
    base.initialWeightVariance,
    "initial variance of the field's weights",
  ),
  velocityFrames: count(
    base.velocityFrames,
    "m: frames that the velocity encoder sees; 1 where frames are missing",
  ),
  klEncoder: flag(false, "the term γ (log q_ode − log q_enc) in the loss: ODE²VAE-KL"),
  klWeight: number(base.klWeight, "γ; used with klEncoder"),
  klFrames: choice(
    ["all", "windows"],
    base.klFrames,
    "frames whose log q_ode the term of γ has: all, or those that have a log q_enc",
  ),
  beta: choice(
    ["released-code", "paper"],
    base.beta,
    "β: with the released code's count of the field's weights, or |q| / |W| as printed",
  ),
  initialLogDensity: choice(
    ["paper", "released-code"],
    base.initialLogDensity,
    "log q(z₀) as printed, or without the encoder's entropy",
  ),
  trace: choice(
    ["exact", "hutchinson"],
    base.trace,
    "tr(∂f/∂v): closed form, or estimated",
  ),
  method: choice(
    ["euler", "midpoint", "rk4", "dopri5"],
    base.method,
    "fixed-step solver",
  ),
  frameInterval: positive(base.frameInterval, "time between two frames"),
  stepsPerFrame: count(base.stepsPerFrame, "solver steps between two frames"),
  batchSize: count(base.optimisation.batchSize, "sequences in a minibatch"),
  learningRate: number(base.optimisation.learningRate, "Adam's initial rate"),
  learningRateDecay: positive(
    base.optimisation.learningRateDecay,
    "factor by which the rate decays",
  ),
  learningRateDecaySteps: count(
    base.optimisation.learningRateDecaySteps,
    "optimiser steps between two decays of the rate",
  ),
  epochs: count(base.optimisation.epochs, "passes over the training sequences"),
  growth: flag(true, "grow the sub-sequences as the released code does; else train on all frames"),
  timeOrigin: choice(
    ["first-observed", "frame-0"],
    "first-observed",
    "what training takes for time zero; the released code takes frame-0",
  ),
  reshuffle: flag(true, "draw new minibatches each epoch; the released code keeps the first ones"),
  averagedShare: share(0.2, "final fraction of the epochs over which parameters are averaged"),
  validationEvery: count(1, "validate every so many epochs"),
  testEvery: natural(
    10,
    "add a point to the test curve every so many epochs, 0 for never; selects nothing",
  ),
  posteriorSamples: count(20, "posterior draws in the final evaluation"),
  evaluationStatistics: choice(
    ["running", "batch"],
    "running",
    "which statistics batch norm uses outside training",
  ),
} as const);

/** Settings for images; the defaults are the paper's for rotating MNIST. */
export const IMAGE_SETTINGS = {
  ...tableOf(RMNIST_SETTINGS),
  encoderFilters: count(8, "channels of the encoders' first layer; then twice, four, eight times"),
  decoderFilters: count(12, "channels of the decoder's last hidden layer"),
} as const;

/** Settings for vectors; the defaults are the paper's for walks (Mocap-2). */
export const VECTOR_SETTINGS = {
  ...tableOf(MOCAP_MANY_SETTINGS),
  networkHidden: count(30, "width of both hidden layers of encoders and decoder"),
  variance: choice(
    ["sigmoid", "unit", "learned"],
    "sigmoid",
    "variance of a frame given its code: a sigmoid unit's in [1, e], as in the released code, 1, or learned for each " +
      "dimension, which data that vary by less than 1 need",
  ),
  windowFrames: natural(
    0,
    "frames of the windows that training takes from random places of a sequence; 0 for its first frames",
  ),
  growthFrames: count(1, "sub-sequences grow by multiples of so many frames"),
  validationLength: choice(
    ["all", "trained"],
    "all",
    "frames that select an epoch: all, or as many as it trains on, as in the released code",
  ),
} as const;

/** Parsed settings of either kind of frames. */
export type FlatSettings =
  & SettingsOf<ReturnType<typeof tableOf>>
  & Partial<SettingsOf<typeof IMAGE_SETTINGS> & SettingsOf<typeof VECTOR_SETTINGS>>;
