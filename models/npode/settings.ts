/**
 * Settings of npODE, and what they ask of the data.
 *
 * @module
 */
import type { Sequences } from "../../data/sequences.ts";
import type { SequenceData } from "../training/sequences.ts";
import {
  choice,
  count,
  natural,
  number,
  parseSettings,
  positive,
  type Settings,
  share,
  type TableOf,
} from "../training/settings.ts";

/** Parsed settings. */
export type NpodeSettings = Readonly<
  & Record<
    | "latentDimensions"
    | "gridWidth"
    | "lengthScale"
    | "shortening"
    | "signalDeviation"
    | "frameStride"
    | "frameInterval"
    | "stepsPerFrame"
    | "differenceVariance"
    | "initialDeviation"
    | "initialNoise"
    | "restarts"
    | "iterations"
    | "growthStages"
    | "finalIterations"
    | "contextFrames"
    | "testEvery",
    number
  >
  & { initialState: "first-frame" | "learned" }
>;

/**
 * npODE on walks. Where a source is named, the value is that of the authors' released code for CMU's walks; the paper gives
 * fewer. Its own restarts differ only by what is a slip in it (a remainder that is never 1): all three have the last
 * length scales. Here they are the three that it lists.
 */
export const NPODE_SETTINGS: TableOf<NpodeSettings> = {
  latentDimensions: count(3, "q: principal components that the state has (released code)"),
  gridWidth: count(5, "inducing locations along each dimension, width^q in all (released code)"),
  lengthScale: positive(1, "ℓ of the kernel in standard deviations of a component (released code)"),
  shortening: share(
    0.75,
    "restart r multiplies the last r length scales by it; past q restarts ℓ doubles (released code)",
  ),
  signalDeviation: positive(1, "σ_f: prior standard deviation of the field; fixed (released code)"),
  frameStride: count(4, "every so many frames one is fitted (released code)"),
  frameInterval: positive(0.1, "time between two fitted frames (released code)"),
  stepsPerFrame: count(1, "Runge–Kutta steps between two fitted frames; the released code's adapt"),
  initialState: choice(
    ["first-frame", "learned"],
    "first-frame",
    "of a walk: the first frame's, as in the released code; or learned, and found from the context in predictions",
  ),
  differenceVariance: positive(
    0.25,
    "noise of the differences that the field begins with (the authors' later code)",
  ),
  initialDeviation: number(
    0.1,
    "noise on the initial whitened vectors, for a spread over seeds; none in the released code",
  ),
  initialNoise: positive(
    0.2,
    "σ in standard deviations of a component, learned once paths have their full length: the least in the released code's search",
  ),
  restarts: count(3, "trainings with other length scales; validation selects (released code)"),
  iterations: count(200, "L-BFGS iterations of a restart; 50 without growth in the released code"),
  growthStages: count(
    10,
    "stages of a restart: paths are fitted to a longer beginning in each; the released code can do so",
  ),
  finalIterations: natural(
    0,
    "of the selected one, on validation sequences that contain the training ones; 100 in the released code",
  ),
  contextFrames: count(3, "first frames of a validation sequence, which is continued from them"),
  testEvery: natural(
    10,
    "add a point to the test curve every so many iterations, 0 for never; selects nothing",
  ),
};

/**
 * The first scored frame of a validation sequence, counted among its observed ones: what follows the context, or, where
 * the final run is trained on validation sequences, what follows the training ones in them.
 */
export function scoredFrom(
  { finalIterations, contextFrames }: NpodeSettings,
  train: Sequences,
): number {
  return finalIterations === 0 ? contextFrames : Math.max(contextFrames, train.observedCount);
}

/** Settings that fit the data. @throws RangeError where they do not */
export function npodeSettings(values: Settings, data: SequenceData): NpodeSettings {
  const settings = parseSettings("npODE", NPODE_SETTINGS, values);
  const { growthStages, iterations } = settings;
  const { train, validation } = data;
  if (train.frameShape.length !== 1) {
    throw new RangeError(
      `Cannot train npODE: frames must be vectors, are ${train.frameShape.join("×")}`,
    );
  }
  if (growthStages > iterations) {
    throw new RangeError(
      `Cannot train npODE: growthStages must be at most the ${iterations} iterations, is ${growthStages}`,
    );
  }
  const before = scoredFrom(settings, train);
  if (validation.observedCount <= before) {
    throw new RangeError(
      `Cannot train npODE: validation sequences must have more than ${before} observed frames, ` +
        `have ${validation.observedCount}`,
    );
  }
  return settings;
}
