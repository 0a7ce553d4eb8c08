/**
 * DDPAE (Hsieh et al. 2018) as it is trained: its settings, on sequences of square images.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { DDPAE_SETTINGS } from "./settings.ts";

/** The decompositional disentangled predictive auto-encoder. */
export const ddpae: Method<SequenceData, SequenceModel> = {
  name: "DDPAE",
  settings: DDPAE_SETTINGS,
  start: async (task) => (await import("./training.ts")).startDdpae(task),
};
