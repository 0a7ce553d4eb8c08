/**
 * Training of ODE2VAE and ODE2VAE-KL on sequences with or without missing frames, and prediction by the trained model.
 *
 * @module
 */
import type { PathModel } from "../latent_paths/model.ts";
import { observationOf } from "../latent_paths/settings.ts";
import { startPathTraining } from "../latent_paths/training.ts";
import { weightCount } from "../nn/bayesian_mlp.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { parseSettings, type SettingsTable } from "../training/settings.ts";
import { init } from "./initialise.ts";
import type { Noise } from "./loss.ts";
import { predict, validationLogLikelihood } from "./predict.ts";
import { fieldWidths, type FlatSettings, type Ode2vaeSettings } from "./settings.ts";
import { batchInputs, batchLoss } from "./training_step.ts";

const NAME = "ODE²VAE";

const curves: CurveDescriptions = {
  loss: { label: "loss", unit: "nats per sequence", direction: "lower" },
  reconstruction: { label: "log p(x | s)", unit: "nats per sequence", direction: "higher" },
  latentPrior: { label: "log p(z)", unit: "nats per sequence", direction: "higher" },
  logDensity: { label: "log q(z)", unit: "nats per sequence", direction: "lower" },
  fieldKl: { label: "KL[q(W) ‖ p(W)]", unit: "nats", direction: "lower" },
  encoderKl: {
    label: "log q(z) − log q_enc(z | x)",
    unit: "nats per sequence",
    direction: "lower",
  },
};

/** The model's settings from flat ones. */
export function modelSettings(flat: FlatSettings, shape: readonly number[]): Ode2vaeSettings {
  const { batchSize, learningRate, learningRateDecay, learningRateDecaySteps, epochs } = flat;
  return {
    ...flat,
    observation: observationOf(NAME, flat, shape),
    optimisation: { batchSize, learningRate, learningRateDecay, learningRateDecaySteps, epochs },
  };
}

/** The model as {@link startPathTraining} trains it. */
function pathModel(settings: Ode2vaeSettings): PathModel {
  const { observation, latentDimensions, velocityFrames } = settings;
  return {
    name: NAME,
    stream: "ode2vae",
    observation,
    encoded: { setting: "velocityFrames", frames: velocityFrames },
    curves,
    completeSelection: true,
    initial: (key) => init(key, settings),
    inputs: (shape) => batchInputs(shape, settings),
    loss: batchLoss(settings),
    drawInputs: (count) => ({
      initial: { shape: [count, 2 * latentDimensions] },
      weights: { shape: [weightCount(fieldWidths(settings))] },
    }),
    predict: (params, state, frames, draws, horizon) =>
      predict(params, state, frames, settings, {
        ...horizon,
        ...(draws ? { noise: draws as Noise } : {}),
      }),
    logLikelihood: (params, state, batch, _draws, statistics) =>
      validationLogLikelihood(params, state, batch, settings, statistics),
  };
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startOde2vae(
  task: TrainingTask<SequenceData, SequenceModel>,
  table: SettingsTable,
): Promise<Trainer<SequenceModel>> {
  const flat = parseSettings(NAME, table, task.settings) as FlatSettings;
  const settings = modelSettings(flat, task.data.train.frameShape);
  return await startPathTraining(pathModel(settings), flat, task);
}
