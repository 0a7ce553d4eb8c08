/**
 * The field of a latent ODE of first order, and its paths.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, startingWith, type Tensors } from "../backend/tensors.ts";
import { frameSpecs } from "../latent_paths/initial_state.ts";
import type { Horizon } from "../latent_paths/model.ts";
import { mlpSpecs, type ParameterSpec } from "../nn/init.ts";
import { perceptron } from "../nn/layers.ts";
import { solveFixedStep } from "../ode/fixed_step.ts";
import { tableau } from "../ode/tableaus.ts";
import type { LatentOdeSettings } from "./settings.ts";

/** Widths of the field's perceptron, with `extra` inputs beside the state's. */
export function fieldWidths(
  { latentDimensions: d, fieldHidden, fieldLayers }: Pick<
    LatentOdeSettings,
    "latentDimensions" | "fieldHidden" | "fieldLayers"
  >,
  extra = 0,
): number[] {
  return [d + extra, ...Array(fieldLayers).fill(fieldHidden), d];
}

/** Trainable parameters, each from the random stream of its name. */
export function parameterSpecs(settings: LatentOdeSettings): ParameterSpec[] {
  return [...frameSpecs(settings), ...mlpSpecs("field", fieldWidths(settings))];
}

/** The path of z' = f(z) from z (B, d) at grid offsets −backward … forward: (B, backward + 1 + forward, d). */
export function latentPath(
  params: Tensors,
  z: tf.Tensor,
  { forward, backward = 0 }: Horizon,
  { fieldLayers, fieldActivation, method, stepsPerFrame, frameInterval }: LatentOdeSettings,
): tf.Tensor {
  const solve = (frames: number, direction: 1 | -1) =>
    parameter(
      solveFixedStep({
        field: (weights, state) => ({
          z: perceptron(weights, "field", parameter(state, "z"), fieldLayers, fieldActivation),
        }),
        params: startingWith("field/", params),
        state: { z },
        tableau: tableau(method),
        frames,
        stepsPerFrame,
        stepSize: direction * frameInterval / stepsPerFrame,
      }),
      "z",
    ); // (frames + 1, B, d)
  let path = solve(forward, 1);
  if (backward > 0) {
    const past = tf.slice(solve(backward, -1), [1, 0, 0], [backward, ...z.shape]);
    path = tf.concat([tf.reverse(past, 0), path], 0);
  }
  return tf.transpose(path, [1, 0, 2]);
}
