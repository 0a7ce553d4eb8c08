/**
 * Models of latent paths that follow from a Gaussian initial state without noise of their own.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { TensorSpecs } from "../backend/backend.ts";
import { reparameterise } from "../inference/densities.ts";
import { frameShape } from "../networks/observation.ts";
import type { ParameterSpec } from "../nn/init.ts";
import type { CurveDescriptions } from "../training/method.ts";
import { decodePath, encodeInitial, init } from "./initial_state.ts";
import { loss, pathLogLikelihood } from "./loss.ts";
import type { BatchShape, PathFunction, PathModel } from "./model.ts";
import type { InitialFlatSettings, InitialStateSettings } from "./settings.ts";

/** Curves of the loss and its terms. */
export const CURVES: CurveDescriptions = {
  loss: { label: "loss", unit: "nats per sequence", direction: "lower" },
  reconstruction: { label: "log p(x | z)", unit: "nats per sequence", direction: "higher" },
  initialKl: { label: "KL[q(z₀) ‖ p(z₀)]", unit: "nats per sequence", direction: "lower" },
};

/** What the flat settings say of the loss beside the model's own settings. */
export function lossSchedule(
  { klWeight, klAnnealingSteps, clipNorm }: Pick<
    InitialFlatSettings,
    "klWeight" | "klAnnealingSteps" | "clipNorm"
  >,
): Pick<PathModel, "schedule" | "clipNorm"> {
  return {
    schedule: (step) => {
      const grown = klAnnealingSteps === 0 ? 1 : Math.min(1, step / klAnnealingSteps);
      return { klWeight: { shape: [], data: Float32Array.of(klWeight * grown) } };
    },
    ...(clipNorm > 0 ? { clipNorm } : {}),
  };
}

/** Inputs that the loss of a minibatch has beside its weight. */
export function batchInputs(
  { sequences, length, grid }: BatchShape,
  { observation, latentDimensions }: Pick<InitialStateSettings, "observation" | "latentDimensions">,
): TensorSpecs {
  return {
    frames: { shape: [sequences, length, ...frameShape(observation)] },
    selection: { shape: [sequences, length, grid] },
    "noise/initial": { shape: [sequences, latentDimensions] },
  };
}

/** What such a model has of its own. */
export interface Transition extends Pick<PathModel, "name" | "stream" | "forwardsOnly"> {
  /** All trainable parameters, those of encoder, decoder and p(z₀) too. */
  readonly specs: readonly ParameterSpec[];
  /** How the path follows. */
  readonly path: PathFunction;
}

/** The model as `startPathTraining` trains it. */
export function deterministicModel(
  flat: InitialFlatSettings,
  settings: InitialStateSettings,
  { specs, path: pathFrom, ...own }: Transition,
): PathModel {
  const { observation, latentDimensions: d, encoderFrames } = settings;
  return {
    ...own,
    observation,
    encoded: { setting: "encoderFrames", frames: encoderFrames },
    curves: CURVES,
    ...lossSchedule(flat),
    initial: (key) => init(key, specs),
    inputs: (shape) => batchInputs(shape, settings),
    loss: (params, state, inputs) =>
      loss(
        params,
        state,
        { frames: inputs.frames!, selection: inputs.selection! },
        inputs["noise/initial"]!,
        inputs.klWeight!,
        settings,
        pathFrom,
      ),
    drawInputs: (count) => ({ initial: { shape: [count, d] } }),
    predict(params, state, frames, draws, horizon) {
      const { statistics = "running" } = horizon;
      const { gaussian } = encodeInitial(params, state, frames, settings, statistics);
      const z = draws ? reparameterise(gaussian, draws.initial!) : gaussian.mean;
      const path = pathFrom(params, z, horizon);
      return decodePath(params, state, path, horizon, settings, frameShape(observation));
    },
    logLikelihood(params, state, batch, _draws, statistics) {
      const { gaussian } = encodeInitial(params, state, batch.frames, settings, statistics);
      const path = pathFrom(params, gaussian.mean, { forward: batch.selection.shape[2]! - 1 });
      const { values } = pathLogLikelihood(params, state, path, batch, settings, statistics);
      return tf.mean(values) as tf.Scalar;
    },
  };
}
