/**
 * GPPVAE (Casale et al. 2018) as it is trained: its settings, on sequences of images of turned objects.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { GPPVAE_SETTINGS } from "./settings.ts";

/** GPPVAE-dis, or GPPVAE-joint where there are joint epochs. */
export const gppvae: Method<SequenceData, SequenceModel> = {
  name: "GPPVAE",
  settings: GPPVAE_SETTINGS,
  start: async (task) => (await import("./training.ts")).startGppvae(task),
};
