/**
 * Training of VGPLVM: the bound on one walk by L-BFGS, at first with fixed noise.
 *
 * @module
 */
import { observedFrames } from "../../data/sequences.ts";
import { fold, type Key, rootKey } from "../../data/random/mod.ts";
import { type LbfgsState, lbfgsStep } from "../linalg/lbfgs.ts";
import { takeNumbers } from "../training/arrays.ts";
import {
  type CheckpointArrays,
  type CurveDescriptions,
  type EpochReport,
  isWatched,
  type OnStep,
  type Trainer,
  type TrainingTask,
  withWatched,
} from "../training/method.ts";
import {
  beginMinimisation,
  minimisationArrays,
  takeMinimisation,
} from "../training/minimisation.ts";
import { EvaluationTime } from "../training/network_training.ts";
import { periodOf } from "../training/period.ts";
import { framesMatrix, type SequenceData, type SequenceModel } from "../training/sequences.ts";
import { observedPath, type TrainedPath } from "./context.ts";
import { initialPoint } from "./initial.ts";
import { type ModelSizes, negativeBound, parametersOf } from "./model.ts";
import { WalkPredictor } from "./predict.ts";
import { type VgplvmSettings, vgplvmSettings } from "./settings.ts";

const curves: CurveDescriptions = {
  negativeBound: {
    label: "bound on −log p(Y)",
    unit: "nats per number",
    direction: "lower",
  },
  noiseDeviation: { label: "noise of a frame", unit: "units of the frames" },
  validationMse: {
    label: "MSE of observed frames after the training ones",
    unit: "squared units of the frames",
    direction: "lower",
  },
};

class VgplvmTrainer implements Trainer<SequenceModel> {
  readonly epochs: number;
  readonly parameters: number;
  readonly curves: CurveDescriptions;
  readonly #task: TrainingTask<SequenceData, SequenceModel>;
  readonly #settings: VgplvmSettings;
  /** The walk, before a point is learned. */
  readonly #walk: Omit<TrainedPath, "point">;
  readonly #key: Key;
  readonly #initial: Float64Array;
  readonly #evaluation = new EvaluationTime(() => 0);
  #state: LbfgsState | undefined;
  /** Iterations done; L-BFGS forgets when the noise becomes free. */
  steps = 0;

  constructor(task: TrainingTask<SequenceData, SequenceModel>) {
    const settings = vgplvmSettings(task.settings, task.data);
    const { train } = task.data;
    this.#task = task;
    this.#settings = settings;
    const indices = [...observedFrames(train, 0)];
    const sizes: ModelSizes = {
      ...settings,
      inducingInputs: Math.min(settings.inducingInputs, indices.length),
    };
    const [first, last] = [indices[0]!, indices.at(-1)!];
    const timeOf = (frame: number) => (frame - first) / (last - first);
    const frames = framesMatrix(train, 0, indices);
    const mean = new Float64Array(frames.columns);
    frames.data.forEach((value, i) => mean[i % mean.length]! += value / frames.rows);
    const observed = observedPath(train, 0, indices, { mean, timeOf });
    this.#walk = { sizes, mean, indices, observed, timeOf };
    const { shortestPeriod, longestPeriod } = settings;
    const lags = [shortestPeriod, longestPeriod] as const;
    // Other kernels have no period, and may have gaps.
    const period = settings.timeKernel === "periodic"
      ? periodOf(train, 0, [first, last], lags) / (last - first)
      : 1;
    this.#key = fold(rootKey(task.seed), "vgplvm");
    this.#initial = initialPoint(settings, sizes, observed, period, fold(this.#key, "initial"));
    this.parameters = this.#initial.length;
    this.epochs = Math.ceil(this.#iterations / settings.iterationsPerEpoch);
    this.curves = withWatched(curves, task.watch);
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return { compilation: 0, evaluation: this.#evaluation.seconds };
  }

  get #iterations(): number {
    return this.#settings.fixedNoiseIterations + this.#settings.iterations;
  }

  #iterate(): void {
    const { fixedNoiseIterations: fixed } = this.#settings;
    const learned = this.steps < fixed ? "all-but-noise" : "all";
    const objective = negativeBound(this.#walk.sizes, this.#walk.observed, learned);
    if (this.#state === undefined || this.steps === fixed) {
      const point = this.#state?.point ?? this.#initial;
      this.#state = beginMinimisation(objective, point, this.steps, "the bound");
    }
    // Where no lower point is found it stays.
    this.#state = lbfgsStep(objective, this.#state) ?? this.#state;
    this.steps++;
  }

  #report(): Record<string, number> {
    const { sizes, indices, observed } = this.#walk;
    const { point, value } = this.#state!;
    const { logScales } = parametersOf(sizes, indices.length, point);
    return {
      negativeBound: value[0]! / observed.frames.data.length,
      noiseDeviation: Math.exp(-logScales[2]! / 2),
    };
  }

  async runEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { iterationsPerEpoch, testEvery } = this.#settings;
    const count = Math.min(iterationsPerEpoch, this.#iterations - this.steps);
    for (let k = 0; k < count; k++) {
      this.#iterate();
      onStep?.(k + 1, count, this.#report());
    }
    const report = this.#report();
    const watched = isWatched(testEvery, epoch, this.epochs);
    if (watched || epoch === this.epochs - 1) {
      const model = this.#model();
      const error = await this.#evaluation.measure(() => this.#validate(model));
      if (error !== undefined) report.validationMse = error;
      const { watch } = this.#task;
      if (watch !== undefined && watched) {
        Object.assign(report, await this.#evaluation.measure(() => watch.measure(model)));
      }
    }
    return report;
  }

  /** Error of the first validation sequence's observed frames after the training ones; absent where there are none. */
  async #validate(model: SequenceModel): Promise<number | undefined> {
    const { indices } = this.#walk;
    const { validation } = this.#task.data;
    const asked = [...observedFrames(validation, 0)].filter((frame) => frame > indices.at(-1)!);
    if (asked.length === 0) return undefined;
    const sequences = { ...validation, count: 1 };
    const predicted = await model.predict({ sequences, context: () => indices, asked });
    const { data } = framesMatrix(validation, 0, asked);
    return data.reduce((sum, value, i) => sum + (value - predicted[i]!) ** 2, 0) /
      predicted.length;
  }

  #model(): SequenceModel {
    const { contextIterations, posteriorSamples } = this.#settings;
    const trained = { ...this.#walk, point: (this.#state?.point ?? this.#initial).slice() };
    const predictor = new WalkPredictor(trained, contextIterations, fold(this.#key, "draws"));
    return {
      draws: posteriorSamples,
      predict: (query) => Promise.try(() => predictor.predict(query)),
      ...(this.#state === undefined ? {} : {
        facts: [{
          name: "noiseDeviation",
          label: curves.noiseDeviation!.label,
          value: this.#report().noiseDeviation!,
          unit: curves.noiseDeviation!.unit,
          direction: "lower",
        }],
      }),
    };
  }

  trained(): Promise<SequenceModel> {
    return Promise.resolve(this.#model());
  }

  checkpoint(): CheckpointArrays {
    return { steps: Float64Array.of(this.steps), ...minimisationArrays(this.#state) };
  }

  restore(arrays: CheckpointArrays): void {
    const [steps] = takeNumbers(arrays, "steps", 1);
    const state = steps === 0 ? undefined : takeMinimisation(arrays, this.parameters);
    // All or nothing: from here on nothing is refused.
    [this.steps, this.#state] = [steps!, state];
  }

  dispose(): void {}
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export function startVgplvm(
  task: TrainingTask<SequenceData, SequenceModel>,
): Trainer<SequenceModel> {
  return new VgplvmTrainer(task);
}
