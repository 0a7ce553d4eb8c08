/**
 * Models of irregularly observed sequences of vectors as they are trained: a latent ODE with a recurrent encoder, and a
 * recurrent network.
 *
 * @module
 */
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { RECURRENT_LATENT_ODE_SETTINGS, RECURRENT_SETTINGS } from "./settings.ts";

/** A latent ODE whose encoder reads the observations backwards in time (Chen et al. 2018). */
export const recurrentLatentOde: Method<SequenceData, SequenceModel> = {
  name: "Latent ODE (recurrent encoder)",
  settings: RECURRENT_LATENT_ODE_SETTINGS,
  start: async (task) => (await import("./training.ts")).startRecurrentLatentOde(task),
};

/** A recurrent network that is told the time until the next observation. */
export const recurrentNetwork: Method<SequenceData, SequenceModel> = {
  name: "RNN",
  settings: RECURRENT_SETTINGS,
  start: async (task) => (await import("./training.ts")).startRecurrentNetwork(task),
};
