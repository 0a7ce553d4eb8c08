/**
 * Settings of VGPLVM, and what they ask of the data.
 *
 * @module
 */
import { frameOf, observedFrames } from "../../data/sequences.ts";
import type { SequenceData } from "../training/sequences.ts";
import {
  choice,
  count,
  natural,
  number,
  parseSettings,
  positive,
  type Settings,
  type TableOf,
} from "../training/settings.ts";
import { TIME_KERNELS } from "./time_kernel.ts";

/** Parsed settings. */
export type VgplvmSettings = Readonly<
  & Record<
    | "latentDimensions"
    | "inducingInputs"
    | "timeInverseWidth"
    | "timeWhite"
    | "timeBias"
    | "smoothVariance"
    | "shortestPeriod"
    | "longestPeriod"
    | "latentPrecision"
    | "noiseShare"
    | "initialDeviation"
    | "fixedNoiseIterations"
    | "iterations"
    | "iterationsPerEpoch"
    | "contextIterations"
    | "posteriorSamples"
    | "testEvery",
    number
  >
  & { timeKernel: (typeof TIME_KERNELS)[number] }
>;

/**
 * VGPLVM on a walk. Where a source is named, the value is that of the VGPDS authors' released code for CMU's walks. That
 * code has nine latent dimensions and reconstructs parts of frames; the table's authors do not give theirs.
 */
export const VGPLVM_SETTINGS: TableOf<VgplvmSettings> = {
  latentDimensions: count(3, "Q (ours: that of the other models of the table)"),
  inducingInputs: count(100, "M: inducing inputs, at most one a frame (released code)"),
  timeKernel: choice(
    TIME_KERNELS,
    "rbf",
    "kernel of latents over time, with bias and white noise (released code: rbf or matern32); periodic is periodic + rbf",
  ),
  timeInverseWidth: positive(
    30,
    "γ that training begins with: of exp(−½ γ d²), where the training frames take a time of 1 (released code)",
  ),
  timeWhite: positive(
    0.1,
    "variance of white noise of latents that training begins with (released)",
  ),
  timeBias: positive(0.135, "variance of their bias that training begins with (released code)"),
  smoothVariance: positive(
    0.006,
    "variance of rbf beside the periodic kernel that training begins with (released code)",
  ),
  shortestPeriod: count(
    60,
    "fewest frames of the period that a periodic kernel begins with (ours)",
  ),
  longestPeriod: count(180, "most frames of it (ours)"),
  latentPrecision: positive(
    0.152,
    "λ that training begins with: a latent's posterior precision beyond the prior's (released code)",
  ),
  noiseShare: positive(0.01, "variance of noise in that of frames, fixed at first (released code)"),
  initialDeviation: number(
    0.1,
    "noise on initial latents and logarithms of hyperparameters, for a spread over seeds (ours)",
  ),
  fixedNoiseIterations: natural(100, "L-BFGS iterations with fixed noise (released code: of SCG)"),
  iterations: count(1000, "iterations after them, in which all is learned (released code: of SCG)"),
  iterationsPerEpoch: count(10, "iterations that make an epoch"),
  contextIterations: count(
    50,
    "iterations that find latents of a context's frames that training did not see (ours)",
  ),
  posteriorSamples: count(30, "draws of an average over them (ours)"),
  testEvery: natural(
    20,
    "add a point to the test curve every so many epochs, 0 for never; selects nothing",
  ),
};

/** Settings that fit the data. @throws RangeError where they do not */
export function vgplvmSettings(values: Settings, data: SequenceData): VgplvmSettings {
  const { train, validation } = data;
  const settings = parseSettings("VGPLVM", VGPLVM_SETTINGS, values);
  const refuse = (rule: string, value: string | number) =>
    new RangeError(`Cannot train VGPLVM: ${rule}, is ${value}`);
  if (train.count !== 1) {
    throw refuse("the number of training sequences must be 1", train.count);
  }
  if (train.frameShape.length !== 1) {
    throw refuse("a frame must be a vector", train.frameShape.join("×"));
  }
  if (train.observedCount < 2) {
    throw refuse("the number of observed frames must be at least 2", train.observedCount);
  }
  const frames = observedFrames(train, 0);
  const length = frames.at(-1)! - frames[0]! + 1;
  if (settings.timeKernel === "periodic" && length > frames.length) {
    throw refuse(`the ${length} frames of a periodic walk must all be observed`, frames.length);
  }
  const other = frames.find((frame) =>
    frame >= validation.frameCount ||
    frameOf(train, 0, frame).some((value, j) => value !== frameOf(validation, 0, frame)[j])
  );
  if (other !== undefined) {
    throw refuse("validation must be the training walk", `another one at frame ${other}`);
  }
  if (settings.shortestPeriod > settings.longestPeriod) {
    throw refuse(
      `shortestPeriod must be at most longestPeriod = ${settings.longestPeriod}`,
      settings.shortestPeriod,
    );
  }
  return settings;
}
