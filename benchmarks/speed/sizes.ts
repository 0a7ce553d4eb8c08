/**
 * The sizes at which training steps are timed: three of the paper's settings, with their minibatches.
 *
 * @module
 */
import {
  BOUNCING_BALLS_SETTINGS,
  MOCAP_MANY_SETTINGS,
  type Ode2vaeSettings,
  RMNIST_SETTINGS,
} from "../../models/ode2vae/settings.ts";

/** Name of a size in options and results; `pytorch_step.py` knows the same. */
export type SizeName = "rmnist" | "bouncing_balls" | "mocap_many";

/** A model with the shape of its minibatch. */
export interface Size {
  /** Name in options and results. */
  readonly name: SizeName;
  /** Name for people. */
  readonly title: string;
  /** The model. */
  readonly settings: Ode2vaeSettings;
  /** B: sequences. */
  readonly sequences: number;
  /** L: observed frames of each. */
  readonly frames: number;
  /** G: points of the time grid from the first observed frame on. */
  readonly grid: number;
}

function size(
  name: SizeName,
  title: string,
  settings: Ode2vaeSettings,
  [frames, grid]: readonly [number, number],
): Size {
  const sequences = settings.optimisation.batchSize;
  return Object.freeze({ name, title, settings, sequences, frames, grid });
}

/** All sizes by name. */
export const SIZES: Readonly<Record<SizeName, Size>> = Object.freeze({
  // 11 of 16 angles are observed; the grid is the full turn.
  rmnist: size("rmnist", "rotating MNIST", RMNIST_SETTINGS, [11, 16]),
  bouncing_balls: size("bouncing_balls", "bouncing balls", BOUNCING_BALLS_SETTINGS, [20, 20]),
  mocap_many: size("mocap_many", "motion capture, many walks", MOCAP_MANY_SETTINGS, [300, 300]),
});

/** Names of all sizes, in order. */
export const SIZE_NAMES: readonly SizeName[] = Object.keys(SIZES) as SizeName[];

/** Whether a text is the name of a size. */
export function isSizeName(text: string): text is SizeName {
  return Object.hasOwn(SIZES, text);
}
