/**
 * The fixed-step solver: a {@link scan} over steps.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import type { Tensors } from "../backend/tensors.ts";
import { parameter } from "../nn/parameters.ts";
import { rungeKuttaStep, type VectorField } from "./runge_kutta.ts";
import type { Tableau } from "./tableaus.ts";

/** What {@link solveFixedStep} solves and how. */
export interface FixedStepProblem {
  /** The right-hand side. */
  readonly field: VectorField;
  /** All tensors the field reads besides the state. */
  readonly params: Tensors;
  /** Initial state. */
  readonly state: Tensors;
  /** The method. */
  readonly tableau: Tableau;
  /** Number of frames after the initial one. */
  readonly frames: number;
  /** Steps between two frames. */
  readonly stepsPerFrame: number;
  /** Length of a step; negative goes back in time. */
  readonly stepSize: number;
  /** Entries that the field does not read, see `StepOptions`. */
  readonly quadratures?: readonly string[];
  /** Steps in one turn of the scan (1 by default); must divide `stepsPerFrame`. */
  readonly unroll?: number;
}

/**
 * States at the initial frame and at every later frame: each entry (frames + 1, …).
 *
 * @throws RangeError when `frames` or `stepsPerFrame` is not a count, or `unroll` does not divide `stepsPerFrame`
 */
export function solveFixedStep(problem: FixedStepProblem): Tensors {
  const { field, params, state, tableau, frames, stepsPerFrame, stepSize, quadratures = [] } =
    problem;
  const unroll = problem.unroll ?? 1;
  requireCount("frames", frames, 0);
  requireCount("stepsPerFrame", stepsPerFrame, 1);
  requireCount("unroll", unroll, 1);
  const turnsPerFrame = stepsPerFrame / unroll;
  if (!Number.isInteger(turnsPerFrame)) {
    throw new RangeError(
      `Cannot solve in fixed steps: unroll must divide stepsPerFrame = ${stepsPerFrame}, is ${unroll}`,
    );
  }
  const first = (name: string) => tf.expandDims(parameter(state, name), 0); // (1, …)
  if (frames === 0) {
    return Object.fromEntries(Object.keys(state).map((name) => [name, first(name)]));
  }
  const { ys } = scan(
    (params, carry) => {
      for (let step = 0; step < unroll; step++) {
        carry = rungeKuttaStep(tableau, field, params, carry, stepSize, { quadratures }).state;
      }
      return { carry, y: carry };
    },
    { params, carry: state, length: frames * turnsPerFrame },
  );
  return Object.fromEntries(
    Object.keys(state).map((name) => {
      const later = lastOfEach(parameter(ys, name), frames, turnsPerFrame);
      return [name, tf.concat([first(name), later], 0)];
    }),
  );
}

/** (frames · turns, …) → (frames, …): the last turn of every frame. */
function lastOfEach(turns: tf.Tensor, frames: number, turnsPerFrame: number): tf.Tensor {
  if (turnsPerFrame === 1) return turns;
  const rest = turns.shape.slice(1);
  const zeros = rest.map(() => 0);
  const grouped = tf.reshape(turns, [frames, turnsPerFrame, ...rest]);
  const last = tf.slice(grouped, [0, turnsPerFrame - 1, ...zeros], [frames, 1, ...rest]);
  return tf.reshape(last, [frames, ...rest]);
}

function requireCount(what: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
      `Cannot solve in fixed steps: ${what} must be an integer >= ${least}, is ${value}`,
    );
  }
}
