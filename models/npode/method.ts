/**
 * npODE (Heinonen et al. 2018) as it is trained: its settings, on sequences of vectors.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { NPODE_SETTINGS } from "./settings.ts";

/** An ordinary differential equation whose right-hand side is a Gaussian process, in the space of principal components. */
export const npode: Method<SequenceData, SequenceModel> = {
  name: "npODE",
  settings: NPODE_SETTINGS,
  start: async (task) => (await import("./training.ts")).startNpode(task),
};
