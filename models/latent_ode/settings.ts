/**
 * Settings of latent ODEs of first order.
 *
 * @module
 */
import {
  IMAGE_PATH_SETTINGS,
  MOCAP_MANY_OPTIMISATION,
  type PathFlatSettings,
  pathSettings,
  RMNIST_OPTIMISATION,
  type SharedPathSettings,
  SOLVER,
  type SolverSettings,
  VECTOR_PATH_SETTINGS,
} from "../latent_paths/settings.ts";
import type { Observation } from "../networks/observation.ts";
import type { Activation } from "../nn/layers.ts";
import { choice, count, natural, number, type TableOf } from "../training/settings.ts";

/** A model with all its settings. */
export interface LatentOdeSettings extends SolverSettings {
  /** What a frame is, with encoder and decoder. */
  readonly observation: Observation;
  /** d: dimensions of the latent state. */
  readonly latentDimensions: number;
  /** Width of the field's hidden layers. */
  readonly fieldHidden: number;
  /** How many hidden layers the field has. */
  readonly fieldLayers: number;
  /** Non-linearity of the field. */
  readonly fieldActivation: Exclude<Activation, "linear">;
  /** m: frames that the encoder sees. */
  readonly encoderFrames: number;
  /** p(z₀): N(0, I), or a Gaussian with learned mean and variances. */
  readonly initialPrior: "standard" | "learned";
}

/** Parsed settings of the field and of the terms of the loss. */
export type LatentFlatSettings = Readonly<
  & Record<
    | "latentDimensions"
    | "fieldHidden"
    | "fieldLayers"
    | "encoderFrames"
    | "klWeight"
    | "klAnnealingSteps"
    | "clipNorm",
    number
  >
  & Pick<LatentOdeSettings, "fieldActivation" | "initialPrior">
>;

/** Their table, shared with latent SDEs. */
export const latentSettings = (
  { latentDimensions, fieldHidden, encoderFrames, fieldLayers }: Pick<
    LatentOdeSettings,
    "latentDimensions" | "fieldHidden" | "encoderFrames" | "fieldLayers"
  >,
): TableOf<LatentFlatSettings> => ({
  latentDimensions: count(latentDimensions, "d: dimensions of the latent state"),
  fieldHidden: count(fieldHidden, "width of a hidden layer of the field"),
  fieldLayers: count(fieldLayers, "hidden layers of the field"),
  fieldActivation: choice(["tanh", "relu", "softplus"], "tanh", "non-linearity of the field"),
  encoderFrames: count(
    encoderFrames,
    "m: frames that the encoder sees; 1 where frames are missing",
  ),
  initialPrior: choice(
    ["standard", "learned"],
    "standard",
    "p(z₀): N(0, I), or with learned mean and variances",
  ),
  klWeight: number(1, "weight of the KL terms after annealing"),
  klAnnealingSteps: natural(0, "optimiser steps in which that weight grows linearly from 0"),
  clipNorm: number(0, "the gradients' norm is cut here; 0 for never"),
});

// A state of 2q dimensions is as large as ODE2VAE's position and velocity together.
const VECTOR_BASE = { latentDimensions: 6, fieldHidden: 30, encoderFrames: 3, fieldLayers: 2 };
const IMAGE_BASE = { latentDimensions: 16, fieldHidden: 50, encoderFrames: 1, fieldLayers: 2 };

/** Settings for images; networks, field and training are by default those of ODE2VAE for rotating MNIST. */
export const LATENT_ODE_IMAGE_SETTINGS = {
  ...latentSettings(IMAGE_BASE),
  ...pathSettings({ ...SOLVER, optimisation: RMNIST_OPTIMISATION }),
  ...IMAGE_PATH_SETTINGS,
} as const;

/** Settings for vectors; networks, field and training are by default those of ODE2VAE for walks (Mocap-2). */
export const LATENT_ODE_VECTOR_SETTINGS = {
  ...latentSettings(VECTOR_BASE),
  ...pathSettings({ ...SOLVER, optimisation: MOCAP_MANY_OPTIMISATION }),
  ...VECTOR_PATH_SETTINGS,
} as const;

/** Parsed settings of either kind of frames. */
export type LatentOdeFlatSettings =
  & LatentFlatSettings
  & SharedPathSettings
  & PathFlatSettings;
