/**
 * Latent paths of ODE2VAE.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { solveFixedStep } from "../ode/fixed_step.ts";
import { fieldParams, logDensityRate, pathField } from "../ode/second_order_mlp.ts";
import { tableau } from "../ode/tableaus.ts";
import type { Ode2vaeSettings } from "./settings.ts";

/** Where paths begin. */
export interface InitialState {
  /** z₀ = (v₀, s₀), velocity first: (n, 2q). */
  readonly z: tf.Tensor;
  /** log q(z₀) (n); without it no log-density is integrated. */
  readonly logDensity?: tf.Tensor;
  /** Hutchinson's noise (n, q), when the settings ask for that estimator. */
  readonly traceNoise?: tf.Tensor;
}

/** Paths at frames 0 … N. */
export interface Paths {
  /** z = (v, s): (N + 1, n, 2q). */
  readonly z: tf.Tensor;
  /** log q(z): (N + 1, n); only where it was integrated. */
  readonly logDensity?: tf.Tensor;
}

/**
 * Integrates the field from z₀ over `intervals` frame intervals.
 *
 * @param weights one draw of the field's weights, or their means
 * @param direction 1 forwards, −1 backwards in time
 */
export function rollout(
  weights: Tensors,
  { z, logDensity, traceNoise }: InitialState,
  intervals: number,
  settings: Ode2vaeSettings,
  direction: 1 | -1 = 1,
): Paths {
  const mlp = {
    latentDimensions: settings.latentDimensions,
    activation: settings.fieldActivation,
    trace: logDensity === undefined ? "none" as const : settings.trace,
  };
  const states = solveFixedStep({
    field: pathField(mlp),
    params: fieldParams(weights, mlp, traceNoise),
    state: logDensity === undefined ? { z } : { z, logDensity },
    tableau: tableau(settings.method),
    frames: intervals,
    stepsPerFrame: settings.stepsPerFrame,
    stepSize: direction * settings.frameInterval / settings.stepsPerFrame,
    integrands: logDensity === undefined ? {} : { logDensity: logDensityRate(mlp) },
  });
  const path = parameter(states, "z");
  return logDensity === undefined
    ? { z: path }
    : { z: path, logDensity: parameter(states, "logDensity") };
}

/** The positions s of states z = (v, s): (…, 2q) → (…, q). */
export function positions(z: tf.Tensor): tf.Tensor {
  const [q, lead] = [z.shape[z.rank - 1]! / 2, z.shape.slice(0, -1)];
  return tf.slice(z, [...lead.map(() => 0), q], [...lead, q]);
}
