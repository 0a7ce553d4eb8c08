/**
 * Training of recurrent VAEs, and prediction by the trained model.
 *
 * @module
 */
import { deterministicModel } from "../latent_paths/deterministic.ts";
import { frameSpecs } from "../latent_paths/initial_state.ts";
import { observationOf } from "../latent_paths/settings.ts";
import { startPathTraining } from "../latent_paths/training.ts";
import type { Trainer, TrainingTask } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { parseSettings } from "../training/settings.ts";
import { RECURRENT_VAE_SETTINGS } from "./settings.ts";
import { cellSpecs, recurrentPath } from "./transition.ts";

const NAME = "recurrent VAE";

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startRecurrentVae(
  task: TrainingTask<SequenceData, SequenceModel>,
): Promise<Trainer<SequenceModel>> {
  const flat = parseSettings(NAME, RECURRENT_VAE_SETTINGS, task.settings);
  const observation = observationOf(NAME, flat, task.data.train.frameShape);
  const settings = { ...flat, observation };
  const model = deterministicModel(flat, settings, {
    name: NAME,
    stream: "recurrentVae",
    forwardsOnly: true,
    specs: [...frameSpecs(settings), ...cellSpecs(flat.latentDimensions)],
    path: recurrentPath,
  });
  return await startPathTraining(model, flat, task);
}
