/**
 * Settings of ODE2VAE and ODE2VAE-KL, the published ones as data, and the field's widths, which follow from them.
 *
 * @module
 */
import {
  imageObservation,
  type Observation,
  type VectorObservation,
} from "../networks/observation.ts";
import {
  IMAGE_PATH_SETTINGS,
  type ImagePathSettings,
  MOCAP_MANY_OPTIMISATION,
  type OptimisationSettings,
  type PathFlatSettings,
  pathSettings,
  RMNIST_OPTIMISATION,
  type SharedPathSettings,
  SOLVER,
  type SolverSettings,
  VECTOR_PATH_SETTINGS,
  type VectorPathSettings,
} from "../latent_paths/settings.ts";
import type { FieldActivation } from "../ode/second_order_mlp.ts";
import { choice, count, flag, number, positive, type TableOf } from "../training/settings.ts";

/** A model with all its settings. */
export interface Ode2vaeSettings extends SolverSettings {
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
  ...SOLVER,
} as const;

const MOCAP: VectorObservation = Object.freeze({ kind: "vector", dimensions: 50, hidden: 30 });

/** Rotating MNIST with missing frames: the setting of the paper's table. */
export const RMNIST_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: imageObservation(28, 28, 8, 12),
  latentDimensions: 8,
  fieldHidden: 50,
  velocityFrames: 1, // frames are missing at random, so no window has a constant interval
  klWeight: 0.1,
  optimisation: RMNIST_OPTIMISATION,
});

/** Rotating MNIST with all 16 frames. */
export const UNIFORM_MNIST_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: imageObservation(28, 28, 8, 16),
  latentDimensions: 20,
  fieldHidden: 50,
  klWeight: 0.1,
  optimisation: { ...RMNIST_OPTIMISATION, batchSize: 40 },
});

/** Bouncing balls. */
export const BOUNCING_BALLS_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: imageObservation(32, 32, 16, 32),
  latentDimensions: 25,
  fieldHidden: 100,
  klWeight: 1,
  optimisation: { ...RMNIST_OPTIMISATION, batchSize: 10, learningRate: 8e-4 },
});

/** Motion capture, many walks (Mocap-2). */
export const MOCAP_MANY_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: MOCAP,
  latentDimensions: 3,
  fieldHidden: 30,
  fieldActivation: "tanh",
  klWeight: 1,
  optimisation: MOCAP_MANY_OPTIMISATION,
});

/** Motion capture, one model for all single walks (Mocap-1). */
export const MOCAP_SINGLE_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...MOCAP_MANY_SETTINGS,
  optimisation: { ...MOCAP_MANY_OPTIMISATION, batchSize: 10 },
});

/** Widths of the field's perceptron: 2q (velocity, position) → Hf → Hf → q. */
export function fieldWidths(settings: Ode2vaeSettings): readonly [number, number, number, number] {
  const { latentDimensions: q, fieldHidden: hidden } = settings;
  return [2 * q, hidden, hidden, q];
}

/** Parsed settings that both kinds of frames have. */
export type SharedOde2vaeSettings =
  & SharedPathSettings
  & Pick<
    Ode2vaeSettings,
    | "latentDimensions"
    | "fieldHidden"
    | "fieldActivation"
    | "initialWeightVariance"
    | "velocityFrames"
    | "klEncoder"
    | "klWeight"
    | "klFrames"
    | "beta"
    | "initialLogDensity"
    | "trace"
  >;

/** Their table. @param base the defaults */
const tableOf = (base: Ode2vaeSettings): TableOf<SharedOde2vaeSettings> => ({
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
  ...pathSettings(base),
});

/** Settings for images; the defaults are the paper's for rotating MNIST. */
export const IMAGE_SETTINGS: TableOf<SharedOde2vaeSettings & ImagePathSettings> = {
  ...tableOf(RMNIST_SETTINGS),
  ...IMAGE_PATH_SETTINGS,
};

/** Settings for vectors; the defaults are the paper's for walks (Mocap-2). */
export const VECTOR_SETTINGS: TableOf<SharedOde2vaeSettings & VectorPathSettings> = {
  ...tableOf(MOCAP_MANY_SETTINGS),
  ...VECTOR_PATH_SETTINGS,
};

/** Parsed settings of either kind of frames. */
export type FlatSettings = SharedOde2vaeSettings & PathFlatSettings;
