/**
 * The third stage of GPPVAE's training: networks and Gaussian process together.
 *
 * @module
 */
import { fold } from "../../data/random/mod.ts";
import { codeGradients } from "../../models/gppvae/taylor.ts";
import type { TimePart } from "../record/record.ts";
import type { EpochReport } from "../trainer.ts";
import { codeNoise, rowsOf, sampleCodes } from "./gppvae_codes.ts";
import type { GppvaeTraining, OnStep } from "./gppvae_stages.ts";
import { stepMeans } from "./step_means.ts";

/** Joint epochs of this process, and their seconds: all, and those of the double-precision arithmetic. */
export class JointTime {
  #epochs = 0;
  #seconds = 0;
  #process = 0;

  /** Seconds of finished epochs as parts of a record's time; none before the first. */
  get parts(): readonly TimePart[] {
    if (this.#epochs === 0) return [];
    const part = (name: string, label: string, seconds: number): TimePart => ({
      name,
      label,
      seconds,
      count: this.#epochs,
    });
    return [
      part("jointEpoch", "joint epochs", this.#seconds),
      part("jointEpochProcess", "Gaussian process (Float64) in joint epochs", this.#process),
    ];
  }

  /** Counts a finished epoch. */
  add(seconds: number, process: number): void {
    this.#epochs++;
    this.#seconds += seconds;
    this.#process += process;
  }
}

/**
 * One epoch on all observed images: minibatches with a, B and c of the epoch's start as constants.
 *
 * @throws DivergenceError
 */
export async function jointEpoch(
  { key, settings, networks, process, stepsDone }: GppvaeTraining,
  time: JointTime,
  epoch: number,
  onStep?: OnStep,
): Promise<EpochReport> {
  const { jointLearningRate: rate } = settings;
  const [start, compiled] = [performance.now(), networks.compilationSeconds];
  let processSeconds = 0;
  const timed = <T>(arithmetic: () => T): T => {
    const began = performance.now();
    const result = arithmetic();
    processSeconds += (performance.now() - began) / 1000;
    return result;
  };
  const codes = await networks.codes();
  const noise = codeNoise(fold(key, "codes", epoch), codes);
  const expansion = timed(() => process.expand(sampleCodes(codes, noise), stepsDone()));
  const nll = expansion.value / codes.mean.rows;
  const batches = networks.minibatches(epoch);
  const step = await networks.begin("process");
  const reports: EpochReport[] = [];
  for (const rows of batches) {
    const inputs = {
      noise: rowsOf(noise, codes.mean.columns, rows),
      codeGradients: codeGradients(expansion, rows),
    };
    const terms = await networks.step(step, rows, inputs, rate);
    timed(() => process.update(expansion, rate, stepsDone(), rows));
    // The step's loss has a·z in place of the likelihood, which is known where the epoch began.
    const imageLoss = nll - terms.imageReconstruction! - terms.imageEntropy!;
    const live = { ...terms, imageLoss, ...process.report(nll) };
    reports.push(live);
    onStep?.(reports.length, batches.length, live);
  }
  await networks.finish();
  const seconds = (performance.now() - start) / 1000 - (networks.compilationSeconds - compiled);
  time.add(seconds, processSeconds);
  return { ...stepMeans(reports), ...process.report(nll) };
}
