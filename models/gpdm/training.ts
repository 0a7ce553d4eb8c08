/**
 * Training of GPDM: latent states that begin as principal components, and hyperparameters, by L-BFGS.
 *
 * @module
 */
import { fold, normal, rootKey } from "../../data/random/mod.ts";
import { observedFrames } from "../../data/sequences.ts";
import { type LbfgsState, lbfgsStep, type Objective } from "../linalg/lbfgs.ts";
import { lessRow, type Matrix } from "../linalg/matrix.ts";
import { takeNumbers } from "../training/arrays.ts";
import {
  type CheckpointArrays,
  type CurveDescriptions,
  DivergenceError,
  type EpochReport,
  isWatched,
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
import { principalStates } from "../training/principal_states.ts";
import { framesMatrix, type SequenceData, type SequenceModel } from "../training/sequences.ts";
import { HYPERPARAMETERS, negativeLogPosterior } from "./posterior.ts";
import { predictFrames, type TrainedGpdm } from "./predict.ts";
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

/** The first states and the hyperparameters' logarithms, both with noise. */
function initialPoint({ data }: Matrix, settings: GpdmSettings, seed: number): Float64Array {
  const key = fold(rootKey(seed), "gpdm");
  const { stateDeviation, hyperparameterDeviation } = settings;
  const noise = normal(fold(key, "states"), data.length);
  const states = data.map((v, at) => v + stateDeviation * noise[at]!);
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

/** Where the validation error was least so far. */
interface Best {
  readonly epoch: number;
  readonly error: number;
  readonly point: Float64Array;
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
  #best: Best | undefined;

  constructor(task: TrainingTask<SequenceData, SequenceModel>) {
    const settings = gpdmSettings(task.settings, task.data);
    const { train } = task.data;
    const { latentDimensions: q } = settings;
    const frames = framesMatrix(train, 0, observedFrames(train, 0));
    const { mean, states } = principalStates("GPDM", frames, q);
    this.#task = task;
    this.#settings = settings;
    this.#mean = mean;
    this.#frames = lessRow(frames, mean);
    this.#initial = initialPoint(states, settings, task.seed);
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
      // Where no lower point is found it stays.
      state = lbfgsStep(this.#objective, state) ?? state;
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
    if (error < (this.#best?.error ?? Infinity)) this.#best = { epoch, error, point: state.point };
    if (watch !== undefined && isWatched(testEvery, epoch, this.epochs)) {
      const shown = { predict: predictorOf(model) };
      Object.assign(report, await this.#evaluation.measure(() => watch.measure(shown)));
    }
    return report;
  }

  #trainedGpdm(point: Float64Array): TrainedGpdm {
    return {
      frames: this.#frames,
      starts: [0],
      mean: this.#mean,
      latentDimensions: this.#settings.latentDimensions,
      contextIterations: this.#settings.contextIterations,
      vector: point.slice(),
    };
  }

  trained(): Promise<SequenceModel> {
    return Promise.try(() => {
      if (this.#best === undefined) {
        throw new DivergenceError(this.steps, "the validation error of every epoch");
      }
      return {
        predict: predictorOf(this.#trainedGpdm(this.#best.point)),
        variants: [{
          name: "Last",
          label: "parameters of the last epoch",
          predict: predictorOf(this.#trainedGpdm(this.#state!.point)),
        }],
        facts: [{
          name: "selectedEpoch",
          label: "epoch with the least validation error",
          value: this.#best.epoch + 1,
          unit: "",
          direction: "lower",
        }],
      };
    });
  }

  checkpoint(): CheckpointArrays {
    const best = this.#best;
    return {
      progress: Float64Array.of(this.steps, best?.epoch ?? -1, best?.error ?? NaN),
      ...(best === undefined ? {} : { best: best.point.slice() }),
      ...minimisationArrays(this.#state),
    };
  }

  restore(arrays: CheckpointArrays): void {
    const [steps, epoch, error] = takeNumbers(arrays, "progress", 3);
    const n = this.#initial.length;
    const state = steps === 0 ? undefined : takeMinimisation(arrays, n);
    const best = epoch! < 0
      ? undefined
      : { epoch: epoch!, error: error!, point: takeNumbers(arrays, "best", n).slice() };
    // All or nothing: from here on nothing is refused.
    [this.steps, this.#state, this.#best] = [steps!, state, best];
  }

  dispose(): void {}
}

function predictorOf(trained: TrainedGpdm): SequenceModel["predict"] {
  return (query) => Promise.try(() => predictFrames(trained, query));
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export function startGpdm(
  task: TrainingTask<SequenceData, SequenceModel>,
): Trainer<SequenceModel> {
  return new GpdmTrainer(task);
}
