/**
 * What the three stages of GPPVAE's training share: the VAE alone, the Gaussian process alone, both.
 *
 * @module
 */
import type { Key } from "../../data/random/mod.ts";
import type { EpochReport } from "../trainer.ts";
import type { NetworkTraining } from "./gppvae_networks.ts";
import type { CodeProcess } from "./gppvae_process.ts";
import type { GppvaeTrainingSettings } from "./gppvae_settings.ts";

/** A GPPVAE in training. */
export interface GppvaeTraining {
  /** Stream of all draws. */
  readonly key: Key;
  /** L: dimensions of a code. */
  readonly codeDimensions: number;
  readonly settings: GppvaeTrainingSettings;
  readonly networks: NetworkTraining;
  readonly process: CodeProcess;
  /** Optimiser steps done so far; a joint step counts once. */
  readonly stepsDone: () => number;
}

/** Called after each optimiser step with the live values of the curves. */
export type OnStep = (done: number, total: number, live: EpochReport) => void;
