/**
 * Training of GPPVAE-dis and GPPVAE-joint (Casale et al. 2018) on image sequences with missing frames: first a VAE with
 * a standard normal prior, then the Gaussian process on its codes, then, for GPPVAE-joint, both.
 *
 * @module
 */
import { frameSize, type Sequences } from "../../data/sequences.ts";
import { fold, type Key, normal, permutation, rootKey } from "../../data/random/mod.ts";
import type { Backend } from "../backend/backend.ts";
import { imageObservation } from "../networks/observation.ts";
import {
  type CheckpointArrays,
  type CurveDescriptions,
  DivergenceError,
  type EpochReport,
  type OnStep,
  type TimePart,
  type Trainer,
  type TrainingTask,
  withWatched,
} from "../training/method.ts";
import {
  CompiledPredictions,
  EvaluationTime,
  minibatches,
  type NetworkEpoch,
  NetworkTraining,
} from "../training/network_training.ts";
import { adam } from "../training/optimisers.ts";
import {
  askedFrames,
  type SequenceData,
  type SequenceModel,
  type SequenceQuery,
} from "../training/sequences.ts";
import { parseSettings } from "../training/settings.ts";
import {
  CodeNetworks,
  codeNoise,
  type Codes,
  observationsOf,
  observedImages,
  rowsOf,
  sampleCodes,
} from "./codes.ts";
import { codeLossFunction } from "./loss.ts";
import { GPPVAE_SETTINGS, type GppvaeFlatSettings } from "./settings.ts";
import { initNetworks } from "./networks.ts";
import type { Observations } from "./covariance.ts";
import { predictCodes } from "./likelihood.ts";
import { priorExhibits } from "./prior_exhibits.ts";
import { CodeProcess } from "./process_training.ts";
import type { GppvaeSettings } from "./settings.ts";
import { codeGradients } from "./taylor.ts";

const curves: CurveDescriptions = {
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
};

/** Names of curves by those of the loss and its terms. */
const termCurves: Readonly<Record<string, string>> = {
  loss: "imageLoss",
  reconstruction: "imageReconstruction",
  squaredError: "imageMse",
  kl: "imageKl",
  entropy: "imageEntropy",
};

function byCurve(values: EpochReport): EpochReport {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      name in termCurves ? [[termCurves[name]!, value]] : []
    ),
  );
}

class GppvaeTrainer implements Trainer<SequenceModel> {
  readonly epochs: number;
  readonly curves: CurveDescriptions;
  readonly #task: TrainingTask<SequenceData, SequenceModel>;
  readonly #train: Sequences;
  readonly #settings: GppvaeFlatSettings;
  /** Stream of all draws. Both models have the same: GPPVAE-joint goes on from what GPPVAE-dis of its seed is. */
  readonly #key: Key;
  readonly #observations: Observations;
  readonly #networks: NetworkTraining;
  readonly #process: CodeProcess;
  readonly #predictions: CompiledPredictions;
  readonly #codeNetworks: CodeNetworks;
  readonly #evaluation: EvaluationTime;
  readonly #jointTime = { epochs: 0, seconds: 0, process: 0 };
  /** Shapes and loss of the networks' steps. */
  readonly #step: Pick<NetworkEpoch, "loss" | "shapes">;
  /** Codes of all observed images at the present state, once they were asked for. */
  #codes: Codes | undefined;

  constructor(task: TrainingTask<SequenceData, SequenceModel>, backend: Backend) {
    const settings = parseSettings("GPPVAE", GPPVAE_SETTINGS, task.settings);
    const { codeDimensions, imagesPerBatch, objectRank, lengthScale, noiseVariance } = settings;
    const train = task.data.train;
    const [height, width, ...channels] = train.frameShape;
    if (height === undefined || width === undefined || channels.length > 0) {
      throw new RangeError(
        `Cannot train GPPVAE: frames must be grey images, are ${train.frameShape.join("×")}`,
      );
    }
    const model: GppvaeSettings = {
      observation: imageObservation(
        height,
        width,
        settings.encoderFilters,
        settings.decoderFilters,
      ),
      ...settings,
    };
    const observations = observationsOf(train, settings.viewAngles);
    const images = observations.objects.length;
    if (imagesPerBatch > images) {
      throw new RangeError(
        `Cannot train GPPVAE: imagesPerBatch must be at most the ${images} observed images, is ` +
          `${imagesPerBatch}`,
      );
    }
    this.#task = task;
    this.#train = train;
    this.#settings = settings;
    this.#key = fold(rootKey(task.seed), "gppvae");
    this.#observations = observations;
    this.#networks = new NetworkTraining({
      backend,
      ...initNetworks(fold(this.#key, "parameters"), model),
      optimiser: adam(),
      counter: "networkSteps",
      stepNumber: () => this.steps,
    });
    this.#step = {
      loss: codeLossFunction(model),
      shapes: {
        images: { shape: [imagesPerBatch, height, width] },
        noise: { shape: [imagesPerBatch, codeDimensions] },
      },
    };
    this.#process = new CodeProcess(observations, { objectRank, lengthScale, noiseVariance });
    this.#predictions = new CompiledPredictions(backend);
    this.#codeNetworks = new CodeNetworks(this.#predictions, model, train.count);
    this.#evaluation = new EvaluationTime(() => this.seconds.compilation);
    this.epochs = settings.vaeEpochs + settings.processEpochs + settings.jointEpochs;
    this.curves = withWatched(curves, task.watch);
  }

  get parameters(): number {
    return this.#process.parameters + this.#networks.parameters;
  }

  /** A joint step counts once, as a step of the networks. */
  get steps(): number {
    const { processEpochs, processSteps } = this.#settings;
    return this.#networks.steps + Math.min(this.#process.steps, processEpochs * processSteps);
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return {
      compilation: this.#networks.compilationSeconds + this.#predictions.compilationSeconds,
      evaluation: this.#evaluation.seconds,
    };
  }

  get timeParts(): readonly TimePart[] {
    const { epochs, seconds, process } = this.#jointTime;
    return epochs === 0 ? [] : [
      { name: "jointEpoch", label: "joint epochs", seconds, count: epochs },
      {
        name: "jointEpochProcess",
        label: "Gaussian process (Float64) in joint epochs",
        seconds: process,
        count: epochs,
      },
    ];
  }

  async runEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { vaeEpochs, processEpochs, testEvery } = this.#settings;
    if (epoch < vaeEpochs) return await this.#vaeEpoch(epoch, onStep);
    const report = epoch < vaeEpochs + processEpochs
      ? await this.#processEpoch(epoch, onStep)
      : await this.#jointEpoch(epoch, onStep);
    const { watch } = this.#task;
    const due = epoch === this.epochs - 1 || (epoch + 1) % testEvery === 0;
    if (watch === undefined || testEvery === 0 || !due) return report;
    const model = { predict: (query: SequenceQuery) => this.#predict(query) };
    return { ...report, ...await this.#evaluation.measure(() => watch.measure(model)) };
  }

  /** First stage: a VAE with a standard normal prior, on all observed images. @throws DivergenceError */
  async #vaeEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { codeDimensions, vaeLearningRate } = this.#settings;
    return await this.#networkEpoch({
      kind: "standard",
      ...this.#step,
      batches: this.#minibatches(epoch),
      learningRate: () => vaeLearningRate,
      report: byCurve,
      inputs: (rows, step) => ({
        images: this.#images(rows),
        noise: {
          shape: [rows.length, codeDimensions],
          data: normal(fold(this.#key, "noise", step), rows.length * codeDimensions),
        },
      }),
      onStep,
    });
  }

  /** Second stage: the Gaussian process on the codes of frozen networks, a new sample of all codes at each step. */
  async #processEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { processSteps, processLearningRate } = this.#settings;
    const process = this.#process;
    const codes = await this.#trainingCodes();
    process.begin(codes.mean);
    let nll = 0;
    for (let done = 1; done <= processSteps; done++) {
      const noise = codeNoise(fold(this.#key, "codes", epoch, done), codes);
      const expansion = process.expand(sampleCodes(codes, noise), this.steps);
      process.update(expansion, processLearningRate, this.steps);
      const live = process.report(expansion.value / codes.mean.rows);
      nll += live.codesNll! / processSteps;
      onStep?.(done, processSteps, live);
      // The arithmetic is all on this thread: let a signal in between two steps.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return process.report(nll);
  }

  /** Third stage: networks and process, minibatches with a, B and c of the epoch's start as constants. */
  async #jointEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { jointLearningRate: rate, codeDimensions, imagesPerBatch } = this.#settings;
    const process = this.#process;
    const [start, compiled] = [performance.now(), this.seconds.compilation];
    let processSeconds = 0;
    const timed = <T>(arithmetic: () => T): T => {
      const began = performance.now();
      const result = arithmetic();
      processSeconds += (performance.now() - began) / 1000;
      return result;
    };
    const codes = await this.#trainingCodes();
    const noise = codeNoise(fold(this.#key, "codes", epoch), codes);
    const expansion = timed(() => process.expand(sampleCodes(codes, noise), this.steps));
    const nll = expansion.value / codes.mean.rows;
    const shape = [imagesPerBatch, codeDimensions];
    const means = await this.#networkEpoch({
      kind: "process",
      loss: this.#step.loss,
      shapes: { ...this.#step.shapes, codeGradients: { shape } },
      batches: this.#minibatches(epoch),
      learningRate: () => rate,
      inputs: (rows) => ({
        images: this.#images(rows),
        noise: { shape, data: rowsOf(noise, codeDimensions, rows) },
        codeGradients: { shape, data: codeGradients(expansion, rows) },
      }),
      report: (values, rows) => {
        timed(() => process.update(expansion, rate, this.steps, rows));
        // The step's loss has a·z in place of the likelihood, which is known where the epoch began.
        const imageLoss = nll - values.reconstruction! - values.entropy!;
        return { ...byCurve(values), imageLoss, ...process.report(nll) };
      },
      onStep,
    });
    const seconds = (performance.now() - start) / 1000 - (this.seconds.compilation - compiled);
    this.#jointTime.epochs++;
    this.#jointTime.seconds += seconds;
    this.#jointTime.process += processSeconds;
    return { ...means, ...process.report(nll) };
  }

  async #networkEpoch(epoch: NetworkEpoch): Promise<Record<string, number>> {
    this.#codes = undefined;
    return await this.#networks.epoch(epoch);
  }

  /** Rows of the observations, in a new order. */
  #minibatches(epoch: number): Int32Array[] {
    const images = this.#observations.objects.length;
    const order = permutation(fold(this.#key, "order", epoch), images);
    return minibatches(order, this.#settings.imagesPerBatch);
  }

  #images(rows: Int32Array): { shape: readonly number[]; data: Float32Array } {
    return {
      shape: [rows.length, ...this.#train.frameShape],
      data: observedImages(this.#train, this.#observations, rows),
    };
  }

  async #trainingCodes(): Promise<Codes> {
    this.#codes ??= await this.#encode(this.#observations);
    if (!this.#codes.mean.data.every(Number.isFinite)) {
      throw new DivergenceError(this.steps, "a latent code");
    }
    return this.#codes;
  }

  async #encode(observations: Observations): Promise<Codes> {
    const images = observedImages(this.#train, observations, observations.objects.map((_, i) => i));
    return await this.#codeNetworks.encode(this.#networks.arrays, images);
  }

  /** The posterior mean of the codes at the angles of the frames asked for, given those of the context, decoded. */
  async #predict(query: SequenceQuery): Promise<Float32Array> {
    const { sequences, context, draw } = query;
    const { count, frames } = sequences;
    if (frames !== this.#train.frames || count !== this.#train.count || draw !== undefined) {
      throw new RangeError(
        "Cannot predict by GPPVAE: it predicts the mean of the sequences that it was trained on, " +
          "asked for others or a draw",
      );
    }
    const seen = observationsOf(sequences, this.#settings.viewAngles, context);
    const same = (part: "objects" | "views") =>
      seen[part].length === this.#observations[part].length &&
      seen[part].every((value, i) => value === this.#observations[part][i]);
    const codes = same("objects") && same("views")
      ? await this.#trainingCodes()
      : await this.#encode(seen);
    const process = this.#process.factored(this.steps - 1, seen);
    const wanted = askedFrames(query);
    const size = frameSize(sequences);
    const result = new Float32Array(count * wanted.length * size);
    const objects = Int32Array.from({ length: count }, (_, object) => object);
    for (const [at, frame] of wanted.entries()) {
      const targets = { objects, views: objects.map(() => frame) };
      const images = await this.#codeNetworks.decode(
        this.#networks.arrays,
        predictCodes(process, codes.mean, targets),
      );
      for (let s = 0; s < count; s++) {
        const image = images.subarray(s * size, (s + 1) * size);
        result.set(image, (s * wanted.length + at) * size);
      }
    }
    return result;
  }

  async trained(): Promise<SequenceModel> {
    const process = this.#process.factored(this.steps - 1);
    const codes = await this.#trainingCodes();
    const { arrays } = this.#networks;
    return {
      predict: (query) => this.#predict(query),
      reconstruct: async (images) => {
        const { mean } = await this.#codeNetworks.encode(arrays, images);
        return await this.#codeNetworks.decode(arrays, mean);
      },
      facts: [{
        name: "noiseVariance",
        label: "noise of the Gaussian process",
        value: process.covariance.noise,
        unit: "share of the codes' variance",
        direction: "lower",
      }],
      exhibits: () => priorExhibits(process, codes.mean),
    };
  }

  checkpoint(): CheckpointArrays {
    return { ...this.#networks.checkpoint(), ...this.#process.checkpoint() };
  }

  restore(arrays: CheckpointArrays): void {
    // All or nothing: the process checks before it takes.
    const restore = this.#networks.restoring(arrays);
    this.#process.restore(arrays);
    restore();
    this.#codes = undefined;
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#networks.dispose(), this.#predictions.dispose()]);
  }
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startGppvae(
  task: TrainingTask<SequenceData, SequenceModel>,
): Promise<Trainer<SequenceModel>> {
  return new GppvaeTrainer(task, await task.backend());
}
