/**
 * Encoder, field and paths of a latent ODE of first order.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import type { Horizon } from "../latent_paths/model.ts";
import {
  batchNormStateSpecs,
  consecutiveFrames,
  decodeFrames,
  decoderSpecs,
  encodeFrames,
  encoderSpecs,
  type Encoding,
  type Statistics,
} from "../networks/frames.ts";
import { constant, initialise, mlpSpecs, type ParameterSpec } from "../nn/init.ts";
import { perceptron } from "../nn/layers.ts";
import { solveFixedStep } from "../ode/fixed_step.ts";
import { tableau } from "../ode/tableaus.ts";
import type { Key } from "../../data/random/mod.ts";
import type { HostArrays } from "../backend/tensors.ts";
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

/** Parameters of encoder, decoder and p(z₀). */
export function frameSpecs(
  { observation, latentDimensions: d, encoderFrames, initialPrior }: Omit<
    LatentOdeSettings,
    "method"
  >,
): ParameterSpec[] {
  return [
    ...encoderSpecs("encoder", observation, encoderFrames, d),
    ...decoderSpecs(observation, d),
    ...(initialPrior === "learned"
      ? [constant("prior/mean", [d], 0), constant("prior/logVariance", [d], 0)]
      : []),
  ];
}

/** Trainable parameters, each from the random stream of its name. */
export function parameterSpecs(settings: LatentOdeSettings): ParameterSpec[] {
  return [...frameSpecs(settings), ...mlpSpecs("field", fieldWidths(settings))];
}

/** Draws parameters and sets the batch-norm state. */
export function init(
  key: Key,
  specs: readonly ParameterSpec[],
): { readonly params: HostArrays; readonly state: HostArrays } {
  return { params: initialise(key, specs), state: initialise(key, batchNormStateSpecs(specs)) };
}

/** q(z₀ | first m frames) of frames (B, ≥ m, …frameShape). */
export function encodeInitial(
  params: Tensors,
  state: Tensors,
  frames: tf.Tensor,
  { observation, encoderFrames }: LatentOdeSettings,
  statistics: Statistics,
): Encoding {
  const x = consecutiveFrames(frames, 1, encoderFrames, observation);
  return encodeFrames(params, state, "encoder", x, observation, statistics);
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
        params: fieldWeights(params),
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

/** What the loop reads. */
function fieldWeights(params: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => name.startsWith("field/")),
  );
}

/** Decodes a path (B, N, d), or one offset ≥ 0 of it alone, to frames (B, N, …frameShape). */
export function decodePath(
  params: Tensors,
  state: Tensors,
  path: tf.Tensor,
  { backward = 0, only, statistics = "running" }: Horizon,
  { observation }: Pick<LatentOdeSettings, "observation">,
  frameShape: readonly number[],
): tf.Tensor {
  const [sequences, , d] = path.shape as [number, number, number];
  const z = only === undefined ? path : tf.slice(path, [0, backward + only, 0], [sequences, 1, d]);
  const flat = tf.reshape(z, [sequences * z.shape[1]!, d]);
  const { mean } = decodeFrames(params, state, flat, observation, statistics);
  return tf.reshape(mean, [sequences, z.shape[1]!, ...frameShape]);
}
