/**
 * The networks of GPPVAE in training: their minibatches and steps, the codes that they give, their part of a checkpoint.
 *
 * @module
 */
import { fold, type Key, permutation } from "../../data/random/mod.ts";
import type { Backend, CompiledStep } from "../../models/backend/backend.ts";
import type { HostArray } from "../../models/backend/tensors.ts";
import { initNetworks } from "../../models/gppvae/networks.ts";
import type { Observations } from "../../models/gppvae/covariance.ts";
import type { GppvaeSettings } from "../../models/gppvae/settings.ts";
import { codeInputs, type CodePrior, codeStep } from "../../models/gppvae/training_step.ts";
import { adamRate } from "../../models/nn/adam.ts";
import { initialTrainingState, PREFIXES, under } from "../../models/ode2vae/training_step.ts";
import { type CheckpointArrays, DivergenceError } from "../trainer.ts";
import { CarriedState, namedCopies, takeArrays } from "./carried_state.ts";
import { CodeNetworks, type Codes, observedImages } from "./gppvae_codes.ts";
import type { ObservedSequences } from "./observed_batch.ts";

/** Names of curves by those of the loss's terms. */
const termCurves: Readonly<Record<string, string>> = {
  reconstruction: "imageReconstruction",
  squaredError: "imageMse",
  kl: "imageKl",
  entropy: "imageEntropy",
};

/** What {@link NetworkTraining} takes. */
export interface NetworkTask {
  readonly backend: Backend;
  readonly model: GppvaeSettings;
  /** Images in a minibatch. */
  readonly imagesPerBatch: number;
  readonly train: ObservedSequences;
  readonly observations: Observations;
  /** Stream of the initial parameters and of the order of images. */
  readonly key: Key;
  /** Optimiser steps of the whole training so far: what a divergence tells. */
  readonly stepsDone: () => number;
}

/** What a step of the networks is given beside its images. */
export interface NetworkStepInputs {
  /** Standard normal numbers (rows, L). */
  readonly noise: Float32Array;
  /** a of each code (rows, L); with the Gaussian process as prior. */
  readonly codeGradients?: Float32Array;
}

/** Encoder and decoder of single images, in training. */
export class NetworkTraining {
  readonly #task: NetworkTask;
  readonly #carried: CarriedState;
  /** The trained networks, by their running statistics. */
  readonly trained: CodeNetworks;
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Adam's steps done so far. */
  steps = 0;
  /** Codes of all observed images at the present state, once they were asked for. */
  #codes: Codes | undefined;

  constructor(task: NetworkTask) {
    this.#task = task;
    const { params, state } = initNetworks(fold(task.key, "parameters"), task.model);
    this.#carried = new CarriedState(initialTrainingState(params, state));
    this.trained = new CodeNetworks(task.backend, task.model, task.train.count);
    this.parameters = Object.values(params).reduce((sum, { data }) => sum + data.length, 0);
  }

  /** Seconds spent compiling. */
  get compilationSeconds(): number {
    return this.#carried.compilationSeconds + this.trained.compilationSeconds;
  }

  /** Parameters, batch-norm state and moments after the last finished epoch. */
  get state(): CarriedState["arrays"] {
    return this.#carried.arrays;
  }

  /**
   * Codes of all observed images; encodes them anew only after the networks changed.
   *
   * @throws DivergenceError when one is not finite
   */
  async codes(): Promise<Codes> {
    const { train, observations, stepsDone } = this.#task;
    const all = observations.objects.map((_, i) => i);
    this.#codes ??= await this.trained.encode(
      this.state,
      observedImages(train, observations, all),
    );
    if (!this.#codes.mean.data.every(Number.isFinite)) {
      throw new DivergenceError(stepsDone(), "a latent code");
    }
    return this.#codes;
  }

  /** Minibatches of images in a new order: rows of the observations. A rest waits for the next epoch. */
  minibatches(epoch: number): Int32Array[] {
    const { imagesPerBatch, observations, key } = this.#task;
    const images = observations.objects.length;
    const order = permutation(fold(key, "order", epoch), images);
    return Array.from(
      { length: Math.floor(images / imagesPerBatch) },
      (_, b) => order.subarray(b * imagesPerBatch, (b + 1) * imagesPerBatch),
    );
  }

  /** The compiled step with a prior, holding the state. */
  async begin(prior: CodePrior): Promise<CompiledStep> {
    const { model, imagesPerBatch, backend } = this.#task;
    return await this.#carried.begin(prior, (carried) =>
      backend.compile(
        codeStep(model),
        codeInputs(this.state, imagesPerBatch, prior, model),
        { carried },
      ));
  }

  /**
   * One step; the loss and its terms under their curves' names.
   *
   * @throws DivergenceError when the loss is not finite
   */
  async step(
    step: CompiledStep,
    rows: Int32Array,
    { noise, codeGradients: slopes }: NetworkStepInputs,
    learningRate: number,
  ): Promise<Record<string, number>> {
    const { model, train, observations, stepsDone } = this.#task;
    const { observation: { height, width }, codeDimensions } = model;
    const codeShape = [rows.length, codeDimensions];
    const images: HostArray = {
      shape: [rows.length, height, width],
      data: observedImages(train, observations, rows),
    };
    const rate = Float32Array.of(adamRate(learningRate, this.steps + 1));
    const outputs = await step.run({
      images,
      noise: { shape: codeShape, data: noise },
      ...(slopes === undefined ? {} : { codeGradients: { shape: codeShape, data: slopes } }),
      rate: { shape: [], data: rate },
    });
    const imageLoss = outputs.loss!.data[0]!;
    if (!Number.isFinite(imageLoss)) throw new DivergenceError(stepsDone(), "loss");
    this.steps++;
    const terms = Object.entries(under(PREFIXES.terms, outputs))
      .flatMap(([name, { data }]) => name in termCurves ? [[termCurves[name]!, data[0]!]] : []);
    return { imageLoss, ...Object.fromEntries(terms) };
  }

  /** Ends an epoch. @throws DivergenceError when a parameter is not finite */
  async finish(): Promise<void> {
    this.#codes = undefined;
    await this.#carried.finish(this.#task.stepsDone() - 1);
  }

  /** Copies of all arrays. */
  checkpoint(): CheckpointArrays {
    return { ...namedCopies(this.state), networkSteps: Float64Array.of(this.steps) };
  }

  /**
   * Checks what {@link checkpoint} gave.
   *
   * @returns what takes it back
   * @throws RangeError when it does not fit
   */
  restoring(arrays: CheckpointArrays): () => void {
    const state = takeArrays(arrays, this.state);
    const { networkSteps } = arrays;
    if (networkSteps?.length !== 1) {
      throw new RangeError(
        `Cannot restore a checkpoint: networkSteps must have 1 values, has ` +
          `${networkSteps?.length ?? "none"}`,
      );
    }
    return () => {
      this.#carried.replace(state);
      this.steps = networkSteps[0]!;
      this.#codes = undefined;
    };
  }

  /** Frees native memory. */
  dispose(): void {
    this.#carried.dispose();
    this.trained.dispose();
  }
}
