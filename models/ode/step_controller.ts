/**
 * Step-size control of adaptive solvers, as pure functions of numbers.
 *
 * @module
 */

/** A proportional–integral controller (Hairer, Nørsett and Wanner, "Solving ODEs I", section IV.2 of volume II). */
export interface StepController {
  /** Factor below what the error estimate allows. */
  readonly safety: number;
  /** Least factor from one step to the next. */
  readonly smallest: number;
  /** Greatest factor from one step to the next. */
  readonly greatest: number;
  /** β: weight of the previous error; 0 is the standard controller. */
  readonly integral: number;
}

/** Settings of Hairer's DOPRI5. */
export const PI_CONTROLLER: StepController = Object.freeze({
  safety: 0.9,
  smallest: 0.2,
  greatest: 10,
  integral: 0.04,
});

/** Settings of the standard controller: without memory. */
export const STANDARD_CONTROLLER: StepController = Object.freeze({ ...PI_CONTROLLER, integral: 0 });

/**
 * The factor by which the next trial step is longer. An error of at most 1 means that the step was accepted; after a
 * rejection the factor is below 1. An error that is not finite gives the least factor.
 *
 * @param error scaled error of this trial, ≥ 0
 * @param previous scaled error of the last accepted step
 * @param order order of the method
 */
export function stepFactor(
  error: number,
  previous: number,
  order: number,
  { safety, smallest, greatest, integral }: StepController,
): number {
  if (!Number.isFinite(error)) return smallest;
  const accepted = error <= 1;
  // The memory helps only along accepted steps.
  const beta = accepted ? integral : 0;
  const exponent = 1 / order - 0.75 * beta;
  const factor = safety * Math.max(error, 1e-10) ** -exponent * Math.max(previous, 1e-4) ** beta;
  return Math.min(Math.max(factor, smallest), accepted ? greatest : safety);
}
