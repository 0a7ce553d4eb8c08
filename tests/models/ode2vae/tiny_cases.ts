/**
 * Tiny models and minibatches whose loss the Float64 reference can compute, in both forms.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { fold, normal, rootKey, uniform } from "../../../data/random/mod.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import type { VectorVariance } from "../../../models/networks/observation.ts";
import { weightCount } from "../../../models/nn/bayesian_mlp.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import type { Batch } from "../../../models/latent_paths/model.ts";
import type { Noise } from "../../../models/ode2vae/loss.ts";
import {
  fieldWidths,
  MOCAP_MANY_SETTINGS,
  type Ode2vaeSettings,
  RMNIST_SETTINGS,
} from "../../../models/ode2vae/settings.ts";
import type { Batch64, Params64 } from "./float64_reference.ts";

/** 4×4 images at irregular times, one frame for the velocity, relu. */
export const TINY_IMAGES: Ode2vaeSettings = Object.freeze<Ode2vaeSettings>({
  ...RMNIST_SETTINGS,
  observation: {
    kind: "image",
    height: 4,
    width: 4,
    encoderFilters: 1,
    decoderBase: [1, 1, 3],
    decoderLayers: [
      { kernelSize: 2, stride: 2, padding: "valid", channels: 4 },
      { kernelSize: 5, stride: 2, padding: "same", channels: 2 },
      { kernelSize: 5, stride: 1, padding: "same", channels: 1 },
    ],
  },
  latentDimensions: 2,
  fieldHidden: 6,
  initialWeightVariance: 0.04,
});

/** Vectors of three numbers, two frames for the velocity, tanh. */
export const TINY_VECTORS: Ode2vaeSettings = Object.freeze<Ode2vaeSettings>({
  ...MOCAP_MANY_SETTINGS,
  observation: { kind: "vector", dimensions: 3, hidden: 5 },
  latentDimensions: 2,
  fieldHidden: 6,
  velocityFrames: 2,
  initialWeightVariance: 0.04,
  klWeight: 0.7,
});

/** The same with one variance for each dimension, and with variance 1. */
export const LEARNED_VARIANCE = vectorsWith("learned");
export const UNIT_VARIANCE = vectorsWith("unit");

function vectorsWith(variance: VectorVariance): Ode2vaeSettings {
  return {
    ...TINY_VECTORS,
    observation: { kind: "vector", dimensions: 3, hidden: 5, variance },
  };
}

/** One minibatch of three sequences with four observed frames of six, in both forms. */
export interface TinyCase {
  readonly params: HostArrays;
  readonly params64: Params64;
  readonly state: HostArrays;
  readonly batch: Batch;
  readonly noise: Noise;
  readonly batch64: Batch64;
}

const OFFSETS = [[0, 1, 3, 5], [0, 2, 3, 4], [0, 1, 2, 4]];
const GRID = 6;

/** A case with random parameters everywhere: biases and batch norms away from where they begin. */
export function tinyCase(settings: Ode2vaeSettings): TinyCase {
  const key = rootKey(7);
  const { params: initial, state } = init(fold(key, "init"), settings);
  const params = Object.fromEntries(
    Object.entries(initial).map(([name, { shape, data }]) => {
      const jitter = normal(fold(key, "jitter", name), data.length);
      return [name, { shape, data: Float32Array.from(data, (x, i) => x + 0.2 * jitter[i]!) }];
    }),
  );
  const { observation, latentDimensions: q } = settings;
  const frameShape = observation.kind === "image"
    ? [observation.height, observation.width]
    : [observation.dimensions];
  const size = frameShape.reduce((a, b) => a * b, 1);
  const [sequences, length] = [OFFSETS.length, OFFSETS[0]!.length];
  const frames = uniform(fold(key, "frames"), sequences * length * size);
  const initialNoise = normal(fold(key, "initial"), sequences * 2 * q);
  const weightNoise = normal(fold(key, "weights"), weightCount(fieldWidths(settings)));
  const rows = (data: Float32Array, width: number) =>
    Array.from(
      { length: data.length / width },
      (_, i) => Array.from(data.subarray(i * width, (i + 1) * width)),
    );
  const frameRows = rows(frames, size);
  return {
    params,
    params64: Object.fromEntries(
      Object.entries(params).map((
        [name, { shape, data }],
      ) => [name, { shape, data: Float64Array.from(data) }]),
    ),
    state,
    batch: {
      frames: tf.tensor(frames, [sequences, length, ...frameShape]),
      selection: tf.cast(tf.oneHot(tf.tensor2d(OFFSETS, undefined, "int32"), GRID), "float32"),
    },
    noise: {
      initial: tf.tensor(initialNoise, [sequences, 2 * q]),
      weights: tf.tensor(weightNoise),
    },
    batch64: {
      frames: OFFSETS.map((_, b) => frameRows.slice(b * length, (b + 1) * length)),
      offsets: OFFSETS,
      initialNoise: rows(initialNoise, 2 * q),
      weightNoise: Array.from(weightNoise),
    },
  };
}
