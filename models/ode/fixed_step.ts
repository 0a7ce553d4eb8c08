/**
 * The fixed-step solver: a {@link scan} over steps, and quadratures along the path after it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { mapValues, parameter, type Tensors, under } from "../backend/tensors.ts";
import { rungeKuttaStep, type VectorField, weightedSum } from "./runge_kutta.ts";
import type { Tableau } from "./tableaus.ts";

/**
 * The derivative of an entry that the field does not read, such as a log-density: a function of the field's notes, row by
 * row.
 *
 * @param noted the field's outputs that are not entries of the state, for several iterations at once: (iterations, n, …)
 * @returns (iterations, n)
 */
export type Integrand = (params: Tensors, noted: Tensors) => tf.Tensor;

/** What {@link solveFixedStep} solves and how. */
export interface FixedStepProblem {
  /** The right-hand side; outputs that are not entries of the state are notes for the integrands. */
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
  /**
   * The derivative of each entry of the state that the field does not read. It is evaluated after the loop, for all
   * iterations together, with the weights of the same tableau.
   */
  readonly integrands?: Readonly<Record<string, Integrand>>;
  /** Steps in one iteration of the scan (1 by default); must divide `stepsPerFrame`. */
  readonly unroll?: number;
}

/**
 * States at the initial frame and at every later frame: each entry (frames + 1, …).
 *
 * @throws RangeError when `frames` or `stepsPerFrame` is not a count, or `unroll` does not divide `stepsPerFrame`
 */
export function solveFixedStep(problem: FixedStepProblem): Tensors {
  const { field, params, state, tableau, frames, stepsPerFrame, stepSize } = problem;
  const integrands = Object.entries(problem.integrands ?? {});
  const unroll = problem.unroll ?? 1;
  requireCount("frames", frames, 0);
  requireCount("stepsPerFrame", stepsPerFrame, 1);
  requireCount("unroll", unroll, 1);
  const iterationsPerFrame = stepsPerFrame / unroll;
  if (!Number.isInteger(iterationsPerFrame)) {
    throw new RangeError(
      `Cannot solve in fixed steps: unroll must divide stepsPerFrame = ${stepsPerFrame}, is ${unroll}`,
    );
  }
  const first = (name: string) => tf.expandDims(parameter(state, name), 0); // (1, …)
  if (frames === 0) return mapValues(state, (_, name) => first(name));
  const start = Object.fromEntries(
    Object.entries(state).filter(([name]) => !Object.hasOwn(problem.integrands ?? {}, name)),
  );
  const { ys } = scan(
    (params, carry) => {
      const notes: Record<string, tf.Tensor> = {};
      for (let step = 0; step < unroll; step++) {
        const next = rungeKuttaStep(tableau, field, params, carry, stepSize);
        carry = next.state;
        if (integrands.length > 0) note(notes, step, next.derivatives, carry);
      }
      return { carry, y: { ...carry, ...notes } };
    },
    { params, carry: start, length: frames * iterationsPerFrame },
  );
  const path = mapValues(start, (_, name) => parameter(ys, name));
  const stages = tableau.weights.flatMap((weight, stage) =>
    weight === 0 ? [] : [{ weight, stage }]
  );
  for (const [name, integrand] of integrands) {
    const changes = Array.from({ length: unroll }, (_, step) =>
      weightedSum(
        stages.map(({ stage }) => integrand(params, under(noteName(step, stage, ""), ys))),
        stages.map(({ weight }) => weight),
        stepSize,
      )!); // (iterations, n) each
    const sums = runningSum(changes.reduce((sum, change) => tf.add(sum, change)));
    path[name] = tf.add(parameter(state, name), sums);
  }
  return mapValues(state, (_, name) => {
    const later = lastOfEach(parameter(path, name), frames, iterationsPerFrame);
    return tf.concat([first(name), later], 0);
  });
}

/** Name of a note of the field, at a stage of a step of an iteration. */
const noteName = (step: number, stage: number, name: string) => `note ${step}.${stage} ${name}`;

/** Adds the field's notes at all stages of a step. */
function note(
  notes: Record<string, tf.Tensor>,
  step: number,
  derivatives: readonly Tensors[],
  state: Tensors,
): void {
  for (const [stage, derivative] of derivatives.entries()) {
    for (const [name, tensor] of Object.entries(derivative)) {
      if (!(name in state)) notes[noteName(step, stage, name)] = tensor;
    }
  }
}

/** Sums over the iterations so far, (iterations, n). TensorFlow.js 4.22 has the gradient along the last axis only. */
function runningSum(changes: tf.Tensor): tf.Tensor {
  return tf.transpose(tf.cumsum(tf.transpose(changes), 1));
}

/** (frames · iterations, …) → (frames, …): the last iteration of every frame. */
function lastOfEach(all: tf.Tensor, frames: number, iterationsPerFrame: number): tf.Tensor {
  if (iterationsPerFrame === 1) return all;
  const rest = all.shape.slice(1);
  const zeros = rest.map(() => 0);
  const grouped = tf.reshape(all, [frames, iterationsPerFrame, ...rest]);
  const last = tf.slice(grouped, [0, iterationsPerFrame - 1, ...zeros], [frames, 1, ...rest]);
  return tf.reshape(last, [frames, ...rest]);
}

function requireCount(what: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
      `Cannot solve in fixed steps: ${what} must be a whole number >= ${least}, is ${value}`,
    );
  }
}
