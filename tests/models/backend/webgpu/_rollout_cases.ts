/**
 * Rollouts whose numbers and gradients are compared, on any backend, fused or as a loop.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { fold, normal, rootKey } from "../../../../data/random/mod.ts";
import type { Step, TensorSpecs } from "../../../../models/backend/backend.ts";
import type { HostArrays, Tensors } from "../../../../models/backend/tensors.ts";
import { valueAndGradients } from "../../../../models/backend/engine.ts";
import {
  type FusedRolloutProblem,
  solveOnDevice,
} from "../../../../models/backend/webgpu/fused_rollout.ts";
import { solveFixedStep } from "../../../../models/ode/fixed_step.ts";
import { secondOrderField } from "../../../../models/ode/second_order_mlp.ts";
import { type SolverName, tableau } from "../../../../models/ode/tableaus.ts";

/** Sizes and method of a rollout. */
export interface RolloutCase {
  readonly sequences: number;
  readonly q: number;
  readonly hidden: number;
  readonly activation: "relu" | "tanh";
  readonly trace: "exact" | "none";
  readonly method: SolverName;
  readonly frames: number;
  readonly stepsPerFrame: number;
  readonly stepSize: number;
}

/** A small one, to be changed. */
export const SMALL: RolloutCase = Object.freeze<RolloutCase>({
  sequences: 3,
  q: 2,
  hidden: 7,
  activation: "tanh",
  trace: "exact",
  method: "rk4",
  frames: 3,
  stepsPerFrame: 1,
  stepSize: 0.1,
});

/** The state and the weights, the trace's matrix as if it were a weight of its own; random, activations of order one. */
export function rolloutInputs(rollout: RolloutCase): {
  readonly specs: TensorSpecs;
  readonly arrays: HostArrays;
} {
  const { sequences, q, hidden: H, trace } = rollout;
  const shapes: Record<string, readonly [shape: number[], scale: number]> = {
    z: [[sequences, 2 * q], 1],
    "layer1/kernel": [[2 * q, H], 1 / Math.sqrt(2 * q)],
    "layer1/bias": [[H], 0.3],
    "layer2/kernel": [[H, H], 1 / Math.sqrt(H)],
    "layer2/bias": [[H], 0.3],
    "layer3/kernel": [[H, q], 1 / Math.sqrt(H)],
    "layer3/bias": [[q], 0.3],
    ...(trace === "exact" && {
      logDensity: [[sequences], 1],
      "trace/matrix": [[H, H], 1 / H],
    }),
  };
  const arrays = Object.fromEntries(
    Object.entries(shapes).map(([name, [shape, scale]]) => {
      const data = normal(fold(rootKey(17), name), tf.util.sizeFromShape(shape));
      return [name, { shape, data: data.map((x) => scale * x) }];
    }),
  );
  const specs = Object.fromEntries(
    Object.entries(shapes).map(([name, [shape]]) => [name, { shape }]),
  );
  return { specs, arrays };
}

/** The problem of a case, its tensors being those of {@link rolloutInputs}. */
export function problemOf(rollout: RolloutCase, inputs: Tensors): FusedRolloutProblem {
  const { z, logDensity, ...params } = inputs;
  const { q: latentDimensions, activation, trace } = rollout;
  return {
    mlp: { latentDimensions, activation, trace },
    params,
    state: logDensity ? { z: z!, logDensity } : { z: z! },
    tableau: tableau(rollout.method),
    frames: rollout.frames,
    stepsPerFrame: rollout.stepsPerFrame,
    stepSize: rollout.stepSize,
  };
}

/** How a problem is solved. */
export type Solver = (problem: FusedRolloutProblem) => Tensors;

/** Step by step, op by op. */
export const loop: Solver = ({ mlp, ...problem }) =>
  solveFixedStep({ ...problem, field: secondOrderField(mlp) });

/** In the fused kernel, without which this is an error. */
export const fused: Solver = (problem) => {
  const states = solveOnDevice(problem);
  if (states === undefined) throw new Error("Cannot solve on the device: it has no program");
  return states;
};

/** Weights of an output in the scalar that is differentiated: different ones for every element. */
export function projectionOf(name: string, size: number): Float32Array {
  return normal(fold(rootKey(5), name), size);
}

/** A scalar that depends on every output in its own way. */
export function projected(states: Tensors): tf.Scalar {
  return tf.addN(
    Object.entries(states).map(([name, state]) =>
      tf.sum(tf.mul(state, tf.tensor(projectionOf(name, state.size), state.shape)))
    ),
  ) as tf.Scalar;
}

/** States at all frames, their projection `loss`, and its gradients `d NAME`. */
export function rolloutStep(rollout: RolloutCase, solve: Solver): Step {
  return (inputs) => {
    const { result: { states, loss }, gradients } = valueAndGradients(() => {
      const states = solve(problemOf(rollout, inputs));
      return { states, loss: projected(states) };
    }, inputs);
    return {
      ...states,
      loss,
      ...Object.fromEntries(Object.entries(gradients).map(([name, d]) => [`d ${name}`, d])),
    };
  };
}

/** States at all frames alone. */
export function forwardStep(rollout: RolloutCase, solve: Solver): Step {
  return (inputs) => solve(problemOf(rollout, inputs));
}
