/**
 * Settings of ODE2VAE and ODE2VAE-KL, the published ones as data, and what follows from them: the weight β and the schedules.
 *
 * @module
 */
import { imageObservation, type Observation, type VectorObservation } from "../networks/frames.ts";
import { weightCount } from "../nn/bayesian_mlp.ts";
import type { FieldActivation } from "../ode/second_order_mlp.ts";
import type { Method } from "../ode/tableaus.ts";

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
  readonly method: Method;
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
 * β = q / (Hf (3q + Nf·Hf + Nf + 1) + q): dimensions of z over number of weights, as the released code counts them (one
 * hidden layer too many for Nf = 2).
 *
 * @param q latent dimensions of position and of velocity each
 * @param hidden Hf, width of a hidden layer of the field
 * @param layers Nf, number of hidden layers
 */
export function betaKl(q: number, hidden: number, layers = 2): number {
  return q / (hidden * (3 * q + layers * hidden + layers + 1) + q);
}

/** β of a model: as the released code counts, or |q| / |W| with all weights and biases of the field, as the paper says. */
export function fieldKlWeight(settings: Ode2vaeSettings): number {
  const { latentDimensions: q, fieldHidden } = settings;
  return settings.beta === "released-code"
    ? betaKl(q, fieldHidden)
    : q / weightCount(fieldWidths(settings));
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
