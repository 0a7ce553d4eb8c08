/**
 * What a model of irregularly observed sequences is, as {@link startRecurrent} trains it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Sequences } from "../../data/sequences.ts";
import type { TensorSpecs } from "../backend/backend.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { gaussianLogDensity } from "../inference/densities.ts";
import type { ParameterSpec } from "../nn/init.ts";
import type { CurveDescriptions } from "../training/method.ts";
import type { LossFunction } from "../training/network_training.ts";

/** A model of vectors that are observed at some frames of a sequence. */
export interface RecurrentModel {
  /** Names it in errors, e.g. "latent ODE". */
  readonly name: string;
  /** First name of all its random streams. */
  readonly stream: string;
  /** Curves of the loss and its terms. */
  readonly curves: CurveDescriptions;
  /** Trainable parameters. */
  readonly specs: readonly ParameterSpec[];
  /** What it reads of sequences: their observed frames and nothing else. */
  observations(sequences: Sequences): HostArrays;
  /** Standard normal draws of a step, by name; none by default. */
  noise?(sequences: number): TensorSpecs;
  /** The loss, of observations and noise. */
  readonly loss: LossFunction;
  /** Log-likelihood of observations in nats per frame (scalar), without noise: what selects an epoch. */
  logLikelihood(params: Tensors, observations: Tensors): tf.Scalar;
  /**
   * What a prediction reads beside the observations.
   *
   * @throws RangeError for frames that the model does not predict
   */
  horizon(sequences: Sequences, asked: readonly number[]): {
    /** Tells horizons apart that are compiled apart. */
    readonly key: string;
    readonly inputs: HostArrays;
    /** Which of the predicted frames are those asked for, in their order. */
    readonly places: readonly number[];
    /** How many are predicted. */
    readonly frames: number;
  };
  /** Frames of a horizon: (B, frames, D). */
  predict(params: Tensors, inputs: Tensors, frames: number): tf.Tensor;
}

/** log N(x; mean, deviation²) of vectors (…, D) → (…). */
export function vectorLogDensity(x: tf.Tensor, mean: tf.Tensor, deviation: number): tf.Tensor {
  const logVariance = tf.fill(mean.shape, 2 * Math.log(deviation));
  return gaussianLogDensity(x, { mean, logVariance });
}
