/** The fields of `torchdiffeq_vectors.py`: in double precision and, of the perceptron, as tensors. */
import * as tf from "@tensorflow/tfjs-core";
import type { Float64Field } from "../../../models/ode/adaptive_float64.ts";
import type { TimedField } from "../../../models/ode/timed_steps.ts";
import { pattern } from "../../../benchmarks/adjoint/problem.ts";
import vectors from "./torchdiffeq_vectors.json" with { type: "json" };

export {
  PARAM_PARTS,
  PARAMS,
  PERCEPTRON,
  perceptron,
  STATE,
  UPSTREAM,
} from "../../../benchmarks/adjoint/problem.ts";
export const { problems: PROBLEM_RESULTS, gradients: GRADIENT_RESULTS } = vectors;

const U = pattern(100, 0.4, 1.9, 0.1);
const noGradient = () => {
  throw new Error("Cannot differentiate this problem");
};

/** The problems of torchdiffeq's tests. */
export const FIELDS: Readonly<Record<string, Float64Field["value"]>> = {
  constant: (t, y) => y.map((y) => 0.2 + (y - (0.2 * t + 3)) ** 5),
  sine: (t, y) => y.map((y) => 2 * y / t + t ** 4 * Math.sin(2 * t) - t ** 2 + 4 * t ** 3),
  linear: (_, y) =>
    y.map((_, i) => y.reduce((sum, y, j) => sum + (U[10 * i + j]! - U[10 * j + i]!) * y, 0)),
};
/** The same of tensors, with one entry y. */
export const TIMED: Readonly<Record<string, TimedField>> = {
  constant: (_, { y }, t) => ({
    y: tf.add(tf.pow(tf.sub(y!, tf.add(tf.mul(t, 0.2), 3)), 5), 0.2),
  }),
  sine: (_, { y }, t) => {
    const terms = [
      tf.mul(tf.pow(t, 4), tf.sin(tf.mul(t, 2))),
      tf.neg(tf.square(t)),
      tf.mul(tf.pow(t, 3), 4),
    ];
    return { y: tf.add(tf.mul(tf.div(y!, t), 2), tf.addN(terms)) };
  },
  linear: (_, { y }) => {
    const u = tf.tensor2d(Array.from(U), [10, 10]);
    return { y: tf.reshape(tf.matMul(tf.sub(u, tf.transpose(u)), tf.reshape(y!, [10, 1])), [10]) };
  },
};

export const withoutGradient = (value: Float64Field["value"]): Float64Field => ({
  value,
  pullBack: noGradient,
});
