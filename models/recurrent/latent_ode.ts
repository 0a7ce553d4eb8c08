/**
 * A latent ODE whose encoder is a recurrent network that reads the observations backwards in time.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { frameOf, observedFrames, type Sequences } from "../../data/sequences.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { type DiagonalGaussian, reparameterise, standardNormalKl } from "../inference/densities.ts";
import { linearSpecs, type ParameterSpec } from "../nn/init.ts";
import { dense } from "../nn/layers.ts";
import { cellSpecs, recur } from "./cell.ts";
import { densePath } from "./dense_path.ts";
import { type RecurrentModel, vectorLogDensity } from "./model.ts";
import type { RecurrentLatentOdeSettings } from "./settings.ts";

/** Trainable parameters, each from the random stream of its name. @param dimensions D of a frame */
export function parameterSpecs(
  settings: RecurrentLatentOdeSettings,
  dimensions: number,
): ParameterSpec[] {
  const { latentDimensions: d, recurrentHidden, decoderHidden, fieldHidden, fieldLayers } =
    settings;
  const widths = [d, ...Array<number>(fieldLayers).fill(fieldHidden), d];
  return [
    ...cellSpecs(dimensions + 1, recurrentHidden),
    ...linearSpecs("encoder/output", recurrentHidden, 2 * d),
    ...widths.slice(1).flatMap((outputs, i) =>
      linearSpecs(`field/layer${i + 1}`, widths[i]!, outputs)
    ),
    ...linearSpecs("decoder/hidden", d, decoderHidden),
    ...linearSpecs("decoder/output", decoderHidden, dimensions),
  ];
}

/**
 * Observed frames on the grid of all frames of the window: `frames` (B, G, D), 0 where none is observed, and `mask` (B, G, 1).
 *
 * @param grid G
 * @throws RangeError when a frame is observed after the window
 */
export function maskedGrid(sequences: Sequences, grid: number): HostArrays {
  const { count, frameShape: [size = 1] } = sequences;
  const frames = new Float32Array(count * grid * size);
  const mask = new Float32Array(count * grid);
  for (let s = 0; s < count; s++) {
    for (const frame of observedFrames(sequences, s)) {
      if (frame >= grid) {
        throw new RangeError(
          `Cannot encode frame ${frame} of sequence ${s}: it must be below the ${grid} frames of a ` +
            "training sequence",
        );
      }
      frames.set(frameOf(sequences, s, frame), (s * grid + frame) * size);
      mask[s * grid + frame] = 1;
    }
  }
  return {
    frames: { shape: [count, grid, size], data: frames },
    mask: { shape: [count, grid, 1], data: mask },
  };
}

/** q(z₀ | x): the network reads [frame, mask] at every point of the grid, the last one first. */
export function encode(params: Tensors, { frames, mask }: Tensors): DiagonalGaussian {
  const forwards = tf.transpose(tf.concat([frames!, mask!], 2), [1, 0, 2]); // (G, B, D + 1)
  const states = recur(params, tf.reverse(forwards, 0));
  const [length, batch, hidden] = states.shape as [number, number, number];
  const last = tf.reshape(tf.slice(states, [length - 1, 0, 0], [1, batch, hidden]), [
    batch,
    hidden,
  ]);
  const output = dense(params, "encoder/output", last);
  const d = output.shape[1]! / 2;
  return {
    mean: tf.slice(output, [0, 0], [batch, d]),
    logVariance: tf.slice(output, [0, d], [batch, d]),
  };
}

/** Means of the frames 0 … N − 1 of the path from z₀ (B, d): (B, N, D). */
export function decodedPath(
  params: Tensors,
  z: tf.Tensor,
  frames: number,
  settings: RecurrentLatentOdeSettings,
): tf.Tensor {
  const path = densePath(params, z, frames, settings); // (N, B, d)
  const flat = tf.reshape(path, [-1, z.shape[1]!]);
  const mean = dense(params, "decoder/output", dense(params, "decoder/hidden", flat, "relu"));
  return tf.transpose(tf.reshape(mean, [frames, z.shape[0]!, -1]), [1, 0, 2]);
}

/** Log-likelihood of each observed frame given z₀, 0 where none is observed: (B, G). */
function pathLogLikelihood(
  params: Tensors,
  z: tf.Tensor,
  { frames, mask }: Tensors,
  settings: RecurrentLatentOdeSettings,
): tf.Tensor {
  const mean = decodedPath(params, z, frames!.shape[1]!, settings);
  const densities = vectorLogDensity(frames!, mean, settings.observationDeviation);
  return tf.mul(densities, tf.reshape(mask!, densities.shape));
}

/** The model. @param grid G, frames of a training sequence @param dimensions D of a frame */
export function recurrentLatentOdeModel(
  settings: RecurrentLatentOdeSettings,
  grid: number,
  dimensions: number,
): RecurrentModel {
  return {
    name: "latent ODE",
    stream: "recurrentLatentOde",
    curves: {
      loss: { label: "loss", unit: "nats per sequence", direction: "lower" },
      reconstruction: { label: "log p(x | z)", unit: "nats per sequence", direction: "higher" },
      initialKl: { label: "KL[q(z₀) ‖ p(z₀)]", unit: "nats per sequence", direction: "lower" },
    },
    specs: parameterSpecs(settings, dimensions),
    observations: (sequences) => maskedGrid(sequences, grid),
    noise: (sequences) => ({ initial: { shape: [sequences, settings.latentDimensions] } }),
    loss(params, _state, inputs) {
      const gaussian = encode(params, inputs);
      const z = reparameterise(gaussian, inputs["noise/initial"]!);
      const perSequence = 1 / z.shape[0]!;
      const mean = (x: tf.Tensor) => tf.mul(tf.sum(x), perSequence) as tf.Scalar;
      const reconstruction = mean(pathLogLikelihood(params, z, inputs, settings));
      const initialKl = mean(standardNormalKl(gaussian));
      return {
        loss: tf.sub(initialKl, reconstruction) as tf.Scalar,
        terms: { reconstruction, initialKl },
        state: {},
      };
    },
    logLikelihood(params, observations) {
      const { mean } = encode(params, observations);
      const values = pathLogLikelihood(params, mean, observations, settings);
      return tf.div(tf.sum(values), tf.sum(observations.mask!)) as tf.Scalar;
    },
    horizon(_sequences, asked) {
      const frames = Math.max(...asked) + 1;
      return { key: String(frames), inputs: {}, places: asked, frames };
    },
    predict: (params, inputs, frames) =>
      decodedPath(params, encode(params, inputs).mean, frames, settings),
  };
}
