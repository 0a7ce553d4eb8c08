/**
 * Adam in double precision, for the few parameters of a Gaussian process.
 *
 * @module
 */
import { ADAM_DEFAULTS, adamRate } from "../nn/adam.ts";
import type { GpParameters } from "./covariance.ts";
import type { GpGradient } from "./taylor.ts";

/** Parameters of a Gaussian process with Adam's two moments of each. */
export interface GpTraining {
  /** What is learned. */
  readonly parameters: GpParameters;
  /** First moments, same layout. */
  readonly first: GpParameters;
  /** Second moments, same layout. */
  readonly second: GpParameters;
}

/** Zero moments. */
export function startGpTraining(parameters: GpParameters): GpTraining {
  const zeros = (): GpParameters => ({
    objectVectors: new Float64Array(parameters.objectVectors.length),
    kernel: new Float64Array(parameters.kernel.length),
  });
  return { parameters, first: zeros(), second: zeros() };
}

/**
 * One update as `adamUpdate` of the networks does it.
 *
 * @param step 1 for the first update
 */
export function updateGp(
  training: GpTraining,
  gradient: GpGradient,
  learningRate: number,
  step: number,
): GpTraining {
  const { beta1, beta2, epsilon } = ADAM_DEFAULTS;
  const rate = adamRate(learningRate, step);
  const update = (part: keyof GpParameters) => {
    const slope = gradient[part];
    const m = training.first[part].map((value, i) => beta1 * value + (1 - beta1) * slope[i]!);
    const v = training.second[part].map((value, i) => beta2 * value + (1 - beta2) * slope[i]! ** 2);
    const values = training.parameters[part]
      .map((value, i) => value - rate * m[i]! / (Math.sqrt(v[i]!) + epsilon));
    return { m, v, values };
  };
  const [vectors, kernel] = [update("objectVectors"), update("kernel")];
  return {
    parameters: { objectVectors: vectors.values, kernel: kernel.values },
    first: { objectVectors: vectors.m, kernel: kernel.m },
    second: { objectVectors: vectors.v, kernel: kernel.v },
  };
}
