/**
 * Settings of GPDM, and what they ask of the data.
 *
 * @module
 */
import type { SequenceData } from "../training/sequences.ts";
import {
  count,
  natural,
  number,
  parseSettings,
  positive,
  type Settings,
  type TableOf,
} from "../training/settings.ts";

/** Most frames of the training walk: their kernel is factored densely in each iteration. */
const MOST_FRAMES = 1000;

/** Parsed settings. */
export type GpdmSettings = Readonly<
  Record<
    | "latentDimensions"
    | "epochs"
    | "iterationsPerEpoch"
    | "mappingInverseWidth"
    | "mappingPrecision"
    | "dynamicsVariance"
    | "dynamicsInverseWidth"
    | "dynamicsLinear"
    | "dynamicsPrecision"
    | "stateDeviation"
    | "hyperparameterDeviation"
    | "contextIterations"
    | "testEvery",
    number
  >
>;

/**
 * GPDM of one walk. Where a source is named, the value is that of the authors' released code. The paper's kernel of frames
 * has no variance of its own, which the weights would make redundant, and neither has ours.
 */
export const GPDM_SETTINGS: TableOf<GpdmSettings> = {
  latentDimensions: count(3, "q: dimensions of a latent state (released code)"),
  epochs: count(
    100,
    "epochs (released code); the one that continues the validation walk best is selected, the last one in the released code",
  ),
  iterationsPerEpoch: count(
    10,
    "L-BFGS iterations of an epoch; the released code takes steps of scaled conjugate gradients",
  ),
  mappingInverseWidth: positive(1, "γ of the kernel of frames, to begin with (released code)"),
  mappingPrecision: positive(
    Math.E,
    "ν of the kernel of frames: 1 / noise, to begin with (released code)",
  ),
  dynamicsVariance: positive(0.1, "v: RBF part of the dynamics, to begin with (released code)"),
  dynamicsInverseWidth: positive(1, "γ of the dynamics, to begin with (released code)"),
  dynamicsLinear: positive(0.9, "a: linear part of the dynamics, to begin with (released code)"),
  dynamicsPrecision: positive(
    Math.E,
    "ν of the dynamics: 1 / noise, to begin with (released code)",
  ),
  stateDeviation: number(
    0.1,
    "noise on the initial latent states, in their standard deviations, for a spread over seeds; none in the released code",
  ),
  hyperparameterDeviation: number(
    0.1,
    "noise on the logarithms of the initial hyperparameters, for a spread over seeds; none in the released code",
  ),
  contextIterations: count(
    100,
    "iterations that find latent states of a context's frames that training did not see (ours)",
  ),
  testEvery: natural(
    25,
    "add a point to the test curve every so many epochs, 0 for never; selects nothing",
  ),
};

/** Settings that fit the data. @throws RangeError where they do not */
export function gpdmSettings(values: Settings, { train, validation }: SequenceData): GpdmSettings {
  const settings = parseSettings("GPDM", GPDM_SETTINGS, values);
  const refuse = (rule: string) => {
    throw new RangeError(`Cannot train GPDM: ${rule}`);
  };
  const { count, frameShape, observedCount } = train;
  if (frameShape.length !== 1) refuse(`frames must be vectors, are ${frameShape.join("×")}`);
  if (count !== 1) refuse(`there must be 1 training sequence, are ${count}`);
  if (observedCount < 3 || observedCount > MOST_FRAMES) {
    refuse(`the training sequence must have 3 to ${MOST_FRAMES} frames, has ${observedCount}`);
  }
  if (validation.observedCount <= observedCount) {
    refuse(
      `validation sequences must have more than the training's ${observedCount} observed frames, ` +
        `have ${validation.observedCount}`,
    );
  }
  return settings;
}
