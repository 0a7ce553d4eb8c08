/**
 * ODE2VAE and ODE2VAE-KL as they are trained: their settings, for sequences of images and of vectors.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { IMAGE_SETTINGS, VECTOR_SETTINGS } from "./settings.ts";

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
