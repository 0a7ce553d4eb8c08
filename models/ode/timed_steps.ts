/**
 * Steps of a field that reads the time, and values within them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { mapValues, parameter, sizeOf, type Tensors } from "../backend/tensors.ts";
import type { VectorField } from "./runge_kutta.ts";
import { densePolynomials, type EmbeddedPair } from "./tableaus.ts";

/** The derivative of every entry of the state at a time (scalar), under the same names. */
export type TimedField = (params: Tensors, state: Tensors, time: tf.Tensor) => Tensors;

/** Name of the time among the entries of a state. */
export const TIME = " time";

/** The field with time as an entry of the state. */
export function withTime(field: TimedField): VectorField {
  return (params, { [TIME]: time, ...state }) => ({
    ...field(params, state, time!),
    [TIME]: tf.scalar(1),
  });
}

/** The state at a time (scalar), with time as an entry. */
export const atTime = (state: Tensors, time: tf.Tensor): Tensors => ({ ...state, [TIME]: time });

/** Σ_i weights[r, i] stages[i]: (r, stages) and (stages, …) → (r, …). */
export function combined(weights: tf.Tensor, stages: tf.Tensor): tf.Tensor {
  const [count, ...rest] = stages.shape as [number, ...number[]];
  const flat = tf.reshape<tf.Rank.R2>(stages, [count, sizeOf(rest)]);
  return tf.reshape(tf.matMul(weights as tf.Tensor2D, flat), [weights.shape[0]!, ...rest]);
}

/** Weights of a step's derivatives at fractions of it: (n) → (n, stages), for a step of length one. */
export function denseWeights(pair: EmbeddedPair, fractions: tf.Tensor): tf.Tensor {
  const square = tf.square(fractions);
  const powers = [fractions, square, tf.mul(square, fractions), tf.square(square)];
  const polynomials = tf.tensor2d(densePolynomials(pair).flat(), [4, pair.weights.length]);
  return tf.matMul(tf.stack(powers, 1) as tf.Tensor2D, polynomials);
}

/** Rows of zeros with a one at an index: (…) → (…, width). */
export function oneHot(indices: tf.Tensor, width: number): tf.Tensor {
  const columns = tf.tensor1d(Array.from({ length: width }, (_, i) => i));
  return tf.cast(tf.equal(tf.expandDims(indices, -1), columns), "float32");
}

/** The derivatives of all stages as one tensor for each entry: (stages, …). */
export function stackedStages(state: Tensors, derivatives: readonly Tensors[]): Tensors {
  const { [TIME]: _, ...rest } = state;
  return mapValues(
    rest,
    (_, name) => tf.stack(derivatives.map((derivative) => parameter(derivative, name))),
  );
}
