/**
 * Training of ODE2VAE and ODE2VAE-KL on image sequences with missing frames.
 *
 * @module
 */
import { fold, type Key, normal, permutation, rootKey } from "../../data/random/mod.ts";
import type { Backend, CompiledStep } from "../../models/backend/backend.ts";
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";
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
import { observedBatch, type ObservedSequences } from "./observed_batch.ts";
import { framesAt, meanSquaredError, Ode2vaePredictor } from "./ode2vae_evaluation.ts";
import { evaluateOde2vae } from "./ode2vae_final.ts";
import { parseOde2vaeSettings, type TrainingSettings } from "./ode2vae_settings.ts";

/** What {@link createOde2vaeTrainer} takes. */
export interface Ode2vaeTask {
  /** Flat settings; see `ODE2VAE_DEFAULTS`. */
  readonly settings: Settings;
  readonly seed: number;
  readonly train: ObservedSequences;
  readonly validation: ObservedSequences;
  /** Index of the frame that no training sequence shows: the test. */
  readonly unseenFrame: number;
  readonly backend: Backend;
}

const curveDescriptions: Readonly<Record<string, CurveDescription>> = {
  loss: { label: "loss", unit: "nats per sequence" },
  reconstruction: { label: "log p(x | s)", unit: "nats per sequence" },
  latentPrior: { label: "log p(z)", unit: "nats per sequence" },
  logDensity: { label: "log q(z)", unit: "nats per sequence" },
  fieldKl: { label: "KL[q(W) ‖ p(W)]", unit: "nats" },
  encoderKl: { label: "log q(z) − log q_enc(z | x)", unit: "nats per sequence" },
  validationLogLikelihood: { label: "validation log-likelihood", unit: "nats per frame" },
  testMse: { label: "MSE at the unseen angle", unit: "per pixel" },
};

/** Scalars of a checkpoint, in order. */
const scalars = ["steps", "bestLogLikelihood", "bestEpoch"] as const;
/** Prefix of the selected parameters in a checkpoint. */
const BEST = "best/";

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
  /** Parameters, batch-norm state and moments after the last finished epoch. */
  #state: HostArrays;
  /** Whether the compiled step holds {@link #state}, so that it need not be given it. */
  #holding = false;
  #best: HostArrays;
  #bestLogLikelihood = -Infinity;
  #bestEpoch = 0;
  #steps = 0;
  #compiled: { readonly length: number; readonly step: CompiledStep } | undefined;
  #compilation = 0;
  #evaluation = 0;

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
    this.#state = initialTrainingState(params, state);
    this.#best = this.#state;
    this.#predictor = new Ode2vaePredictor(task.backend, model, training.evaluationStatistics);
    this.epochs = epochs;
    this.parameters = Object.values(params).reduce((sum, { data }) => sum + data.length, 0);
    this.settings = task.settings;
  }

  get steps(): number {
    return this.#steps;
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return {
      compilation: this.#compilation + this.#predictor.compilationSeconds,
      evaluation: this.#evaluation,
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
    if (this.#compiled?.length === length) return this.#compiled.step;
    await this.#compiled?.step.dispose();
    this.#holding = false;
    const shape = { sequences: this.#model.optimisation.batchSize, length, grid };
    const step = await this.#task.backend.compile(
      trainingStep(this.#model),
      trainingInputs(this.#state, shape, this.#model),
      // Stays where the step computes, on a GPU in its memory, until the epoch is over.
      {
        carried: Object.keys(this.#state),
        name: `ode2vae training step ${JSON.stringify(this.#model)}`,
      },
    );
    this.#compilation += step.seconds;
    this.#compiled = { length, step };
    return step;
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
    const order = permutation(fold(this.#key, "order", epoch), train.count);
    // Batch norm and the mean over a minibatch need full ones: a rest waits for the next shuffle.
    const total = Math.floor(train.count / batchSize);
    if (!this.#holding) await step.start(this.#state);
    this.#holding = false;
    const sums: Record<string, number> = {};
    for (let index = 0; index < total; index++) {
      const noise = fold(this.#key, "noise", this.#steps);
      const chosen = order.subarray(index * batchSize, (index + 1) * batchSize);
      const rate = adamRate(learningRate(this.#steps, optimisation), this.#steps + 1);
      const draw = (name: string, count: number): HostArray => ({
        shape: [count],
        data: normal(fold(noise, name), count),
      });
      const outputs = await step.run({
        ...observedBatch(train, chosen, length, grid),
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
      for (const [name, value] of Object.entries(live)) sums[name] = (sums[name] ?? 0) + value;
      onStep?.(index + 1, total, live);
    }
    this.#state = await step.state();
    this.#holding = true;
    this.#checkParameters();
    const report: Record<string, number> = Object.fromEntries(
      Object.entries(sums).map(([name, sum]) => [name, sum / total]),
    );
    return { ...report, ...await this.#watch(epoch) };
  }

  /** The loss is that of the parameters before its step: the last step of an epoch shows only here. */
  #checkParameters(): void {
    for (const [name, { data }] of Object.entries(this.#state)) {
      if (name.startsWith(PREFIXES.params) && data.some((value) => !Number.isFinite(value))) {
        throw new DivergenceError(this.#steps - 1, name);
      }
    }
  }

  /** Validation with selection, and the test error for its curve. */
  async #watch(epoch: number): Promise<EpochReport> {
    const { validationEvery, testEvery } = this.#training;
    const last = epoch === this.epochs - 1;
    const report: Record<string, number> = {};
    if (last || (epoch + 1) % validationEvery === 0) {
      await this.#evaluating(async () => {
        const logLikelihood = await this.#predictor.validationLogLikelihood(
          this.#state,
          this.#task.validation,
        );
        report.validationLogLikelihood = logLikelihood;
        if (logLikelihood > this.#bestLogLikelihood) {
          this.#bestLogLikelihood = logLikelihood;
          this.#bestEpoch = epoch + 1;
          this.#best = this.#state;
        }
      });
    }
    if (testEvery > 0 && (last || (epoch + 1) % testEvery === 0)) {
      await this.#evaluating(async () => {
        report.testMse = await this.#testMse(this.#state);
      });
    }
    return report;
  }

  /** The headline error: frame 0 of every training digit encoded, the unseen frame decoded. */
  async #testMse(state: HostArrays): Promise<number> {
    const { train, unseenFrame } = this.#task;
    const predicted = await this.#predictor.predict(state, framesAt(train, 0), {
      forward: unseenFrame,
      only: unseenFrame,
    });
    return meanSquaredError(predicted, framesAt(train, unseenFrame));
  }

  /** Runs f and counts its seconds as evaluation, its compilations apart. */
  async #evaluating(f: () => Promise<void>): Promise<void> {
    const start = performance.now();
    const compiled = this.#predictor.compilationSeconds;
    await f();
    this.#evaluation += (performance.now() - start) / 1000 -
      (this.#predictor.compilationSeconds - compiled);
  }

  checkpoint(): CheckpointArrays {
    const named = (prefix: string, arrays: HostArrays) =>
      Object.entries(arrays).map(([name, { data }]) => [prefix + name, data.slice()] as const);
    const values = [this.#steps, this.#bestLogLikelihood, this.#bestEpoch];
    return Object.fromEntries([
      ...named("", this.#state),
      ...named(BEST, this.#best).filter(([name]) => !name.startsWith(BEST + PREFIXES.moments)),
      ["scalars", Float64Array.from(values)],
    ]);
  }

  restore(arrays: CheckpointArrays): void {
    const take = (prefix: string, like: HostArrays): HostArrays =>
      Object.fromEntries(
        Object.entries(like).map(([name, old]) => {
          // Predictions need no moments: those of the selected parameters are not kept.
          const isKept = prefix === "" || !name.startsWith(PREFIXES.moments);
          const data = isKept ? arrays[prefix + name] : old.data;
          if (data?.length !== old.data.length || data instanceof Float64Array) {
            throw new RangeError(
              `Cannot restore a checkpoint: ${prefix}${name} must have ${old.data.length} values, ` +
                `has ${data?.length ?? "none"}`,
            );
          }
          return [name, { shape: old.shape, data: data.slice() }];
        }),
      );
    const values = arrays.scalars;
    if (values?.length !== scalars.length) {
      throw new RangeError(
        `Cannot restore a checkpoint: it must hold ${scalars.join(", ")}, has ${
          values?.length ?? 0
        } values`,
      );
    }
    const best = take(BEST, this.#best);
    this.#state = take("", this.#state);
    this.#holding = false;
    this.#best = best;
    [this.#steps, this.#bestLogLikelihood, this.#bestEpoch] = values as unknown as [
      number,
      number,
      number,
    ];
  }

  async evaluate(): Promise<Evaluation> {
    const { train, unseenFrame } = this.#task;
    if (this.#bestEpoch === 0) {
      // Nothing was selected: the initial parameters are no result.
      throw new DivergenceError(this.#steps, "the validation log-likelihood of every epoch");
    }
    return await evaluateOde2vae({
      predictor: this.#predictor,
      state: this.#best,
      lastMse: await this.#testMse(this.#state),
      train,
      unseenFrame,
      height: Math.sqrt(train.pixels),
      posteriorSamples: this.#training.posteriorSamples,
      key: fold(this.#key, "posterior"),
      bestLogLikelihood: this.#bestLogLikelihood,
    });
  }

  dispose(): void {
    this.#compiled?.step.dispose();
    this.#compiled = undefined;
    this.#predictor.dispose();
  }
}

/** A trainer at epoch 0. @throws RangeError for settings that do not fit */
export function createOde2vaeTrainer(task: Ode2vaeTask): Trainer {
  return new Ode2vaeTrainer(task);
}
