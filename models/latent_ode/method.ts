/**
 * Latent ODEs of first order (neural ODEs) as they are trained, on sequences of images and of vectors.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { FRAME_CONTEXT_SETTINGS, LATENT_SDE_SETTINGS } from "./sde_settings.ts";
import { LATENT_ODE_IMAGE_SETTINGS, LATENT_ODE_VECTOR_SETTINGS } from "./settings.ts";

/** A latent ODE of sequences of grey images, with or without missing frames. */
export const latentOde: Method<SequenceData, SequenceModel> = {
  name: "Latent ODE",
  settings: LATENT_ODE_IMAGE_SETTINGS,
  start: async (task) =>
    (await import("./training.ts")).startLatentOde(task, LATENT_ODE_IMAGE_SETTINGS),
};

/** A latent ODE of sequences of vectors, with or without missing frames. */
export const latentOdeVectors: Method<SequenceData, SequenceModel> = {
  name: "Latent ODE",
  settings: LATENT_ODE_VECTOR_SETTINGS,
  start: async (task) =>
    (await import("./training.ts")).startLatentOde(task, LATENT_ODE_VECTOR_SETTINGS),
};

/** A latent SDE of sequences of vectors, with or without missing frames. */
export const latentSde: Method<SequenceData, SequenceModel> = {
  name: "Latent SDE",
  settings: LATENT_SDE_SETTINGS,
  start: async (task) => (await import("./sde_training.ts")).startLatentSde(task),
};

/** The same with a posterior that sees a context of each frame, of sequences without missing frames. */
export const latentSdeFrameContexts: Method<SequenceData, SequenceModel> = {
  name: "Latent SDE",
  settings: FRAME_CONTEXT_SETTINGS,
  start: async (task) => (await import("./sde_training.ts")).startFrameContexts(task),
};
