/**
 * Recurrent VAEs as they are trained, on sequences of images.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { RECURRENT_VAE_SETTINGS } from "./settings.ts";

/** A VAE of sequences of grey images whose latent state is moved by a GRU, with or without missing frames. */
export const recurrentVae: Method<SequenceData, SequenceModel> = {
  name: "Recurrent VAE",
  settings: RECURRENT_VAE_SETTINGS,
  start: async (task) => (await import("./training.ts")).startRecurrentVae(task),
};
