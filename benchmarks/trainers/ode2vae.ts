/**
 * Training of ODE2VAE and ODE2VAE-KL on image sequences with missing frames.
 *
 * @module
 */
import { fold, type Key, normal, permutation, rootKey } from "../../data/random/mod.ts";
import type { Backend, CompiledStep } from "../../models/backend/backend.ts";
import type { HostArray } from "../../models/backend/tensors.ts";
import { adamRate } from "../../models/nn/adam.ts";
import { weightCount } from "../../models/nn/bayesian_mlp.ts";
import { init } from "../../models/ode2vae/initialise.ts";
import { learningRate, subsequenceLength } from "../../models/ode2vae/schedule.ts";
import { fieldWidths, type Ode2vaeSettings } from "../../models/ode2vae/settings.ts";
import {
  initialTrainingState,
  PREFIXES,
  trainingInputs,
  trainingStep,
  under,
} from "../../models/ode2vae/training_step.ts";
import type { Settings } from "../definition.ts";
import {
  type CheckpointArrays,
  type CurveDescription,
  DivergenceError,
  type EpochReport,
  type Evaluation,
  type Trainer,
} from "../trainer.ts";
import { CarriedState, namedCopies, takeArrays, takeNumbers } from "./carried_state.ts";
import { EvaluationTime } from "./evaluation_time.ts";
import { EpochAverage, Selection } from "./kept_parameters.ts";
import { observedBatch, type ObservedSequences } from "./observed_batch.ts";
import { Ode2vaePredictor } from "./ode2vae_evaluation.ts";
import { evaluateOde2vae, unseenMse } from "./ode2vae_final.ts";
import { parseOde2vaeSettings, type TrainingSettings } from "./ode2vae_settings.ts";
import { stepMeans } from "./step_means.ts";

/** What {@link createOde2vaeTrainer} takes. */
export interface Ode2vaeTask {
  /** Flat settings; see `ODE2VAE_DEFAULTS`. */
  readonly settings: Settings;
  readonly seed: number;
  readonly train: ObservedSequences;
  readonly validation: ObservedSequences;
  /** Sequences of further digits to test on; the training sequences by default. */
  readonly test?: ObservedSequences;
  /** Index of the frame that no training sequence shows: the test. */
  readonly unseenFrame: number;
  readonly backend: Backend;
}

const curveDescriptions: Readonly<Record<string, CurveDescription>> = {
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
  validationLogLikelihood: {
    label: "validation log-likelihood",
    unit: "nats per frame",
    direction: "higher",
  },
  testMse: { label: "MSE at the unseen angle", unit: "per pixel", direction: "lower" },
};

class Ode2vaeTrainer implements Trainer {
  readonly epochs: number;
  readonly parameters: number;
  readonly settings: Settings;
  readonly curveDescriptions = curveDescriptions;
  readonly #task: Ode2vaeTask;
  readonly #model: Ode2vaeSettings;
  readonly #training: TrainingSettings;
  readonly #key: Key;
  readonly #predictor: Ode2vaePredictor;
  readonly #carried: CarriedState;
  readonly #evaluation: EvaluationTime;
  /** By the validation log-likelihood of observed frames: what the headline error is of. */
  readonly #selected: Selection;
  /** By that of complete validation sequences, as in the released code. */
  readonly #selectedComplete: Selection;
  readonly #average: EpochAverage;
  readonly #completeValidation: ObservedSequences;
  #steps = 0;

  constructor(task: Ode2vaeTask) {
    const { model, training } = parseOde2vaeSettings(task.settings);
    const { batchSize, epochs } = model.optimisation;
    if (batchSize > task.train.count) {
      throw new RangeError(
        `Cannot train ODE2VAE: batchSize must be at most the ${task.train.count} training ` +
          `sequences, is ${batchSize}`,
      );
    }
    this.#task = task;
    this.#model = model;
    this.#training = training;
    this.#key = fold(rootKey(task.seed), "ode2vae");
    const { params, state } = init(fold(this.#key, "parameters"), model);
    this.#carried = new CarriedState(initialTrainingState(params, state));
    this.#selected = new Selection("best", this.#carried.arrays);
    this.#selectedComplete = new Selection("bestComplete", this.#carried.arrays);
    this.#average = new EpochAverage("average", this.#carried.arrays);
    this.#completeValidation = firstFrames(task.validation);
    this.#predictor = new Ode2vaePredictor(task.backend, model, training.evaluationStatistics);
    this.#evaluation = new EvaluationTime(() => this.#predictor.compilationSeconds);
    this.epochs = epochs;
    this.parameters = Object.values(params).reduce((sum, { data }) => sum + data.length, 0);
    this.settings = task.settings;
  }

  get steps(): number {
    return this.#steps;
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return {
      compilation: this.#carried.compilationSeconds + this.#predictor.compilationSeconds,
      evaluation: this.#evaluation.seconds,
    };
  }

  /** Observed frames in epoch `epoch`, and the grid that holds them wherever frames are missing. */
  #lengths(epoch: number): { readonly length: number; readonly grid: number } {
    const { frameCount, observedCount } = this.#task.train;
    const length = this.#training.growth
      ? subsequenceLength(epoch, observedCount, this.#model.velocityFrames)
      : observedCount;
    return { length, grid: Math.min(frameCount, length + frameCount - observedCount) };
  }

  async #stepFor(length: number, grid: number): Promise<CompiledStep> {
    const shape = { sequences: this.#model.optimisation.batchSize, length, grid };
    return await this.#carried.begin(length, (carried) =>
      this.#task.backend.compile(
        trainingStep(this.#model),
        trainingInputs(this.#carried.arrays, shape, this.#model),
        { carried },
      ));
  }

  async runEpoch(
    epoch: number,
    onStep?: (done: number, total: number, live: EpochReport) => void,
  ): Promise<EpochReport> {
    const { train } = this.#task;
    const { optimisation, latentDimensions: q } = this.#model;
    const { batchSize } = optimisation;
    const { length, grid } = this.#lengths(epoch);
    const step = await this.#stepFor(length, grid);
    const shuffle = this.#training.reshuffle ? epoch : 0;
    const order = permutation(fold(this.#key, "order", shuffle), train.count);
    // Batch norm and the mean over a minibatch need full ones: a rest waits for the next shuffle.
    const total = Math.floor(train.count / batchSize);
    const reports: EpochReport[] = [];
    for (let index = 0; index < total; index++) {
      const noise = fold(this.#key, "noise", this.#steps);
      const chosen = order.subarray(index * batchSize, (index + 1) * batchSize);
      const rate = adamRate(learningRate(this.#steps, optimisation), this.#steps + 1);
      const draw = (name: string, count: number): HostArray => ({
        shape: [count],
        data: normal(fold(noise, name), count),
      });
      const outputs = await step.run({
        ...observedBatch(train, chosen, length, grid, this.#training.timeOrigin),
        "noise/initial": draw("initial", batchSize * 2 * q),
        "noise/weights": draw("weights", weightCount(fieldWidths(this.#model))),
        ...(this.#model.trace === "hutchinson"
          ? { "noise/trace": draw("trace", batchSize * q) }
          : {}),
        rate: { shape: [], data: Float32Array.of(rate) },
      });
      const live: Record<string, number> = { loss: outputs.loss!.data[0]! };
      if (!Number.isFinite(live.loss)) throw new DivergenceError(this.#steps, "loss");
      for (const [name, array] of Object.entries(under(PREFIXES.terms, outputs))) {
        live[name] = array.data[0]!;
      }
      this.#steps++;
      reports.push(live);
      onStep?.(index + 1, total, live);
    }
    await this.#carried.finish(this.#steps - 1);
    return { ...stepMeans(reports), ...await this.#watch(epoch) };
  }

  /** Validation with selection, the average of late parameters, and the test error for its curve. */
  async #watch(epoch: number): Promise<EpochReport> {
    const { validationEvery, testEvery, averagedShare, timeOrigin } = this.#training;
    const { arrays } = this.#carried;
    const last = epoch === this.epochs - 1;
    const report: Record<string, number> = {};
    if (epoch >= Math.min(this.epochs - 1, Math.round(this.epochs * (1 - averagedShare)))) {
      this.#average.add(arrays);
    }
    if (last || (epoch + 1) % validationEvery === 0) {
      const logLikelihood = (sequences: ObservedSequences) =>
        this.#predictor.validationLogLikelihood(arrays, sequences, timeOrigin);
      await this.#evaluation.measure(async () => {
        report.validationLogLikelihood = await logLikelihood(this.#task.validation);
        this.#selected.offer(report.validationLogLikelihood, epoch + 1, arrays);
        const complete = await logLikelihood(this.#completeValidation);
        this.#selectedComplete.offer(complete, epoch + 1, arrays);
      });
    }
    if (testEvery > 0 && (last || (epoch + 1) % testEvery === 0)) {
      await this.#evaluation.measure(async () => {
        report.testMse = await unseenMse(
          this.#predictor,
          arrays,
          this.#test,
          this.#task.unseenFrame,
        );
      });
    }
    return report;
  }

  get #test(): ObservedSequences {
    return this.#task.test ?? this.#task.train;
  }

  checkpoint(): CheckpointArrays {
    return {
      ...namedCopies(this.#carried.arrays),
      ...this.#selected.checkpoint(),
      ...this.#selectedComplete.checkpoint(),
      ...this.#average.checkpoint(),
      steps: Float64Array.of(this.#steps),
    };
  }

  restore(arrays: CheckpointArrays): void {
    const [steps] = takeNumbers(arrays, "steps", 1);
    const carried = takeArrays(arrays, this.#carried.arrays);
    this.#selected.restore(arrays);
    this.#selectedComplete.restore(arrays);
    this.#average.restore(arrays);
    this.#carried.replace(carried);
    this.#steps = steps!;
  }

  async evaluate(): Promise<Evaluation> {
    if (this.#selected.epoch === 0) {
      // Nothing was selected: the initial parameters are no result.
      throw new DivergenceError(this.#steps, "the validation log-likelihood of every epoch");
    }
    const { backend, test, unseenFrame } = this.#task;
    const byBatch = new Ode2vaePredictor(backend, this.#model, "batch");
    try {
      return await evaluateOde2vae({
        predictor: this.#predictor,
        byBatch,
        states: {
          selected: this.#selected.arrays,
          selectedComplete: this.#selectedComplete.arrays,
          averaged: this.#average.arrays,
          last: this.#carried.arrays,
        },
        test: this.#test,
        unseenFrame,
        digit: test === undefined ? "training digit" : "test digit",
        posteriorSamples: this.#training.posteriorSamples,
        key: fold(this.#key, "posterior"),
        bestLogLikelihood: this.#selected.value,
      });
    } finally {
      await byBatch.dispose();
    }
  }

  dispose(): void {
    this.#carried.dispose();
    this.#predictor.dispose();
  }
}

/** Complete sequences, cut to as many frames as are observed: what the released code validates on. */
function firstFrames(sequences: ObservedSequences): ObservedSequences {
  const { observed, observedCount } = sequences;
  return { ...sequences, observed: observed.map((_, i) => i % observedCount) };
}

/** A trainer at epoch 0. @throws RangeError for settings that do not fit */
export function createOde2vaeTrainer(task: Ode2vaeTask): Trainer {
  return new Ode2vaeTrainer(task);
}
