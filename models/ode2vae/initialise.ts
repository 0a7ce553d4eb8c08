/**
 * Initial parameters and batch-norm state of ODE2VAE.
 *
 * @module
 */
import type { Key } from "../../data/random/mod.ts";
import type { HostArrays } from "../backend/tensors.ts";
import { batchNormStateSpecs, decoderSpecs, encoderSpecs } from "../networks/frames.ts";
import { bayesianMlpSpecs } from "../nn/bayesian_mlp.ts";
import { initialise, type ParameterSpec } from "../nn/init.ts";
import { fieldWidths, type Ode2vaeSettings } from "./settings.ts";

/** Names, shapes and beginnings of all trainable parameters, in the order of their random streams. */
export function parameterSpecs(settings: Ode2vaeSettings): ParameterSpec[] {
  const { observation, latentDimensions: q, velocityFrames } = settings;
  return [
    ...encoderSpecs("positionEncoder", observation, 1, q),
    ...encoderSpecs("velocityEncoder", observation, velocityFrames, q),
    ...decoderSpecs(observation, q),
    ...bayesianMlpSpecs("field", fieldWidths(settings), settings.initialWeightVariance),
  ];
}

/** Batch-norm state before training: mean 0 and variance 1, as TensorFlow begins. */
export function stateSpecs(settings: Ode2vaeSettings): ParameterSpec[] {
  return batchNormStateSpecs(parameterSpecs(settings));
}

/** Draws parameters (Glorot weights, zero biases, small weight variance) and sets the batch-norm state. */
export function init(
  key: Key,
  settings: Ode2vaeSettings,
): { readonly params: HostArrays; readonly state: HostArrays } {
  return {
    params: initialise(key, parameterSpecs(settings)),
    state: initialise(key, stateSpecs(settings)),
  };
}
