/**
 * Settings of latent ODEs of first order.
 *
 * @module
 */
import {
  IMAGE_PATH_SETTINGS,
  type InitialFlatSettings,
  type InitialStateSettings,
  initialStateSettings,
  MOCAP_MANY_OPTIMISATION,
  type PathFlatSettings,
  pathSettings,
  RMNIST_OPTIMISATION,
  type SharedPathSettings,
  SOLVER,
  type SolverSettings,
  VECTOR_PATH_SETTINGS,
} from "../latent_paths/settings.ts";
import type { Activation } from "../nn/layers.ts";
import { choice, count, type TableOf } from "../training/settings.ts";

/** A model with all its settings. */
export interface LatentOdeSettings extends InitialStateSettings, SolverSettings {
  /** Width of the field's hidden layers. */
  readonly fieldHidden: number;
  /** How many hidden layers the field has. */
  readonly fieldLayers: number;
  /** Non-linearity of the field. */
  readonly fieldActivation: Exclude<Activation, "linear">;
}

/** Parsed settings of the initial state, of the field and of the terms of the loss. */
export type LatentFlatSettings =
  & InitialFlatSettings
  & Pick<LatentOdeSettings, "fieldHidden" | "fieldLayers" | "fieldActivation">;

/** Their table, shared with latent SDEs. */
export const latentSettings = (
  { fieldHidden, fieldLayers, ...initial }: Pick<
    LatentOdeSettings,
    "latentDimensions" | "fieldHidden" | "encoderFrames" | "fieldLayers"
  >,
): TableOf<LatentFlatSettings> => ({
  ...initialStateSettings(initial),
  fieldHidden: count(fieldHidden, "width of a hidden layer of the field"),
  fieldLayers: count(fieldLayers, "hidden layers of the field"),
  fieldActivation: choice(["tanh", "relu", "softplus"], "tanh", "non-linearity of the field"),
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
