/**
 * A recurrent network that predicts the next observation from those before and from the time until it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { frameOf, observedFrames, type Sequences } from "../../data/sequences.ts";
import { scan } from "../backend/scan.ts";
import { type HostArrays, parameter, type Tensors } from "../backend/tensors.ts";
import { linearSpecs, type ParameterSpec } from "../nn/init.ts";
import { dense } from "../nn/layers.ts";
import { cell, cellParams, cellSpecs, recur } from "./cell.ts";
import { type RecurrentModel, vectorLogDensity } from "./model.ts";
import type { RecurrentSettings } from "./settings.ts";

const OUTPUT = "recurrent/output";

/** Trainable parameters, each from the random stream of its name. @param dimensions D of a frame */
export function parameterSpecs(
  { recurrentHidden }: RecurrentSettings,
  dimensions: number,
): ParameterSpec[] {
  return [
    ...cellSpecs(dimensions + 1, recurrentHidden),
    ...linearSpecs(OUTPUT, recurrentHidden, dimensions),
  ];
}

/** States after all frames but the last: (L − 1, B, h). */
function states(params: Tensors, { frames, gaps }: Tensors): tf.Tensor {
  return recur(params, tf.concat([tf.slice(frames!, 0, frames!.shape[0]! - 1), gaps!], 2));
}

/** Predictions of the frames 1 … L − 1 from those before: (L − 1, B, D). */
function predictions(params: Tensors, inputs: Tensors): tf.Tensor {
  const h = states(params, inputs);
  const [length, batch, hidden] = h.shape as [number, number, number];
  return tf.reshape(dense(params, OUTPUT, tf.reshape(h, [-1, hidden])), [length, batch, -1]);
}

/** Log-likelihood of each frame but the first given those before: (L − 1, B). */
function logDensities(
  params: Tensors,
  inputs: Tensors,
  { observationDeviation }: RecurrentSettings,
) {
  const next = tf.slice(inputs.frames!, 1, inputs.frames!.shape[0]! - 1);
  return vectorLogDensity(next, predictions(params, inputs), observationDeviation);
}

/** Goes on from the observations by its own predictions: (B, A, D). @param inputs with `steps` (A, B, 1), times until each */
function freeRun(params: Tensors, inputs: Tensors): tf.Tensor {
  const { frames, steps } = inputs;
  const [length, batch, size] = frames!.shape as [number, number, number];
  const before = states(params, inputs);
  const at = (all: tf.Tensor, index: number) =>
    tf.reshape(tf.slice(all, index, 1), [batch, all.shape[2]!]);
  const { ys } = scan(
    (params, { h, x }, { step }) => {
      const next = cell(params, tf.concat([x!, step!], 1), h!);
      const y = dense(params, OUTPUT, next);
      return { carry: { h: next, x: y }, y: { y } };
    },
    {
      params: {
        ...cellParams(params),
        [`${OUTPUT}/kernel`]: parameter(params, `${OUTPUT}/kernel`),
        [`${OUTPUT}/bias`]: parameter(params, `${OUTPUT}/bias`),
      },
      carry: { h: at(before, length - 2), x: at(frames!, length - 1) },
      xs: { step: steps! },
      length: steps!.shape[0]!,
    },
  );
  return tf.reshape(tf.transpose(parameter(ys, "y"), [1, 0, 2]), [batch, -1, size]);
}

/**
 * Observed frames `frames` (L, B, D), and `gaps` (L − 1, B, 1) until the next one.
 *
 * @param unit how many frames a gap of 1 is
 */
export function observedRun(sequences: Sequences, unit: number): HostArrays {
  const { count, observedCount: length, frameShape: [size = 1] } = sequences;
  const frames = new Float32Array(length * count * size);
  const gaps = new Float32Array((length - 1) * count);
  for (let s = 0; s < count; s++) {
    observedFrames(sequences, s).forEach((frame, i, all) => {
      frames.set(frameOf(sequences, s, frame), (i * count + s) * size);
      if (i > 0) gaps[(i - 1) * count + s] = (frame - all[i - 1]!) / unit;
    });
  }
  return {
    frames: { shape: [length, count, size], data: frames },
    gaps: { shape: [length - 1, count, 1], data: gaps },
  };
}

/** The model. @param unit frames between two observations on average, the unit of time @param dimensions D of a frame */
export function recurrentModel(
  settings: RecurrentSettings,
  unit: number,
  dimensions: number,
): RecurrentModel {
  return {
    name: "RNN",
    stream: "recurrentNetwork",
    curves: {
      loss: {
        label: "−log p(next observations)",
        unit: "nats per sequence",
        direction: "lower",
      },
    },
    specs: parameterSpecs(settings, dimensions),
    observations: (sequences) => observedRun(sequences, unit),
    loss(params, _state, inputs) {
      const densities = logDensities(params, inputs, settings);
      const loss = tf.mul(tf.sum(densities), -1 / densities.shape[1]!) as tf.Scalar;
      return { loss, terms: {}, state: {} };
    },
    logLikelihood: (params, observations) =>
      tf.mean(logDensities(params, observations, settings)) as tf.Scalar,
    horizon(sequences, asked) {
      const { count } = sequences;
      const steps = new Float32Array(asked.length * count);
      for (let s = 0; s < count; s++) {
        asked.forEach((frame, i) => {
          const before = i === 0 ? observedFrames(sequences, s).at(-1)! : asked[i - 1]!;
          if (frame <= before) {
            throw new RangeError(
              "Cannot predict by the RNN: frames asked for must ascend from after the context, " +
                `frame ${frame} of sequence ${s} comes after ${before}`,
            );
          }
          steps[i * count + s] = (frame - before) / unit;
        });
      }
      return {
        key: String(asked.length),
        inputs: { steps: { shape: [asked.length, count, 1], data: steps } },
        places: asked.map((_, i) => i),
        frames: asked.length,
      };
    },
    predict: (params, inputs) => freeRun(params, inputs),
  };
}
