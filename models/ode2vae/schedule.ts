/**
 * What changes during training: the length of sub-sequences and the learning rate.
 *
 * @module
 */
import type { OptimisationSettings } from "./settings.ts";

/**
 * Observed frames of each sequence that are used in an epoch: max(min(T, ⌊T/5⌋ + ⌊epoch/2⌋), m + 1).
 *
 * @param epoch 0-based
 * @param frames T, observed frames of a sequence
 * @param velocityFrames m, frames that the velocity encoder sees
 */
export function subsequenceLength(epoch: number, frames: number, velocityFrames: number): number {
  return Math.max(
    Math.min(frames, Math.floor(frames / 5) + Math.floor(epoch / 2)),
    velocityFrames + 1,
  );
}

/**
 * Learning rate of a step, in a staircase: initial · decay^⌊step / decaySteps⌋.
 *
 * @param step optimiser step, 0-based
 */
export function learningRate(
  step: number,
  settings: Pick<
    OptimisationSettings,
    "learningRate" | "learningRateDecay" | "learningRateDecaySteps"
  >,
): number {
  return settings.learningRate *
    settings.learningRateDecay ** Math.floor(step / settings.learningRateDecaySteps);
}
