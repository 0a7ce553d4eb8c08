/**
 * The latent SDE as it is trained, on sequences of vectors.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { LATENT_SDE_SETTINGS } from "./settings.ts";

/** A latent SDE of sequences of vectors, with or without missing frames. */
export const latentSde: Method<SequenceData, SequenceModel> = {
  name: "Latent SDE",
  settings: LATENT_SDE_SETTINGS,
  start: async (task) => (await import("./training.ts")).startLatentSde(task),
};
