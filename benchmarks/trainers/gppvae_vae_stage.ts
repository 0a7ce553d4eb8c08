/**
 * The first stage of GPPVAE's training: a VAE with a standard normal prior.
 *
 * @module
 */
import { fold, normal } from "../../data/random/mod.ts";
import type { EpochReport } from "../trainer.ts";
import type { GppvaeTraining, OnStep } from "./gppvae_stages.ts";
import { stepMeans } from "./step_means.ts";

/** One epoch on all observed images. @throws DivergenceError */
export async function vaeEpoch(
  { key, codeDimensions, settings, networks }: GppvaeTraining,
  epoch: number,
  onStep?: OnStep,
): Promise<EpochReport> {
  const batches = networks.minibatches(epoch);
  const step = await networks.begin("standard");
  const reports: EpochReport[] = [];
  for (const rows of batches) {
    const noise = normal(fold(key, "noise", networks.steps), rows.length * codeDimensions);
    const live = await networks.step(step, rows, { noise }, settings.vaeLearningRate);
    reports.push(live);
    onStep?.(reports.length, batches.length, live);
  }
  await networks.finish();
  return stepMeans(reports);
}
