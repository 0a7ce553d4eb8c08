/**
 * GPDM (Wang et al. 2008) as it is trained: its settings, on sequences of vectors.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { GPDM_SETTINGS } from "./settings.ts";

/** Latent states with Gaussian processes from each to the next and to its frame. */
export const gpdm: Method<SequenceData, SequenceModel> = {
  name: "GPDM",
  settings: GPDM_SETTINGS,
  start: async (task) => (await import("./training.ts")).startGpdm(task),
};
