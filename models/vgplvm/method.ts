/**
 * VGPLVM (VGPDS, Damianou et al. 2011) as it is trained: its settings, on one sequence of vectors.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { VGPLVM_SETTINGS } from "./settings.ts";

/** A Gaussian process from latent paths to frames, whose latent paths are Gaussian processes of time. */
export const vgplvm: Method<SequenceData, SequenceModel> = {
  name: "VGPLVM",
  settings: VGPLVM_SETTINGS,
  start: async (task) => (await import("./training.ts")).startVgplvm(task),
};
