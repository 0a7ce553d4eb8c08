/**
 * The continuous normalising flow of the plane (Chen et al. 2018): dz/dt = f(z, t), and log q changes by −tr ∂f/∂z.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { type Tensors, under } from "../backend/tensors.ts";
import { fanInUniform, type ParameterSpec } from "../nn/init.ts";
import { perceptron } from "../nn/layers.ts";
import { rungeKuttaStep } from "../ode/runge_kutta.ts";
import { nodeOf, RK4 } from "../ode/tableaus.ts";
import type { Flow, Moved } from "./flow.ts";
import type { CnfSettings } from "./settings.ts";

/** Time runs from 0 to this. */
export const END = 10;

/** A network 1-h-h-7M for each of T targets: from the time to the field's weights. */
function specs(targets: number, { width, hyperHidden }: CnfSettings): readonly ParameterSpec[] {
  const widths = [1, hyperHidden, hyperHidden, 7 * width];
  return widths.slice(1).flatMap((outputs, i) => {
    const inputs = widths[i]!;
    const [name, initializer] = [`hyper/layer${i + 1}`, fanInUniform(inputs)];
    return [
      { name: `${name}/kernel`, shape: [targets, inputs, outputs], initializer },
      { name: `${name}/bias`, shape: [targets, 1, outputs], initializer },
    ];
  });
}

/**
 * The field's weights at some times, a row a time: w (rows, T, M, 2), b (rows, T, M, 1), v = σ(g) ∘ u (rows, T, 2, M), and
 * `products` wᵀv (rows, T, 1, M).
 */
export function fieldWeights(params: Tensors, times: readonly number[], width: number): Tensors {
  const [targets] = params["hyper/layer1/kernel"]!.shape as [number];
  const rows = times.length;
  // A copy for each target: TensorFlow.js 4.22 has no gradient of a product of one matrix with a batch of them.
  const inputs = tf.tile(tf.tensor3d([...times], [1, rows, 1]), [targets, 1, 1]);
  const weights = tf.transpose(perceptron(params, "hyper", inputs, 2, "tanh"), [1, 0, 2]); // (rows, T, 7M)
  const part = (from: number, of: number) =>
    tf.reshape(
      tf.slice(weights, [0, 0, from * width], [rows, targets, of * width]),
      [rows, targets, of, width],
    );
  const w = part(0, 2);
  const v = tf.mul(part(2, 2), tf.sigmoid(part(4, 2)));
  const swapped = (x: tf.Tensor) => tf.transpose(x, [0, 1, 3, 2]);
  return { w: swapped(w), v, b: swapped(part(6, 1)), products: tf.sum(tf.mul(w, v), 2, true) };
}

/**
 * f(z) = (1/M) Σ_m v_m tanh(w_mᵀz + b_m) of points (T, 2, n), and the trace of its Jacobian in closed form (T, 1, n): (1/M)
 * Σ_m (1 − tanh²) w_mᵀv_m.
 */
export function fieldAt({ w, v, b, products }: Tensors, points: tf.Tensor): Tensors {
  const [, width] = w!.shape as [number, number];
  const hidden = tf.tanh(tf.add(tf.matMul(w!, points), b!)); // (T, M, 2) x (T, 2, n) -> (T, M, n)
  const slope = tf.sub(1, tf.square(hidden));
  return {
    points: tf.div(tf.matMul(v!, hidden), width), // (T, 2, M) x (T, M, n) -> (T, 2, n)
    logDeterminant: tf.div(tf.matMul(products!, slope), width), // (T, 1, M) x (T, M, n) -> (T, 1, n)
  };
}

/** Follows the field from one time to another in steps of the classical Runge–Kutta method. */
function solve(
  params: Tensors,
  points: tf.Tensor,
  { width, steps, from, to }: {
    readonly width: number;
    readonly steps: number;
    readonly from: number;
    readonly to: number;
  },
): Moved {
  const [targets, , n] = points.shape as [number, number, number];
  const length = (to - from) / steps;
  // The weights of all steps at once, which a step would compute one after the other.
  const stages = RK4.stages.map((row, stage) => {
    const times = Array.from({ length: steps }, (_, step) => from + length * (step + nodeOf(row)));
    const weights = Object.entries(fieldWeights(params, times, width));
    return Object.fromEntries(weights.map(([name, all]) => [`${stage} ${name}`, all]));
  });
  const { carry } = scan((_, carry, weights) => {
    let stage = 0;
    const field = (_: Tensors, state: Tensors) =>
      fieldAt(under(`${stage++} `, weights), state.points!);
    return { carry: rungeKuttaStep(RK4, field, {}, carry, length).state, y: {} };
  }, {
    params: {},
    carry: { points, logDeterminant: tf.zeros([targets, 1, n]) },
    xs: Object.assign({}, ...stages),
    length: steps,
  });
  return {
    points: carry.points!,
    logDeterminant: tf.reshape(carry.logDeterminant!, [targets, n]),
  };
}

/** The flow. */
export function cnfFlow(targets: number, settings: CnfSettings): Flow {
  const { width, solverSteps, testRefinement } = settings;
  const fine = solverSteps * testRefinement;
  return {
    specs: specs(targets, settings),
    map: (params, points, isFine) =>
      solve(params, points, { width, steps: isFine ? fine : solverSteps, from: 0, to: END }),
    inverse: (params, points) => solve(params, points, { width, steps: fine, from: END, to: 0 }),
  };
}
