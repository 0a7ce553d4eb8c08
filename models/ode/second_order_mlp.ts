/**
 * The second-order field of ODE2VAE with a perceptron of two hidden layers, and the trace of its Jacobian: in closed form,
 * and by automatic differentiation to test that.
 *
 * The state is z = (v, s), velocity first: dv/dt = f(v, s), ds/dt = v, d log q/dt = −tr(∂f/∂v).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { affine } from "../nn/layers.ts";
import type { Integrand } from "./fixed_step.ts";
import type { VectorField } from "./runge_kutta.ts";

/** Non-linearity of both hidden layers. */
export type FieldActivation = "relu" | "tanh";

/** How tr(∂f/∂v) is computed; `none` omits the log-density. */
export type TraceMethod = "exact" | "hutchinson" | "none";

/** A field; its weights are named as a Bayesian perceptron's: `layer{1,2,3}/{kernel,bias}`, kernels (in, out). */
export interface SecondOrderMlp {
  /** Number of latent dimensions q of position and of velocity each. */
  readonly latentDimensions: number;
  /** Non-linearity of both hidden layers. */
  readonly activation: FieldActivation;
  /** How the log-density is integrated. */
  readonly trace: TraceMethod;
}

/**
 * What the field reads: the weights, and what it and the trace need once per weight draw.
 *
 * `output/kernel` (H, 2q) and `output/bias` (2q) are those of the last layer with zeros for ds/dt, which comes from z.
 *
 * For f = a(a(z·W1 + b1)·W2 + b2)·W3 + b3, tr(∂f/∂v) = d1·M·d2ᵀ with M = W2 ∘ (W3·W1v)ᵀ, where W1v are the rows of W1
 * that multiply v and d1, d2 are the derivatives of the two activations. `trace/matrix` is −M (H, H), so that the field
 * gives d log q/dt without a sign change.
 *
 * @param noise Hutchinson's ε (n, q), fixed during a solve; only "hutchinson" needs it
 * @throws RangeError when the noise is missing
 */
export function fieldParams(given: Tensors, mlp: SecondOrderMlp, noise?: tf.Tensor): Tensors {
  const q = mlp.latentDimensions;
  const weights = {
    ...given,
    "output/kernel": tf.pad(parameter(given, "layer3/kernel"), [[0, 0], [0, q]]),
    "output/bias": tf.pad(parameter(given, "layer3/bias"), [[0, q]]),
  };
  if (mlp.trace === "none") return weights;
  const kernel1 = parameter(weights, "layer1/kernel");
  const velocityRows = tf.slice(kernel1, [0, 0], [q, kernel1.shape[1]!]); // (q, H)
  if (mlp.trace === "exact") {
    const product = tf.matMul(velocityRows, parameter(weights, "layer3/kernel"), true, true); // (H, q) x (q, H) -> (H, H)
    return {
      ...weights,
      "trace/matrix": tf.neg(tf.mul(parameter(weights, "layer2/kernel"), product)),
    };
  }
  if (noise === undefined) {
    throw new RangeError(
      "Cannot estimate the trace: Hutchinson's noise (n, q) must be given, is missing",
    );
  }
  // ε enters before the first and leaves after the last layer; neither product changes during a solve.
  return {
    ...weights,
    "trace/input": tf.matMul(noise, velocityRows), // (n, q) x (q, H) -> (n, H)
    "trace/output": tf.neg(tf.matMul(noise, parameter(weights, "layer3/kernel"), false, true)), // (n, q) x (q, H) -> (n, H)
  };
}

/**
 * The vector field over { z (n, 2q) }, which notes both layers' outputs for {@link logDensityRate}: `hidden1` and
 * `hidden2`, (n, H) each. It reads what {@link fieldParams} gives.
 */
export function pathField(mlp: SecondOrderMlp): VectorField {
  const q = mlp.latentDimensions;
  const size = 2 * q;
  // (v, s) times this matrix is (0, v). In a loop of a thousand small steps a product takes less time than to cut and join.
  const shift = new Float32Array(size * size);
  for (let i = 0; i < q; i++) shift[i * size + q + i] = 1;
  return (params, state) => {
    const z = parameter(state, "z");
    const kernel = (layer: number) => parameter(params, `layer${layer}/kernel`);
    const bias = (layer: number) => parameter(params, `layer${layer}/bias`);
    const hidden1 = affine(z, kernel(1), bias(1), mlp.activation); // (n, 2q) x (2q, H) -> (n, H)
    const hidden2 = affine(hidden1, kernel(2), bias(2), mlp.activation); // (n, H) x (H, H) -> (n, H)
    const shifted = affine(z, tf.tensor2d(shift, [size, size]), parameter(params, "output/bias")); // (n, 2q)
    const derivative = tf.add(tf.matMul(hidden2, parameter(params, "output/kernel")), shifted); // (n, H) x (H, 2q) -> (n, 2q)
    return { z: derivative, hidden1, hidden2 };
  };
}

/**
 * d log q/dt = −tr(∂f/∂v), or Hutchinson's estimate of it, from the outputs of both layers: (…, n, H) → (…, n).
 *
 * @throws RangeError when the settings omit the trace
 */
export function logDensityRate(mlp: SecondOrderMlp): Integrand {
  if (mlp.trace === "none") {
    throw new RangeError(
      'Cannot integrate a log-density: trace must be exact or hutchinson, is "none"',
    );
  }
  return (params, { hidden1, hidden2 }) => {
    const slope1 = slope(hidden1!, mlp.activation);
    const slope2 = slope(hidden2!, mlp.activation);
    if (mlp.trace === "exact") {
      const left = timesMatrix(slope1, parameter(params, "trace/matrix"));
      return tf.sum(tf.mul(left, slope2), -1);
    }
    // εᵀ (∂f/∂v) ε as a product with the Jacobian, forwards through the two hidden layers.
    const tangent1 = tf.mul(parameter(params, "trace/input"), slope1);
    const tangent2 = tf.mul(timesMatrix(tangent1, parameter(params, "layer2/kernel")), slope2);
    return tf.sum(tf.mul(tangent2, parameter(params, "trace/output")), -1);
  };
}

/**
 * The vector field over { z (n, 2q) } or, with a trace, { z (n, 2q), logDensity (n) }, for solvers without integrands. The
 * derivative of `logDensity` does not depend on its value.
 */
export function secondOrderField(mlp: SecondOrderMlp): VectorField {
  const path = pathField(mlp);
  if (mlp.trace === "none") return (params, state) => ({ z: parameter(path(params, state), "z") });
  const rate = logDensityRate(mlp);
  return (params, state) => {
    const { z, ...noted } = path(params, state);
    return { z: z!, logDensity: rate(params, noted) };
  };
}

/** (…, n, H) × (H, H) → (…, n, H), as one product of matrices. */
function timesMatrix(rows: tf.Tensor, matrix: tf.Tensor): tf.Tensor {
  const flat = tf.reshape<tf.Rank.R2>(rows, [-1, matrix.shape[0]!]);
  return tf.reshape(tf.matMul(flat, matrix), rows.shape);
}

/** f(v, s) alone: z (n, 2q) → acceleration (n, q). For tests and plots. */
export function acceleration(
  weights: Tensors,
  activation: FieldActivation,
  z: tf.Tensor,
): tf.Tensor {
  const [rows, width] = z.shape as [number, number];
  const mlp = { latentDimensions: width / 2, activation, trace: "none" } as const;
  const derivative = parameter(pathField(mlp)(fieldParams(weights, mlp), { z }), "z");
  return tf.slice(derivative, [0, 0], [rows, width / 2]);
}

/** a'(h) from a(h), which is possible for both non-linearities. */
function slope(activated: tf.Tensor, activation: FieldActivation): tf.Tensor {
  return activation === "relu" ? tf.step(activated) : tf.sub(1, tf.square(activated));
}

/** z = (v, s) (n, 2q) → f (n, q), row by row. */
export type RowFunction = (z: tf.Tensor) => tf.Tensor;

/** The exact trace (n) by q reverse passes, as the released code takes it. */
export function autodiffTrace(f: RowFunction, z: tf.Tensor): tf.Tensor {
  const [rows, width] = z.shape as [number, number];
  const diagonal = Array.from({ length: width / 2 }, (_, i) => {
    const output = (z: tf.Tensor) => tf.sum(tf.slice(f(z), [0, i], [rows, 1]));
    return tf.slice(tf.grad(output)(z), [0, i], [rows, 1]); // ∂f_i/∂v_i
  });
  return tf.sum(tf.concat(diagonal, 1), 1);
}

/**
 * Hutchinson's estimate εᵀ (∂f/∂v) ε (n) by one reverse pass; its mean over ε with covariance I is the trace.
 *
 * @param noise ε (n, q)
 */
export function hutchinsonTrace(f: RowFunction, z: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  const product = tf.grad((z: tf.Tensor) => tf.sum(tf.mul(f(z), noise)))(z); // εᵀ ∂f/∂z: (n, 2q)
  const velocity = tf.slice(product, [0, 0], noise.shape);
  return tf.sum(tf.mul(velocity, noise), 1);
}
