/**
 * Settings of recurrent VAEs.
 *
 * @module
 */
import {
  IMAGE_PATH_SETTINGS,
  type ImagePathSettings,
  type InitialFlatSettings,
  initialStateSettings,
  RMNIST_OPTIMISATION,
  type TrainedPathSettings,
  trainedPathSettings,
} from "../latent_paths/settings.ts";
import type { TableOf } from "../training/settings.ts";

/** Parsed settings. */
export type RecurrentVaeFlatSettings =
  & InitialFlatSettings
  & TrainedPathSettings
  & ImagePathSettings;

/** Settings for images; networks and training are by default those of ODE2VAE for rotating MNIST. */
export const RECURRENT_VAE_SETTINGS: TableOf<RecurrentVaeFlatSettings> = {
  // As many dimensions as ODE2VAE's position and velocity have together.
  ...initialStateSettings({ latentDimensions: 16, encoderFrames: 1 }),
  ...trainedPathSettings(RMNIST_OPTIMISATION),
  ...IMAGE_PATH_SETTINGS,
};
