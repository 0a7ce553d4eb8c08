/**
 * Training of GPPVAE-dis and GPPVAE-joint (Casale et al. 2018) on image sequences with missing frames: first a VAE with
 * a standard normal prior, then the Gaussian process on its codes, then, for GPPVAE-joint, both.
 *
 * @module
 */
import { fold, rootKey } from "../../data/random/mod.ts";
import type { Backend } from "../../models/backend/backend.ts";
import type { Settings } from "../definition.ts";
import type { TimePart } from "../record/record.ts";
import type {
  CheckpointArrays,
  CurveDescription,
  EpochReport,
  Evaluation,
  Trainer,
} from "../trainer.ts";
import { EvaluationTime } from "./evaluation_time.ts";
import { observationsOf } from "./gppvae_codes.ts";
import { evaluateGppvae, type GppvaePrediction, unseenMse } from "./gppvae_final.ts";
import { jointEpoch, JointTime } from "./gppvae_joint_stage.ts";
import { NetworkTraining } from "./gppvae_networks.ts";
import { CodeProcess } from "./gppvae_process.ts";
import { processEpoch } from "./gppvae_process_stage.ts";
import { parseGppvaeSettings } from "./gppvae_settings.ts";
import type { GppvaeTraining, OnStep } from "./gppvae_stages.ts";
import { vaeEpoch } from "./gppvae_vae_stage.ts";
import type { ObservedSequences } from "./observed_batch.ts";

/** What {@link createGppvaeTrainer} takes. */
export interface GppvaeTask {
  /** Flat settings; see `GPPVAE_DEFAULTS`. */
  readonly settings: Settings;
  readonly seed: number;
  readonly train: ObservedSequences;
  /** Index of the frame that no training sequence shows: the test. */
  readonly unseenFrame: number;
  readonly backend: Backend;
}

const curveDescriptions: Readonly<Record<string, CurveDescription>> = {
  imageLoss: { label: "loss of an image", unit: "nats per image", direction: "lower" },
  imageReconstruction: {
    label: "log p(x | z) of an image",
    unit: "nats per image",
    direction: "higher",
  },
  imageMse: {
    label: "MSE of the reconstructed training images",
    unit: "per pixel",
    direction: "lower",
  },
  imageKl: { label: "KL[q(z) ‖ N(0, I)]", unit: "nats per image", direction: "lower" },
  imageEntropy: { label: "entropy of q(z)", unit: "nats per image" },
  codesNll: {
    label: "−log p(Z) under the Gaussian process",
    unit: "nats per image",
    direction: "lower",
  },
  noiseVariance: { label: "noise of the Gaussian process", unit: "share of the codes' variance" },
  lengthScale: { label: "length scale of the view kernel", unit: "" },
  testMse: { label: "MSE at the unseen angle", unit: "per pixel", direction: "lower" },
};

class GppvaeTrainer implements Trainer {
  readonly epochs: number;
  readonly parameters: number;
  readonly settings: Settings;
  readonly curveDescriptions = curveDescriptions;
  readonly #task: GppvaeTask;
  readonly #training: GppvaeTraining;
  readonly #joint = new JointTime();
  readonly #evaluation: EvaluationTime;

  constructor(task: GppvaeTask) {
    const { model, training: settings } = parseGppvaeSettings(task.settings);
    const observations = observationsOf(task.train, settings.viewAngles);
    const images = observations.objects.length;
    if (settings.imagesPerBatch > images) {
      throw new RangeError(
        `Cannot train GPPVAE: imagesPerBatch must be at most the ${images} observed images, is ` +
          `${settings.imagesPerBatch}`,
      );
    }
    this.#task = task;
    // One stream for both models: GPPVAE-joint continues from what GPPVAE-dis of the same seed is.
    const key = fold(rootKey(task.seed), "gppvae");
    const stepsDone = () => this.steps;
    const { imagesPerBatch } = settings;
    const networks = new NetworkTraining({
      ...{ backend: task.backend, model, imagesPerBatch },
      ...{ train: task.train, observations, key, stepsDone },
    });
    const process = new CodeProcess(observations, {
      objectRank: model.objectRank,
      lengthScale: settings.lengthScale,
      noiseVariance: settings.noiseVariance,
    });
    const { codeDimensions } = model;
    this.#training = { key, codeDimensions, settings, networks, process, stepsDone };
    this.#evaluation = new EvaluationTime(() => networks.compilationSeconds);
    this.epochs = settings.vaeEpochs + settings.processEpochs + settings.jointEpochs;
    this.parameters = process.parameters + networks.parameters;
    this.settings = task.settings;
  }

  get steps(): number {
    // A joint step counts once, as a step of the networks.
    const { networks, process, settings } = this.#training;
    return networks.steps + Math.min(process.steps, settings.processEpochs * settings.processSteps);
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return {
      compilation: this.#training.networks.compilationSeconds,
      evaluation: this.#evaluation.seconds,
    };
  }

  get timeParts(): readonly TimePart[] {
    return this.#joint.parts;
  }

  async runEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { vaeEpochs, processEpochs, testEvery } = this.#training.settings;
    if (epoch < vaeEpochs) return await vaeEpoch(this.#training, epoch, onStep);
    const report = epoch < vaeEpochs + processEpochs
      ? await processEpoch(this.#training, epoch, onStep)
      : await jointEpoch(this.#training, this.#joint, epoch, onStep);
    const last = epoch === this.epochs - 1;
    if (testEvery === 0 || !(last || (epoch + 1) % testEvery === 0)) return report;
    const { unseenFrame } = this.#task;
    const testMse = await this.#evaluation.measure(async () =>
      unseenMse(await this.#prediction(), unseenFrame)
    );
    return { ...report, testMse };
  }

  async #prediction(): Promise<GppvaePrediction> {
    const { networks, process } = this.#training;
    return {
      networks: networks.trained,
      state: networks.state,
      process: process.factored(this.steps - 1),
      oneFrame: (frame) => process.factored(this.steps - 1, frame),
      codes: await networks.codes(),
      train: this.#task.train,
    };
  }

  checkpoint(): CheckpointArrays {
    const { networks, process } = this.#training;
    return { ...networks.checkpoint(), ...process.checkpoint() };
  }

  restore(arrays: CheckpointArrays): void {
    const { networks, process } = this.#training;
    // All or nothing: the process checks before it takes.
    const restore = networks.restoring(arrays);
    process.restore(arrays);
    restore();
  }

  async evaluate(): Promise<Evaluation> {
    return await evaluateGppvae(await this.#prediction(), this.#task.unseenFrame);
  }

  dispose(): void {
    this.#training.networks.dispose();
  }
}

/** A trainer at epoch 0. @throws RangeError for settings that do not fit */
export function createGppvaeTrainer(task: GppvaeTask): Trainer {
  return new GppvaeTrainer(task);
}
