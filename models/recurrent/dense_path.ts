/**
 * Paths of z' = f(z) at more frames than the solver has steps: between two steps a cubic with the values and derivatives of
 * both ends, whose error is of the order of the classic Runge–Kutta method's, O(h⁴).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, startingWith, type Tensors } from "../backend/tensors.ts";
import { perceptron } from "../nn/layers.ts";
import { solveFixedStep } from "../ode/fixed_step.ts";
import { tableau } from "../ode/tableaus.ts";
import type { RecurrentLatentOdeSettings } from "./settings.ts";

/**
 * Cubic Hermite interpolation as matrices (frames, steps + 1): path = values · z + slopes · f(z), where z are the states at
 * the ends of steps of length 1.
 */
export function hermiteWeights(
  frames: number,
  framesPerStep: number,
): { readonly values: Float32Array; readonly slopes: Float32Array; readonly steps: number } {
  const steps = Math.ceil((frames - 1) / framesPerStep);
  const [values, slopes] = [0, 1].map(() => new Float32Array(frames * (steps + 1)));
  for (let frame = 0; frame < frames; frame++) {
    const step = Math.min(Math.floor(frame / framesPerStep), Math.max(0, steps - 1));
    const t = frame / framesPerStep - step;
    const at = frame * (steps + 1) + step;
    values![at] = (1 + 2 * t) * (1 - t) ** 2;
    slopes![at] = t * (1 - t) ** 2;
    if (t === 0) continue; // at the last step's end of a path of one frame there is no other end
    values![at + 1] = t ** 2 * (3 - 2 * t);
    slopes![at + 1] = t ** 2 * (t - 1);
  }
  return { values: values!, slopes: slopes!, steps };
}

/** States at frames 0 … frames − 1 of the path from z (B, d): (frames, B, d). */
export function densePath(
  params: Tensors,
  z: tf.Tensor,
  frames: number,
  { fieldLayers, fieldActivation, method, frameInterval, framesPerStep }:
    RecurrentLatentOdeSettings,
): tf.Tensor {
  const { values, slopes, steps } = hermiteWeights(frames, framesPerStep);
  const field = (weights: Tensors, state: tf.Tensor) =>
    perceptron(weights, "field", state, fieldLayers, fieldActivation);
  const stepSize = frameInterval * framesPerStep;
  const ends = parameter(
    solveFixedStep({
      field: (weights, state) => ({ z: field(weights, parameter(state, "z")) }),
      params: startingWith("field/", params),
      state: { z },
      tableau: tableau(method),
      frames: steps,
      stepsPerFrame: 1,
      stepSize,
    }),
    "z",
  ); // (steps + 1, B, d)
  const [batch, d] = z.shape as [number, number];
  // Evaluated for all steps at once; the loop's own first stages are the same numbers.
  const derivatives = tf.mul(field(params, tf.reshape(ends, [-1, d])), stepSize);
  const weighted = (weights: Float32Array, of: tf.Tensor) =>
    tf.matMul(
      tf.tensor2d(weights, [frames, steps + 1]),
      tf.reshape(of, [steps + 1, batch * d]),
    ); // (frames, steps + 1) x (steps + 1, B · d) -> (frames, B · d)
  const path = tf.add(weighted(values, ends), weighted(slopes, derivatives));
  return tf.reshape(path, [frames, batch, d]);
}
