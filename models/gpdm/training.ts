/**
 * Training of GPDM: latent states that begin as principal components, and hyperparameters, by L-BFGS.
 *
 * @module
 */
import { fold, normal, rootKey } from "../../data/random/mod.ts";
import { observedFrames } from "../../data/sequences.ts";
import { type LbfgsState, lbfgsStep, type Objective } from "../linalg/lbfgs.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { principalComponents } from "../linalg/principal_components.ts";
import { takeNumbers } from "../training/arrays.ts";
import {
  type CheckpointArrays,
  type CurveDescriptions,
  DivergenceError,
  type EpochReport,
  type OnStep,
  type Trainer,
  type TrainingTask,
  withWatched,
} from "../training/method.ts";
import {
  beginMinimisation,
  continuationError,
  minimisationArrays,
  takeMinimisation,
} from "../training/minimisation.ts";
import { EvaluationTime } from "../training/network_training.ts";
import { framesMatrix, type SequenceData, type SequenceModel } from "../training/sequences.ts";
import { HYPERPARAMETERS, negativeLogPosterior } from "./posterior.ts";
import { centredRows, predictFrames, type TrainedGpdm } from "./predict.ts";
import { type GpdmSettings, gpdmSettings } from "./settings.ts";

const curves: CurveDescriptions = {
  negativeLogPosterior: {
    label: "−log p(Y, X, W, θ)",
    unit: "nats per number of the frames",
    direction: "lower",
  },
  validationMse: {
    label: "MSE of the continued walk",
    unit: "squared units of the frames",
    direction: "lower",
  },
};

/** Scores scaled to variance 1, and the hyperparameters' logarithms, both with noise. */
function initialPoint(scores: Matrix, settings: GpdmSettings, seed: number): Float64Array {
  const key = fold(rootKey(seed), "gpdm");
  const { stateDeviation, hyperparameterDeviation } = settings;
  const { rows, columns: q, data } = scores;
  const deviations = Float64Array.from(
    { length: q },
    (_, d) => Math.sqrt(data.reduce((sum, v, at) => at % q === d ? sum + v * v : sum, 0) / rows),
  );
  if (!deviations.every((deviation) => deviation > 0)) {
    const varying = deviations.filter((deviation) => deviation > 0).length;
    throw new RangeError(
      `Cannot train GPDM: latentDimensions must be at most the ${varying} in which the training ` +
        `frames vary, is ${q}`,
    );
  }
  const noise = normal(fold(key, "states"), data.length);
  const states = data.map((v, at) => v / deviations[at % q]! + stateDeviation * noise[at]!);
  const shifts = normal(fold(key, "hyperparameters"), HYPERPARAMETERS);
  const logs = [
    settings.mappingInverseWidth,
    settings.mappingPrecision,
    settings.dynamicsVariance,
    settings.dynamicsInverseWidth,
    settings.dynamicsLinear,
    settings.dynamicsPrecision,
  ].map((value, k) => Math.log(value) + hyperparameterDeviation * shifts[k]!);
  return Float64Array.of(...states, ...logs);
}

class GpdmTrainer implements Trainer<SequenceModel> {
  readonly epochs: number;
  readonly parameters: number;
  readonly curves: CurveDescriptions;
  readonly #task: TrainingTask<SequenceData, SequenceModel>;
  readonly #settings: GpdmSettings;
  readonly #frames: Matrix;
  readonly #mean: Float64Array;
  readonly #initial: Float64Array;
  readonly #objective: Objective;
  readonly #evaluation = new EvaluationTime(() => 0);
  steps = 0;
  #state: LbfgsState | undefined;
  /** Whether no lower point was found: no further iteration would find one. */
  #minimal = false;

  constructor(task: TrainingTask<SequenceData, SequenceModel>) {
    const settings = gpdmSettings(task.settings, task.data);
    const { train } = task.data;
    const { latentDimensions: q } = settings;
    const frames = framesMatrix(train, 0, observedFrames(train, 0));
    const { mean, scores } = principalComponents(frames, q);
    this.#task = task;
    this.#settings = settings;
    this.#mean = mean;
    this.#frames = centredRows(frames, mean);
    this.#initial = initialPoint(scores, settings, task.seed);
    this.#objective = negativeLogPosterior({ frames: this.#frames, starts: [0] }, q);
    this.epochs = settings.epochs;
    // The weights too, though they follow from the rest.
    this.parameters = this.#initial.length + mean.length;
    this.curves = withWatched(curves, task.watch);
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return { compilation: 0, evaluation: this.#evaluation.seconds };
  }

  async runEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { iterationsPerEpoch, testEvery } = this.#settings;
    let state = this.#state ?? beginMinimisation(this.#objective, this.#initial, this.steps);
    const report: Record<string, number> = {};
    for (let k = 0; k < iterationsPerEpoch; k++) {
      const next = this.#minimal ? undefined : lbfgsStep(this.#objective, state);
      this.#minimal = next === undefined;
      state = next ?? state;
      this.steps++;
      report.negativeLogPosterior = state.value[0]! / this.#frames.data.length;
      onStep?.(k + 1, iterationsPerEpoch, report);
    }
    this.#state = state;
    const model = this.#trainedGpdm(state.point);
    const { data: { train, validation }, watch } = this.#task;
    const error = await this.#evaluation.measure(() =>
      Promise.resolve(continuationError(
        (query) => predictFrames(model, query),
        validation,
        train.observedCount,
        train.observedCount,
      ))
    );
    report.validationMse = error;
    if (watch !== undefined && testEvery > 0) {
      if ((epoch + 1) % testEvery === 0 || epoch === this.epochs - 1) {
        const shown = modelOf(model);
        Object.assign(report, await this.#evaluation.measure(() => watch.measure(shown)));
      }
    }
    return report;
  }

  #trainedGpdm(point: Float64Array): TrainedGpdm {
    return {
      frames: this.#frames,
      starts: [0],
      mean: this.#mean,
      latentDimensions: this.#settings.latentDimensions,
      vector: point.slice(),
    };
  }

  trained(): Promise<SequenceModel> {
    if (this.#state === undefined) throw new DivergenceError(0, "the posterior");
    return Promise.resolve(modelOf(this.#trainedGpdm(this.#state.point)));
  }

  checkpoint(): CheckpointArrays {
    return {
      progress: Float64Array.of(this.steps, Number(this.#minimal)),
      ...minimisationArrays(this.#state),
    };
  }

  restore(arrays: CheckpointArrays): void {
    const [steps, minimal] = takeNumbers(arrays, "progress", 2);
    const state = steps === 0 ? undefined : takeMinimisation(arrays, this.#initial.length);
    // All or nothing: from here on nothing is refused.
    [this.steps, this.#minimal, this.#state] = [steps!, minimal === 1, state];
  }

  dispose(): void {}
}

function modelOf(trained: TrainedGpdm): SequenceModel {
  return {
    // An error within the executor rejects the promise.
    predict: (query) => new Promise((resolve) => resolve(predictFrames(trained, query))),
  };
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export function startGpdm(
  task: TrainingTask<SequenceData, SequenceModel>,
): Trainer<SequenceModel> {
  return new GpdmTrainer(task);
}
