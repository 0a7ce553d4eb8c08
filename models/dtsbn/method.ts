/**
 * DTSBN-S (Gan et al. 2015) as it is trained: its settings, on sequences of vectors or of images.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { DTSBN_SETTINGS } from "./settings.ts";

/** The deep temporal sigmoid belief network with two stochastic hidden layers. */
export const dtsbn: Method<SequenceData, SequenceModel> = {
  name: "DTSBN-S",
  settings: DTSBN_SETTINGS,
  start: async (task) => (await import("./training.ts")).startDtsbn(task),
};
