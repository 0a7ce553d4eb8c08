/**
 * Initial-value problems that carry their exact solutions. Time, where a problem needs it, is an entry of the state.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import "../cpu.ts";
import type { Tensors } from "../../../models/backend/tensors.ts";
import type { VectorField } from "../../../models/ode/runge_kutta.ts";

/** A problem from time 0 on. */
export interface Problem {
  readonly name: string;
  readonly field: VectorField;
  readonly params: Tensors;
  readonly state: Tensors;
  /** Every entry of the state at a time, row-major. */
  readonly exact: (time: number) => Readonly<Record<string, readonly number[]>>;
}

/** Logistic growth: y' = r y (1 − y). */
export const LOGISTIC: Problem = {
  name: "logistic growth",
  field: ({ r }, { y }) => ({ y: tf.mul(tf.mul(r!, y!), tf.sub(1, y!)) }),
  params: { r: tf.scalar(2) },
  state: { y: tf.tensor1d([0.1, 0.4]) },
  exact: (t) => ({ y: [0.1, 0.4].map((y0) => 1 / (1 + (1 / y0 - 1) * Math.exp(-2 * t))) }),
};

/** The harmonic oscillator as two entries. */
export const OSCILLATOR: Problem = {
  name: "harmonic oscillator",
  field: (_, { position, velocity }) => ({ position: velocity!, velocity: tf.neg(position!) }),
  params: {},
  state: { position: tf.tensor1d([1]), velocity: tf.tensor1d([0]) },
  exact: (t) => ({ position: [Math.cos(t)], velocity: [-Math.sin(t)] }),
};

/** y' = y cos t, with time in the state. */
export const TIME_DEPENDENT: Problem = {
  name: "y' = y cos t",
  field: (_, { y, time }) => ({ y: tf.mul(y!, tf.cos(time!)), time: tf.onesLike(time!) }),
  params: {},
  state: { y: tf.scalar(1), time: tf.scalar(0) },
  exact: (t) => ({ y: [Math.exp(Math.sin(t))], time: [t] }),
};

/** All of them. */
export const PROBLEMS: readonly Problem[] = [LOGISTIC, OSCILLATOR, TIME_DEPENDENT];

/** Greatest absolute error of a state against the exact solution at a time. */
export function errorAt(problem: Problem, state: Tensors, time: number): number {
  return Math.max(
    ...Object.entries(problem.exact(time)).flatMap(([name, values]) => {
      const actual = state[name]!.dataSync();
      return values.map((value, i) => Math.abs(actual[i]! - value));
    }),
  );
}

/** Entry `frame` of states (frames, …). */
export function stateAt(states: Tensors, frame: number): Tensors {
  return Object.fromEntries(
    Object.entries(states).map(([name, tensor]) => [name, tf.gather(tensor, frame)]),
  );
}
