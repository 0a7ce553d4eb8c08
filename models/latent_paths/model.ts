/**
 * What a model of latent paths is: frames are encoded to an initial state, which a path leads to the states of all frames.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Key } from "../../data/random/mod.ts";
import type { TensorSpecs } from "../backend/backend.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import type { Statistics } from "../networks/frames.ts";
import type { Observation } from "../networks/observation.ts";
import type { CurveDescriptions } from "../training/method.ts";
import type { LossFunction } from "../training/network_training.ts";

/** Observed frames of B sequences, L each, at times on a grid. */
export type Batch = {
  /** Observed frames in time order: (B, L, H, W) in [0, 1], or (B, L, D). */
  readonly frames: tf.Tensor;
  /** One-hot (B, L, G): grid offset of each observed frame from the first observed one. */
  readonly selection: tf.Tensor;
};

/** Sizes that a compilation fixes. */
export interface BatchShape {
  /** B: sequences. */
  readonly sequences: number;
  /** L: observed frames of each. */
  readonly length: number;
  /** G: grid points from the first observed frame on. */
  readonly grid: number;
}

/** Which frames a prediction has. */
export interface Horizon {
  /** Frame intervals after the first encoded frame. */
  readonly forward: number;
  /** Frame intervals before it, by integrating backwards; 0 by default. */
  readonly backward?: number;
  /** Decodes one grid offset ≥ 0 alone; all of them by default. */
  readonly only?: number;
  /** Statistics of the batch norms; "running" by default. */
  readonly statistics?: Statistics;
}

/** The path from states z (B, d) at grid offsets −backward … forward: (B, backward + 1 + forward, d). */
export type PathFunction = (params: Tensors, z: tf.Tensor, horizon: Horizon) => tf.Tensor;

/** A model of latent paths, ready to be trained. */
export interface PathModel {
  /** Names it in errors, e.g. "ODE²VAE". */
  readonly name: string;
  /** First name of all its random streams. */
  readonly stream: string;
  /** What a frame is. */
  readonly observation: Observation;
  /** How many first frames are encoded, and which setting says so. */
  readonly encoded: { readonly setting: string; readonly frames: number };
  /** Curves of the loss and its terms. */
  readonly curves: CurveDescriptions;
  /** Where the gradients' norm is cut; never by default. */
  readonly clipNorm?: number;
  /**
   * Averages over draws where paths are stochastic: of a prediction without a draw, and of a validation. Without it both
   * have the mean path.
   */
  readonly averages?: { readonly prediction: number; readonly validation: number };
  /** Whether no frame before the encoded ones can be predicted; false by default. */
  readonly forwardsOnly?: boolean;
  /** Whether an epoch is also selected on complete validation sequences, as ODE2VAE's released code does. */
  readonly completeSelection?: boolean;
  /** Initial parameters and batch-norm state. */
  initial(key: Key): { readonly params: HostArrays; readonly state: HostArrays };
  /** Inputs of the loss; those under `noise/` are standard normal draws. */
  inputs(shape: BatchShape): TensorSpecs;
  /** Inputs of the loss that depend on the step alone (0-based), e.g. a weight; none by default. */
  schedule?(step: number): HostArrays;
  /** The loss of a minibatch. */
  readonly loss: LossFunction;
  /** Standard normal draws of one prediction of `count` sequences. */
  drawInputs(count: number, forward: number): TensorSpecs;
  /**
   * Frames at grid offsets −backward … forward from the first encoded one.
   *
   * @param frames (B, ≥ m, …frameShape)
   * @param draws those of {@link drawInputs} by name; undefined for the mean path
   * @returns (B, N, …frameShape): N = backward + 1 + forward, or 1 with `only`
   */
  predict(
    params: Tensors,
    state: Tensors,
    frames: tf.Tensor,
    draws: Tensors | undefined,
    horizon: Horizon,
  ): tf.Tensor;
  /** Log-likelihood of observed frames in nats per frame (scalar); what model selection maximises. */
  logLikelihood(
    params: Tensors,
    state: Tensors,
    batch: Batch,
    draws: Tensors | undefined,
    statistics: Statistics,
  ): tf.Scalar;
}
