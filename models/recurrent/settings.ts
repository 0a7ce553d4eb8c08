/**
 * Settings of models that a recurrent network reads irregular observations for; the defaults are those of latent ODEs on
 * spirals (Chen et al. 2018, and its released code).
 *
 * @module
 */
import type { SolverSettings } from "../latent_paths/settings.ts";
import type { Activation } from "../nn/layers.ts";
import { choice, count, natural, number, positive, type TableOf } from "../training/settings.ts";

/** What both models have. */
export interface RecurrentSettings {
  /** Units of the recurrent network. */
  readonly recurrentHidden: number;
  /** Standard deviation of an observation, which is not learned. */
  readonly observationDeviation: number;
  /** Adam's rate. */
  readonly learningRate: number;
  /** Epochs. */
  readonly epochs: number;
  /** Optimiser steps of an epoch. */
  readonly stepsPerEpoch: number;
  /** Epochs between two looks at the test error. */
  readonly testEvery: number;
}

/** What a latent ODE has beside that. */
export interface RecurrentLatentOdeSettings
  extends RecurrentSettings, Pick<SolverSettings, "method" | "frameInterval"> {
  /** Frames in a solver step. */
  readonly framesPerStep: number;
  /** d: dimensions of the latent state. */
  readonly latentDimensions: number;
  /** Width of the field's hidden layers. */
  readonly fieldHidden: number;
  /** How many hidden layers the field has. */
  readonly fieldLayers: number;
  /** Non-linearity of the field. */
  readonly fieldActivation: Exclude<Activation, "linear">;
  /** Width of the decoder's hidden layer. */
  readonly decoderHidden: number;
}

/** Settings of the recurrent network alone. */
export const RECURRENT_SETTINGS: TableOf<RecurrentSettings> = {
  recurrentHidden: count(25, "units of the recurrent network"),
  observationDeviation: positive(
    0.3,
    "standard deviation of an observation's coordinates in the likelihood",
  ),
  learningRate: number(0.01, "Adam's rate"),
  epochs: count(100, "epochs, each of which ends with a validation"),
  stepsPerEpoch: count(20, "optimiser steps of an epoch, each on all training sequences"),
  testEvery: natural(
    10,
    "add a point to the test curve every so many epochs, 0 for never; selects nothing",
  ),
};

/** Settings of the latent ODE. */
export const RECURRENT_LATENT_ODE_SETTINGS: TableOf<RecurrentLatentOdeSettings> = {
  ...RECURRENT_SETTINGS,
  latentDimensions: count(4, "d: dimensions of the latent state"),
  fieldHidden: count(20, "width of a hidden layer of the field"),
  fieldLayers: count(2, "hidden layers of the field"),
  fieldActivation: choice(
    ["elu", "tanh", "relu", "softplus"],
    "elu",
    "non-linearity of the field",
  ),
  decoderHidden: count(20, "width of the decoder's hidden layer"),
  method: choice(["euler", "midpoint", "rk4", "dopri5"], "rk4", "fixed-step solver"),
  frameInterval: positive(0.1, "time between two frames"),
  framesPerStep: count(3, "frames in a solver step; between its ends the path is a cubic"),
};
