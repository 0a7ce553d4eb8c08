/**
 * Training of latent ODEs, and prediction by the trained model.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { TensorSpecs } from "../backend/backend.ts";
import { reparameterise } from "../inference/densities.ts";
import type { BatchShape, PathModel } from "../latent_paths/model.ts";
import { observationOf } from "../latent_paths/settings.ts";
import { startPathTraining } from "../latent_paths/training.ts";
import { frameShape } from "../networks/observation.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { parseSettings, type SettingsTable } from "../training/settings.ts";
import { loss, pathLogLikelihood } from "./loss.ts";
import { decodePath, encodeInitial, init, latentPath, parameterSpecs } from "./path.ts";
import type { LatentOdeFlatSettings, LatentOdeSettings } from "./settings.ts";

const NAME = "latent ODE";

/** Curves of the loss and its terms. */
export const CURVES: CurveDescriptions = {
  loss: { label: "loss", unit: "nats per sequence", direction: "lower" },
  reconstruction: { label: "log p(x | z)", unit: "nats per sequence", direction: "higher" },
  initialKl: { label: "KL[q(z₀) ‖ p(z₀)]", unit: "nats per sequence", direction: "lower" },
};

/** What the flat settings say of the loss beside the model's own settings. */
export function lossSchedule(
  { klWeight, klAnnealingSteps, clipNorm }: Pick<
    LatentOdeFlatSettings,
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
  { observation, latentDimensions }: Pick<LatentOdeSettings, "observation" | "latentDimensions">,
): TensorSpecs {
  return {
    frames: { shape: [sequences, length, ...frameShape(observation)] },
    selection: { shape: [sequences, length, grid] },
    "noise/initial": { shape: [sequences, latentDimensions] },
  };
}

/** The model as {@link startPathTraining} trains it. */
function pathModel(flat: LatentOdeFlatSettings, settings: LatentOdeSettings): PathModel {
  const { observation, latentDimensions: d, encoderFrames } = settings;
  return {
    name: NAME,
    stream: "latentOde",
    observation,
    encoded: { setting: "encoderFrames", frames: encoderFrames },
    curves: CURVES,
    ...lossSchedule(flat),
    initial: (key) => init(key, parameterSpecs(settings)),
    inputs: (shape) => batchInputs(shape, settings),
    loss: (params, state, inputs) =>
      loss(
        params,
        state,
        { frames: inputs.frames!, selection: inputs.selection! },
        inputs["noise/initial"]!,
        inputs.klWeight!,
        settings,
      ),
    drawInputs: (count) => ({ initial: { shape: [count, d] } }),
    predict(params, state, frames, draws, horizon) {
      const { statistics = "running" } = horizon;
      const { gaussian } = encodeInitial(params, state, frames, settings, statistics);
      const z = draws ? reparameterise(gaussian, draws.initial!) : gaussian.mean;
      const path = latentPath(params, z, horizon, settings);
      return decodePath(params, state, path, horizon, settings, frameShape(observation));
    },
    logLikelihood(params, state, batch, _draws, statistics) {
      const { gaussian } = encodeInitial(params, state, batch.frames, settings, statistics);
      const forward = batch.selection.shape[2]! - 1;
      const path = latentPath(params, gaussian.mean, { forward }, settings);
      const { values } = pathLogLikelihood(params, state, path, batch, settings, statistics);
      return tf.mean(values) as tf.Scalar;
    },
  };
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startLatentOde(
  task: TrainingTask<SequenceData, SequenceModel>,
  table: SettingsTable,
): Promise<Trainer<SequenceModel>> {
  const flat = parseSettings(NAME, table, task.settings) as LatentOdeFlatSettings;
  const observation = observationOf(NAME, flat, task.data.train.frameShape);
  return await startPathTraining(pathModel(flat, { ...flat, observation }), flat, task);
}
