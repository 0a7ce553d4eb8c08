/**
 * Paths of a field by Runge–Kutta steps in double precision, and their gradients, exact to rounding.
 *
 * @module
 */
import type { Tableau } from "../ode/tableaus.ts";
import type { InducingField } from "./field.ts";

/** How paths are computed. */
export interface PathSolver {
  /** An explicit method. */
  readonly tableau: Tableau;
  /** Length of a step. */
  readonly stepSize: number;
}

/** A path with all that its gradient needs. */
export interface Path {
  /** The initial state and the one after each step (steps + 1, q). */
  readonly states: Float64Array;
  /** Where the field was evaluated (steps, stages, q). */
  readonly stages: Float64Array;
}

/** Follows a field from an initial state (q). */
export function solvePath(
  field: InducingField,
  initial: ArrayLike<number>,
  steps: number,
  { tableau: { stages: coefficients, weights }, stepSize }: PathSolver,
): Path {
  const q = field.grid.locations.columns;
  const states = new Float64Array((steps + 1) * q);
  const stages = new Float64Array(steps * weights.length * q);
  const derivatives = weights.map(() => new Float64Array(q));
  states.set(initial);
  /** `from` plus a step along the first derivatives. */
  const advance = (from: number, shares: readonly number[], into: Float64Array) => {
    for (let d = 0; d < q; d++) {
      let sum = 0;
      for (let j = 0; j < shares.length; j++) sum += shares[j]! * derivatives[j]![d]!;
      into[d] = states[from + d]! + stepSize * sum;
    }
  };
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < weights.length; i++) {
      const at = (step * weights.length + i) * q;
      const stage = stages.subarray(at, at + q);
      advance(step * q, coefficients[i]!, stage);
      field.evaluate(stage, derivatives[i]!);
    }
    advance(step * q, weights, states.subarray((step + 1) * q, (step + 2) * q));
  }
  return { states, stages };
}

/**
 * Adds the gradients of anything that depends on a path's states, by going back through its steps.
 *
 * @param gradients by each state (steps + 1, q)
 * @param weightGradient that by the field's weights is added here (M, q)
 * @returns that by the initial state (q)
 */
export function pullBackPath(
  field: InducingField,
  { stages }: Path,
  gradients: Float64Array,
  { tableau: { stages: coefficients, weights }, stepSize }: PathSolver,
  weightGradient: Float64Array,
): Float64Array {
  const q = field.grid.locations.columns;
  const steps = gradients.length / q - 1;
  const state = gradients.slice(steps * q);
  const derivative = new Float64Array(q);
  const byStage = weights.map(() => new Float64Array(q));
  for (let step = steps - 1; step >= 0; step--) {
    for (let i = weights.length - 1; i >= 0; i--) {
      for (let d = 0; d < q; d++) {
        let sum = weights[i]! * state[d]!;
        for (let j = i + 1; j < weights.length; j++) {
          sum += coefficients[j]![i]! * byStage[j]![d]!;
        }
        derivative[d] = stepSize * sum;
      }
      const at = (step * weights.length + i) * q;
      field.pullBack(stages.subarray(at, at + q), derivative, weightGradient, byStage[i]!);
    }
    for (let d = 0; d < q; d++) {
      for (const stage of byStage) state[d]! += stage[d]!;
      state[d]! += gradients[step * q + d]!;
    }
  }
  return state;
}
