/**
 * Training of GPPVAE-dis and GPPVAE-joint (Casale et al. 2018) on image sequences with missing frames: first a VAE with
 * a standard normal prior, then the Gaussian process on its codes, then, for GPPVAE-joint, both.
 *
 * @module
 */
import { fold, type Key, normal, permutation, rootKey } from "../../data/random/mod.ts";
import type { Backend, CompiledStep } from "../../models/backend/backend.ts";
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";
import { initNetworks } from "../../models/gppvae/networks.ts";
import type { Observations } from "../../models/gppvae/observations.ts";
import type { GppvaeSettings } from "../../models/gppvae/settings.ts";
import { codeGradients } from "../../models/gppvae/taylor.ts";
import { codeInputs, type CodePrior, codeStep } from "../../models/gppvae/training_step.ts";
import { adamRate } from "../../models/nn/adam.ts";
import { initialTrainingState, PREFIXES, under } from "../../models/ode2vae/training_step.ts";
import type { Settings } from "../definition.ts";
import type { TimePart } from "../record.ts";
import {
  type CheckpointArrays,
  type CurveDescription,
  DivergenceError,
  type EpochReport,
  type Evaluation,
  type Trainer,
} from "../trainer.ts";
import {
  CodeNetworks,
  codeNoise,
  type Codes,
  observationsOf,
  observedImages,
  rowsOf,
  sampleCodes,
} from "./gppvae_codes.ts";
import { evaluateGppvae, type GppvaePrediction, unseenMse } from "./gppvae_final.ts";
import { CodeProcess } from "./gppvae_process.ts";
import { type GppvaeTrainingSettings, parseGppvaeSettings } from "./gppvae_settings.ts";
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
  imageLoss: { label: "loss of an image", unit: "nats per image" },
  imageReconstruction: { label: "log p(x | z) of an image", unit: "nats per image" },
  imageMse: { label: "MSE of the reconstructed training images", unit: "per pixel" },
  imageKl: { label: "KL[q(z) ‖ N(0, I)]", unit: "nats per image" },
  imageEntropy: { label: "entropy of q(z)", unit: "nats per image" },
  codesNll: { label: "−log p(Z) under the Gaussian process", unit: "nats per image" },
  noiseVariance: { label: "noise of the Gaussian process", unit: "share of the codes' variance" },
  lengthScale: { label: "length scale of the view kernel", unit: "" },
  testMse: { label: "MSE at the unseen angle", unit: "per pixel" },
};

/** Names of curves by those of the loss's terms. */
const termCurves: Readonly<Record<string, string>> = {
  reconstruction: "imageReconstruction",
  squaredError: "imageMse",
  kl: "imageKl",
  entropy: "imageEntropy",
};

class GppvaeTrainer implements Trainer {
  readonly epochs: number;
  readonly parameters: number;
  readonly settings: Settings;
  readonly curveDescriptions = curveDescriptions;
  readonly #task: GppvaeTask;
  readonly #model: GppvaeSettings;
  readonly #training: GppvaeTrainingSettings;
  readonly #key: Key;
  readonly #observations: Observations;
  readonly #networks: CodeNetworks;
  readonly #process: CodeProcess;
  /** Parameters, batch-norm state and moments of the networks after the last finished epoch. */
  #state: HostArrays;
  /** Whether the compiled step holds {@link #state}, so that it need not be given it. */
  #holding = false;
  /** Codes of all observed images at {@link #state}, once they were asked for. */
  #codes: Codes | undefined;
  #networkSteps = 0;
  #compiled: { readonly prior: CodePrior; readonly step: CompiledStep } | undefined;
  #compilation = 0;
  #evaluation = 0;
  /** Joint epochs of this process, and their seconds: all, and those of the double-precision arithmetic. */
  readonly #joint = { epochs: 0, seconds: 0, process: 0 };

  constructor(task: GppvaeTask) {
    const { model, training } = parseGppvaeSettings(task.settings);
    this.#task = task;
    this.#model = model;
    this.#training = training;
    this.#observations = observationsOf(task.train);
    const images = this.#observations.objects.length;
    if (training.imagesPerBatch > images) {
      throw new RangeError(
        `Cannot train GPPVAE: imagesPerBatch must be at most the ${images} observed images, is ` +
          `${training.imagesPerBatch}`,
      );
    }
    // One stream for both models: GPPVAE-joint continues from what GPPVAE-dis of the same seed is.
    this.#key = fold(rootKey(task.seed), "gppvae");
    const { params, state } = initNetworks(fold(this.#key, "parameters"), model);
    this.#state = initialTrainingState(params, state);
    this.#networks = new CodeNetworks(task.backend, model, task.train.count);
    this.#process = new CodeProcess(this.#observations, {
      objectRank: model.objectRank,
      lengthScale: training.lengthScale,
      noiseVariance: training.noiseVariance,
    });
    this.epochs = training.vaeEpochs + training.processEpochs + training.jointEpochs;
    this.parameters = this.#process.parameters +
      Object.values(params).reduce((sum, { data }) => sum + data.length, 0);
    this.settings = task.settings;
  }

  get steps(): number {
    // A joint step counts once, as a step of the networks.
    const { processEpochs, processSteps } = this.#training;
    return this.#networkSteps + Math.min(this.#process.steps, processEpochs * processSteps);
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return {
      compilation: this.#compilation + this.#networks.compilationSeconds,
      evaluation: this.#evaluation,
    };
  }

  get timeParts(): readonly TimePart[] {
    const { epochs, seconds, process } = this.#joint;
    if (epochs === 0) return [];
    const part = (name: string, label: string, seconds: number): TimePart => ({
      name,
      label,
      seconds,
      count: epochs,
    });
    return [
      part("jointEpoch", "joint epochs", seconds),
      part("jointEpochProcess", "Gaussian process (Float64) in joint epochs", process),
    ];
  }

  async runEpoch(
    epoch: number,
    onStep?: (done: number, total: number, live: EpochReport) => void,
  ): Promise<EpochReport> {
    const { vaeEpochs, processEpochs, testEvery } = this.#training;
    if (epoch < vaeEpochs) return await this.#networkEpoch(epoch, onStep);
    const report = epoch < vaeEpochs + processEpochs
      ? await this.#processEpoch(epoch, onStep)
      : await this.#jointEpoch(epoch, onStep);
    const last = epoch === this.epochs - 1;
    if (testEvery === 0 || !(last || (epoch + 1) % testEvery === 0)) return report;
    const { unseenFrame } = this.#task;
    const testMse = await this.#evaluating(async () =>
      unseenMse(await this.#prediction(), unseenFrame)
    );
    return { ...report, testMse };
  }

  /** Codes of all observed images; encodes them anew only after the networks changed. */
  async #encoded(): Promise<Codes> {
    const { train } = this.#task;
    const all = this.#observations.objects.map((_, i) => i);
    this.#codes ??= await this.#networks.encode(
      this.#state,
      observedImages(train, this.#observations, all),
    );
    if (!this.#codes.mean.data.every(Number.isFinite)) {
      throw new DivergenceError(this.steps, "a latent code");
    }
    return this.#codes;
  }

  /** Minibatches of images in a new order: rows of the observations. A rest waits for the next epoch. */
  #minibatches(epoch: number): Int32Array[] {
    const { imagesPerBatch } = this.#training;
    const images = this.#observations.objects.length;
    const order = permutation(fold(this.#key, "order", epoch), images);
    return Array.from(
      { length: Math.floor(images / imagesPerBatch) },
      (_, b) => order.subarray(b * imagesPerBatch, (b + 1) * imagesPerBatch),
    );
  }

  async #stepFor(prior: CodePrior): Promise<CompiledStep> {
    if (this.#compiled?.prior !== prior) {
      await this.#compiled?.step.dispose();
      this.#holding = false;
      const inputs = codeInputs(this.#state, this.#training.imagesPerBatch, prior, this.#model);
      const step = await this.#task.backend.compile(codeStep(this.#model), inputs, {
        carried: Object.keys(this.#state),
      });
      this.#compilation += step.seconds;
      this.#compiled = { prior, step };
    }
    const { step } = this.#compiled!;
    if (!this.#holding) await step.start(this.#state);
    this.#holding = false;
    return step;
  }

  /** One step of the networks; the loss and its terms under their curves' names. */
  async #networkStep(
    step: CompiledStep,
    rows: Int32Array,
    inputs: { readonly noise: Float32Array; readonly codeGradients?: Float32Array },
    learningRate: number,
  ): Promise<Record<string, number>> {
    const { observation: { height, width }, codeDimensions } = this.#model;
    const codeShape = [rows.length, codeDimensions];
    const images: HostArray = {
      shape: [rows.length, height, width],
      data: observedImages(this.#task.train, this.#observations, rows),
    };
    const rate = Float32Array.of(adamRate(learningRate, this.#networkSteps + 1));
    const { noise, codeGradients: slopes } = inputs;
    const outputs = await step.run({
      images,
      noise: { shape: codeShape, data: noise },
      ...(slopes === undefined ? {} : { codeGradients: { shape: codeShape, data: slopes } }),
      rate: { shape: [], data: rate },
    });
    const imageLoss = outputs.loss!.data[0]!;
    if (!Number.isFinite(imageLoss)) throw new DivergenceError(this.steps, "loss");
    this.#networkSteps++;
    const terms = Object.entries(under(PREFIXES.terms, outputs))
      .flatMap(([name, { data }]) => name in termCurves ? [[termCurves[name]!, data[0]!]] : []);
    return { imageLoss, ...Object.fromEntries(terms) };
  }

  /** Takes the networks back from the step that trained them. */
  async #finishNetworks(step: CompiledStep): Promise<void> {
    this.#state = await step.state();
    this.#holding = true;
    this.#codes = undefined;
    for (const [name, { data }] of Object.entries(this.#state)) {
      if (name.startsWith(PREFIXES.params) && data.some((value) => !Number.isFinite(value))) {
        throw new DivergenceError(this.steps - 1, name);
      }
    }
  }

  async #networkEpoch(
    epoch: number,
    onStep?: (done: number, total: number, live: EpochReport) => void,
  ): Promise<EpochReport> {
    const batches = this.#minibatches(epoch);
    const step = await this.#stepFor("standard");
    const reports: Record<string, number>[] = [];
    for (const rows of batches) {
      const key = fold(this.#key, "noise", this.#networkSteps);
      const noise = normal(key, rows.length * this.#model.codeDimensions);
      const live = await this.#networkStep(step, rows, { noise }, this.#training.vaeLearningRate);
      reports.push(live);
      onStep?.(reports.length, batches.length, live);
    }
    await this.#finishNetworks(step);
    return means(reports);
  }

  async #processEpoch(
    epoch: number,
    onStep?: (done: number, total: number, live: EpochReport) => void,
  ): Promise<EpochReport> {
    const { processSteps, processLearningRate } = this.#training;
    const codes = await this.#encoded();
    this.#process.begin(codes.mean);
    let nll = 0;
    for (let done = 1; done <= processSteps; done++) {
      const noise = codeNoise(fold(this.#key, "codes", epoch, done), codes);
      const expansion = this.#process.expand(sampleCodes(codes, noise), this.steps);
      this.#process.update(expansion, processLearningRate, this.steps);
      const live = this.#process.report(expansion.value / codes.mean.rows);
      nll += live.codesNll! / processSteps;
      onStep?.(done, processSteps, live);
      // The arithmetic is all on this thread: let a signal in between two steps.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return this.#process.report(nll);
  }

  /** Minibatches with a, B and c of the epoch's start as constants. */
  async #jointEpoch(
    epoch: number,
    onStep?: (done: number, total: number, live: EpochReport) => void,
  ): Promise<EpochReport> {
    const { jointLearningRate: rate } = this.#training;
    const [start, compiled] = [performance.now(), this.seconds.compilation];
    let processSeconds = 0;
    const timed = <T>(arithmetic: () => T): T => {
      const began = performance.now();
      const result = arithmetic();
      processSeconds += (performance.now() - began) / 1000;
      return result;
    };
    const codes = await this.#encoded();
    const noise = codeNoise(fold(this.#key, "codes", epoch), codes);
    const expansion = timed(() => this.#process.expand(sampleCodes(codes, noise), this.steps));
    const nll = expansion.value / codes.mean.rows;
    const batches = this.#minibatches(epoch);
    const step = await this.#stepFor("process");
    const reports: Record<string, number>[] = [];
    for (const rows of batches) {
      const batch = {
        noise: rowsOf(noise, codes.mean.columns, rows),
        codeGradients: codeGradients(expansion, rows),
      };
      const terms = await this.#networkStep(step, rows, batch, rate);
      timed(() => this.#process.update(expansion, rate, this.steps, rows));
      // The step's loss has a·z in place of the likelihood, which is known where the epoch began.
      const imageLoss = nll - terms.imageReconstruction! - terms.imageEntropy!;
      const live = { ...terms, imageLoss, ...this.#process.report(nll) };
      reports.push(live);
      onStep?.(reports.length, batches.length, live);
    }
    await this.#finishNetworks(step);
    this.#joint.epochs++;
    this.#joint.process += processSeconds;
    this.#joint.seconds += (performance.now() - start) / 1000 -
      (this.seconds.compilation - compiled);
    return { ...means(reports), ...this.#process.report(nll) };
  }

  async #prediction(): Promise<GppvaePrediction> {
    return {
      networks: this.#networks,
      state: this.#state,
      process: this.#process.factored(this.steps - 1),
      codes: await this.#encoded(),
      train: this.#task.train,
    };
  }

  /** Runs f and counts its seconds as evaluation, its compilations apart. */
  async #evaluating<T>(f: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const compiled = this.#networks.compilationSeconds;
    const result = await f();
    this.#evaluation += (performance.now() - start) / 1000 -
      (this.#networks.compilationSeconds - compiled);
    return result;
  }

  checkpoint(): CheckpointArrays {
    const networks = Object.entries(this.#state).map(([name, { data }]) => [name, data.slice()]);
    return {
      ...Object.fromEntries(networks),
      ...this.#process.checkpoint(),
      networkSteps: Float64Array.of(this.#networkSteps),
    };
  }

  restore(arrays: CheckpointArrays): void {
    const take = (name: string, length: number) => {
      const data = arrays[name];
      if (data?.length === length) return data.slice();
      throw new RangeError(
        `Cannot restore a checkpoint: ${name} must have ${length} values, has ` +
          `${data?.length ?? "none"}`,
      );
    };
    const state = Object.entries(this.#state).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float32Array.from(take(name, data.length)) },
    ]);
    const [steps] = take("networkSteps", 1);
    this.#process.restore(arrays);
    this.#state = Object.fromEntries(state);
    this.#networkSteps = steps!;
    this.#codes = undefined;
    this.#holding = false;
  }

  async evaluate(): Promise<Evaluation> {
    return await evaluateGppvae(await this.#prediction(), this.#task.unseenFrame);
  }

  dispose(): void {
    this.#compiled?.step.dispose();
    this.#compiled = undefined;
    this.#networks.dispose();
  }
}

/** Mean of each value over reports that all have the same ones. */
function means(reports: readonly Record<string, number>[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(reports[0] ?? {}).map((name) => [
      name,
      reports.reduce((sum, report) => sum + report[name]!, 0) / reports.length,
    ]),
  );
}

/** A trainer at epoch 0. @throws RangeError for settings that do not fit */
export function createGppvaeTrainer(task: GppvaeTask): Trainer {
  return new GppvaeTrainer(task);
}
