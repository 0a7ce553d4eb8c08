/**
 * Training of latent SDEs, and prediction by the trained model.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";
import { batchInputs, CURVES, lossSchedule } from "../latent_paths/deterministic.ts";
import { decodePath, init } from "../latent_paths/initial_state.ts";
import { pathLogLikelihood } from "../latent_paths/loss.ts";
import type { PathModel } from "../latent_paths/model.ts";
import { observationOf } from "../latent_paths/settings.ts";
import { startPathTraining } from "../latent_paths/training.ts";
import { frameShape } from "../networks/observation.ts";
import { under } from "../training/arrays.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { parseSettings } from "../training/settings.ts";
import { loss, parameterSpecs, samplePath, type SdeNoise } from "./sde_model.ts";
import {
  FRAME_CONTEXT_SETTINGS,
  LATENT_SDE_SETTINGS,
  type LatentSdeFlatSettings,
  type LatentSdeSettings,
} from "./sde_settings.ts";

const NAME = "latent SDE";

const curves: CurveDescriptions = {
  ...CURVES,
  pathKl: { label: "KL of the path", unit: "nats per sequence", direction: "lower" },
};

/** Draws by their names. */
const noiseOf = ({ initial, path }: Tensors): SdeNoise => ({ initial: initial!, path: path! });

/** What both tables of settings have. */
type FlatSettings = Omit<LatentSdeFlatSettings, "predictionDrift">;

/** The model as {@link startPathTraining} trains it. */
function pathModel(flat: FlatSettings, settings: LatentSdeSettings): PathModel {
  const { observation, latentDimensions: d, encoderFrames, stepsPerFrame } = settings;
  const pathNoise = (count: number, intervals: number) => ({
    shape: [intervals * stepsPerFrame, count, d],
  });
  return {
    name: NAME,
    stream: "latentSde",
    observation,
    encoded: { setting: "encoderFrames", frames: encoderFrames },
    curves,
    forwardsOnly: true,
    averages: { prediction: flat.posteriorSamples, validation: flat.validationSamples },
    ...lossSchedule(flat),
    initial: (key) => init(key, parameterSpecs(settings)),
    inputs: (shape) => ({
      ...batchInputs(shape, settings),
      "noise/path": pathNoise(shape.sequences, shape.grid - 1),
    }),
    loss: (params, _state, inputs) =>
      loss(
        params,
        { frames: inputs.frames!, selection: inputs.selection! },
        noiseOf(under("noise/", inputs)),
        inputs.klWeight!,
        settings,
      ),
    drawInputs: (count, forward) => ({
      initial: { shape: [count, d] },
      path: pathNoise(count, forward),
    }),
    predict(params, state, frames, draws, horizon) {
      const { path } = samplePath(
        params,
        frames,
        noiseOf(draws!),
        settings,
        settings.predictionDrift,
      );
      return decodePath(params, state, path, horizon, settings, frameShape(observation));
    },
    logLikelihood(params, state, batch, draws, statistics) {
      const { frames } = batch;
      const noise = noiseOf(draws!);
      const { path } = samplePath(params, frames, noise, settings, settings.predictionDrift);
      const { values } = pathLogLikelihood(params, state, path, batch, settings, statistics);
      return tf.mean(values) as tf.Scalar;
    },
  };
}

type Task = TrainingTask<SequenceData, SequenceModel>;

async function start(
  flat: FlatSettings,
  choices: Pick<LatentSdeSettings, "predictionDrift" | "contexts">,
  task: Task,
): Promise<Trainer<SequenceModel>> {
  const observation = observationOf(NAME, flat, task.data.train.frameShape);
  return await startPathTraining(pathModel(flat, { ...flat, ...choices, observation }), flat, task);
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startLatentSde(task: Task): Promise<Trainer<SequenceModel>> {
  const flat = parseSettings(NAME, LATENT_SDE_SETTINGS, task.settings);
  return await start(flat, { predictionDrift: flat.predictionDrift, contexts: "first" }, task);
}

/**
 * A trainer at epoch 0 of a model whose posterior has a context of each frame.
 *
 * @throws RangeError for settings or data that do not fit, e.g. where frames are missing
 */
export async function startFrameContexts(task: Task): Promise<Trainer<SequenceModel>> {
  const flat = parseSettings(NAME, FRAME_CONTEXT_SETTINGS, task.settings);
  const { observedCount, frameCount } = task.data.train;
  if (observedCount < frameCount) {
    throw new RangeError(
      `Cannot train ${NAME} with a context of each frame: all ${frameCount} frames of a sequence ` +
        `must be observed, are ${observedCount}`,
    );
  }
  return await start(flat, { predictionDrift: "prior", contexts: "each" }, task);
}
