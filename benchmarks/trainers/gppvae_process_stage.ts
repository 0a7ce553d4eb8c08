/**
 * The second stage of GPPVAE's training: the Gaussian process on the codes of frozen networks.
 *
 * @module
 */
import { fold } from "../../data/random/mod.ts";
import type { EpochReport } from "../trainer.ts";
import { codeNoise, sampleCodes } from "./gppvae_codes.ts";
import type { GppvaeTraining, OnStep } from "./gppvae_stages.ts";

/** One epoch: so many steps, each on all codes and with a new sample of them. @throws DivergenceError */
export async function processEpoch(
  { key, settings, networks, process, stepsDone }: GppvaeTraining,
  epoch: number,
  onStep?: OnStep,
): Promise<EpochReport> {
  const { processSteps, processLearningRate } = settings;
  const codes = await networks.codes();
  process.begin(codes.mean);
  let nll = 0;
  for (let done = 1; done <= processSteps; done++) {
    const noise = codeNoise(fold(key, "codes", epoch, done), codes);
    const expansion = process.expand(sampleCodes(codes, noise), stepsDone());
    process.update(expansion, processLearningRate, stepsDone());
    const live = process.report(expansion.value / codes.mean.rows);
    nll += live.codesNll! / processSteps;
    onStep?.(done, processSteps, live);
    // The arithmetic is all on this thread: let a signal in between two steps.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return process.report(nll);
}
