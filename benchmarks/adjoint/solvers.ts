/**
 * Solvers with their gradients as rows: nothing is trained. In double precision, and in single precision within a compiled
 * step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Step } from "../../models/backend/backend.ts";
import { compileEagerly, loadEager } from "../../models/backend/eager_backend.ts";
import { valueAndGradients } from "../../models/backend/engine.ts";
import type { HostArrays, Tensors } from "../../models/backend/tensors.ts";
import {
  adjointFloat64,
  backpropFloat64,
  type Float64Problem,
  type Float64Solution,
  type Float64Step,
  solveFloat64,
  stateAfter,
} from "../../models/ode/adaptive_float64.ts";
import { odeSolveAdjoint, odeSolveBackprop } from "../../models/ode/adjoint.ts";
import { solveFixedStep } from "../../models/ode/fixed_step.ts";
import { BOSH3, DOPRI5, type EmbeddedPair, RK4 } from "../../models/ode/tableaus.ts";
import { atTime, withTime } from "../../models/ode/timed_steps.ts";
import { shapesOf } from "../../models/training/arrays.ts";
import type { TrainingTask } from "../../models/training/method.ts";
import { PARAM_PARTS, PARAMS, PERCEPTRON, perceptron, STATE, UPSTREAM } from "./problem.ts";

/** Output times; the loss is a weighted sum of the states there. */
export const TIMES = [0, 1, 2, 3] as const;

/** What one solve and its gradient are. */
export interface SolvedGradient {
  /** dL/dz at the first time, then dL/dθ. */
  readonly gradient: readonly number[];
  /** The state at the last time. */
  readonly last: readonly number[];
  /** Evaluations of the field forwards. */
  readonly evaluations: number;
  /** Evaluations of the field's products backwards. */
  readonly backwardEvaluations: number;
  /** Bytes that the solve forwards keeps for the way back. */
  readonly storedBytes: number;
}

/** Solves to a tolerance. */
export type Solve = (
  tolerance: number,
  backend: TrainingTask<unknown, unknown>["backend"],
) => Promise<SolvedGradient>;

const problemOf = (tolerance: number, pair: EmbeddedPair): Float64Problem => ({
  ...{ field: PERCEPTRON, params: PARAMS, paramParts: PARAM_PARTS, state: STATE },
  ...{ times: TIMES, tolerance, pair },
});

const stepBytes = ({ steps }: Float64Solution): number =>
  // A state, a time and a length.
  steps.reduce((sum, { state }) => sum + state.byteLength + 16, 0);
const stateBytes = ({ states }: Float64Solution): number =>
  states.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** In double precision, by a method with error control. */
export function double(
  gradient: "adjoint" | "backprop",
  pair: EmbeddedPair = DOPRI5,
): (tolerance: number) => Promise<SolvedGradient> {
  return (tolerance) => {
    const problem = problemOf(tolerance, pair);
    const solution = solveFloat64(problem);
    const isAdjoint = gradient === "adjoint";
    const found = (isAdjoint ? adjointFloat64 : backpropFloat64)(problem, solution, UPSTREAM);
    return Promise.resolve({
      gradient: [...found.state, ...found.params],
      last: [...solution.states.at(-1)!],
      evaluations: solution.evaluations,
      backwardEvaluations: found.evaluations,
      storedBytes: (isAdjoint ? stateBytes : stepBytes)(solution),
    });
  };
}

/** Bogacki and Shampine's pair, by the adjoint. */
export const bosh3Adjoint: Solve = double("adjoint", BOSH3);

/** Steps of RK4 between two output times whose fourth power is the tolerance. */
const stepsFor = (tolerance: number): number => Math.ceil(tolerance ** -0.25 - 1e-9);

/** In double precision, by fixed steps of RK4, differentiated through. */
export const doubleFixed: Solve = (tolerance) => {
  // Values within a step are not asked for, nor its error.
  const pair: EmbeddedPair = { ...RK4, error: [0, 0, 0, 0], middle: [0, 0, 0, 0] };
  const problem = problemOf(tolerance, pair);
  const count = stepsFor(tolerance);
  const steps: Float64Step[] = [];
  const states = [STATE];
  const places = [];
  for (const [i, time] of TIMES.slice(1).entries()) {
    const length = (time - TIMES[i]!) / count;
    let state = states.at(-1)!;
    for (let s = 0; s < count; s++) {
      const step = { time: TIMES[i]! + s * length, length, state };
      steps.push(step);
      state = stateAfter(RK4, (time, y) => PERCEPTRON.value(time, y, PARAMS), step);
    }
    states.push(state);
    places.push({ step: steps.length - 1, fraction: 1 });
  }
  const solution = { states, steps, places, evaluations: 4 * steps.length };
  const found = backpropFloat64(problem, solution, UPSTREAM);
  return Promise.resolve({
    gradient: [...found.state, ...found.params],
    last: [...states.at(-1)!],
    evaluations: solution.evaluations,
    backwardEvaluations: found.evaluations,
    storedBytes: stepBytes(solution),
  });
};

type TensorSolve = (
  params: Tensors,
  state: Tensors,
  tolerance: number,
  backwardEvaluations: tf.Tensor,
) => {
  readonly states: Tensors;
  readonly evaluations: tf.Tensor;
  /** Evaluations backwards, where they are known; else the gradient of `backwardEvaluations`. */
  readonly backward?: number;
};

const [U, W2] = [PARAM_PARTS[0], PARAM_PARTS[0] + PARAM_PARTS[1]];
const array = (shape: number[], data: Float64Array) => ({ shape, data: Float32Array.from(data) });
const INPUTS: HostArrays = {
  z: array([3, 2], STATE),
  w1: array([2, 5], PARAMS.slice(0, U)),
  u: array([5], PARAMS.slice(U, W2)),
  w2: array([5, 2], PARAMS.slice(W2)),
  count: array([], new Float64Array(1)),
  upstream: array([4, 3, 2], Float64Array.from(UPSTREAM.flatMap((row) => [...row]))),
};

function single(solve: TensorSolve): Solve {
  return async (tolerance, backend) => {
    let storedBytes = 0;
    let backward: number | undefined;
    const step: Step = (given) => {
      const { z, w1, u, w2, count, upstream } = given as Record<string, tf.Tensor>;
      const { result, gradients } = valueAndGradients(() => {
        const before = tf.memory().numBytes;
        const solved = solve({ w1: w1!, u: u!, w2: w2! }, { z: z! }, tolerance, count!);
        const { states, evaluations } = solved;
        backward = solved.backward;
        const loss = tf.sum(tf.mul(states.z!, upstream!)) as tf.Scalar;
        storedBytes = tf.memory().numBytes - before;
        return { loss, evaluations, states: states.z! };
      }, { z: z!, w1: w1!, u: u!, w2: w2!, count: count! });
      return { ...gradients, evaluations: result.evaluations, states: result.states };
    };
    const compiled = await (await backend()).compile(step, shapesOf(INPUTS));
    const out = await compiled.run(INPUTS);
    await compiled.dispose();
    // Op by op, where what lives between the two passes can be counted.
    await loadEager("wasm");
    const eager = await compileEagerly("wasm", step, shapesOf(INPUTS));
    await eager.run(INPUTS);
    return {
      gradient: ["z", "w1", "u", "w2"].flatMap((name) => [...out[name]!.data]),
      last: [...out.states!.data.slice(-STATE.length)],
      evaluations: out.evaluations!.data[0]!,
      backwardEvaluations: backward ?? out.count!.data[0]!,
      storedBytes,
    };
  };
}

const both = (tolerance: number) => (
  { relativeTolerance: tolerance, absoluteTolerance: tolerance }
);

/** In single precision within a compiled step, by the adjoint. */
export const singleAdjoint: Solve = single((params, state, tolerance, backwardEvaluations) =>
  odeSolveAdjoint(perceptron, params, state, TIMES, { ...both(tolerance), backwardEvaluations })
);

/** In single precision within a compiled step, through the accepted steps. */
export const singleBackprop: Solve = single((params, state, tolerance) => {
  // Its memory grows with the most steps that it may take: those of the solve in double precision and a few.
  const { evaluations: known } = solveFloat64(problemOf(tolerance, DOPRI5));
  const maxSteps = Math.ceil(1.1 * (known - 2) / 6) + 2;
  const options = { ...both(tolerance), maxSteps };
  return {
    ...odeSolveBackprop(perceptron, params, state, TIMES, options),
    backward: 6 * maxSteps,
  };
});

/** In single precision within a compiled step, through fixed steps of RK4. */
export const singleFixed: Solve = single((params, { z }, tolerance) => {
  const stepsPerFrame = stepsFor(tolerance);
  const states = solveFixedStep({
    ...{ field: withTime(perceptron), params, state: atTime({ z: z! }, tf.scalar(TIMES[0])) },
    ...{ tableau: RK4, frames: TIMES.length - 1, stepsPerFrame, stepSize: 1 / stepsPerFrame },
  });
  const all = 4 * (TIMES.length - 1) * stepsPerFrame;
  return { states, evaluations: tf.scalar(all), backward: all };
});
