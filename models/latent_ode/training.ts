/**
 * Training of latent ODEs, and prediction by the trained model.
 *
 * @module
 */
import { deterministicModel } from "../latent_paths/deterministic.ts";
import { observationOf } from "../latent_paths/settings.ts";
import { startPathTraining } from "../latent_paths/training.ts";
import type { Trainer, TrainingTask } from "../training/method.ts";
import type { SequenceData, SequenceModel } from "../training/sequences.ts";
import { parseSettings, type SettingsTable } from "../training/settings.ts";
import { latentPath, parameterSpecs } from "./path.ts";
import type { LatentOdeFlatSettings } from "./settings.ts";

const NAME = "latent ODE";

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startLatentOde(
  task: TrainingTask<SequenceData, SequenceModel>,
  table: SettingsTable,
): Promise<Trainer<SequenceModel>> {
  const flat = parseSettings(NAME, table, task.settings) as LatentOdeFlatSettings;
  const observation = observationOf(NAME, flat, task.data.train.frameShape);
  const settings = { ...flat, observation };
  const model = deterministicModel(flat, settings, {
    name: NAME,
    stream: "latentOde",
    specs: parameterSpecs(settings),
    path: (params, z, horizon) => latentPath(params, z, horizon, settings),
  });
  return await startPathTraining(model, flat, task);
}
