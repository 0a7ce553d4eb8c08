/**
 * Training of npODE: several restarts by L-BFGS, each with other length scales; the one that continues validation
 * sequences best is trained further.
 *
 * @module
 */
import { observedFrames, type Sequences } from "../../data/sequences.ts";
import { fold, type Key, rootKey } from "../../data/random/mod.ts";
import { type LbfgsState, lbfgsStep } from "../linalg/lbfgs.ts";
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
import type { SequenceData, SequenceModel, SequenceQuery } from "../training/sequences.ts";
import { InducingField, type InducingGrid } from "./field.ts";
import { type LatentSpace, latentSpace, observedStates } from "./latent.ts";
import {
  beginningOf,
  negativeLogPosterior,
  type ObservedStates,
  parametersOf,
} from "./posterior.ts";
import { predictPaths, type TrainedField } from "./predict.ts";
import { initialPoint, parameterCount, restartGrid, withInitialStates } from "./restart.ts";
import { type NpodeSettings, npodeSettings, scoredFrom } from "./settings.ts";

const curves: CurveDescriptions = {
  negativeLogPosterior: {
    label: "−log p(Y, Ũ)",
    unit: "nats per fitted number",
    direction: "lower",
  },
  noiseDeviation: {
    label: "noise of a state, mean over dimensions",
    unit: "standard deviations of a component",
  },
  validationMse: {
    label: "MSE of continued validation sequences",
    unit: "squared units of the frames",
    direction: "lower",
  },
};

/** The restart with the least validation error so far. */
interface Best {
  readonly restart: number;
  readonly error: number;
  readonly point: Float64Array;
}

class NpodeTrainer implements Trainer<SequenceModel> {
  readonly epochs: number;
  readonly curves: CurveDescriptions;
  readonly #task: TrainingTask<SequenceData, SequenceModel>;
  readonly #settings: NpodeSettings;
  readonly #key: Key;
  readonly #space: LatentSpace;
  /** Of the restarts. */
  readonly #train: readonly ObservedStates[];
  /** Of the final run; the training ones where there is none. */
  readonly #final: readonly ObservedStates[];
  readonly #evaluation = new EvaluationTime(() => 0);
  steps = 0;
  /** The restart that runs; `restarts` is the final run; −1 before the first one. */
  #run = -1;
  /** Share of each sequence that is fitted: grows within a restart, 1 at its end. */
  #share = 1;
  #grid: InducingGrid | undefined;
  #state: LbfgsState | undefined;
  #best: Best | undefined;

  constructor(task: TrainingTask<SequenceData, SequenceModel>) {
    const settings = npodeSettings(task.settings, task.data);
    const { train, validation } = task.data;
    const last = settings.finalIterations === 0 ? train : validation;
    this.#task = task;
    this.#settings = settings;
    this.#key = fold(rootKey(task.seed), "npode");
    this.#space = latentSpace(last, settings.latentDimensions);
    const states = (sequences: Sequences) =>
      Array.from({ length: sequences.count }, (_, s) => {
        const frames = observedFrames(sequences, s);
        return observedStates(this.#space, sequences, s, frames, settings.frameStride);
      });
    this.#train = states(train);
    this.#final = last === train ? this.#train : states(last);
    this.#initialPoint(0, this.#gridOf(0)); // what it refuses is refused before training
    this.epochs = settings.restarts * settings.iterations + settings.finalIterations;
    this.curves = withWatched(curves, task.watch);
  }

  get parameters(): number {
    return this.#length(this.#settings.restarts);
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return { compilation: 0, evaluation: this.#evaluation.seconds };
  }

  #length(run: number): number {
    return parameterCount(this.#settings, this.#sequences(run).length);
  }

  #sequences(run: number): readonly ObservedStates[] {
    return run < this.#settings.restarts ? this.#train : this.#final;
  }

  #fitted(): readonly ObservedStates[] {
    return beginningOf(this.#sequences(this.#run), this.#share);
  }

  #gridOf(restart: number): InducingGrid {
    return restartGrid(this.#settings, this.#final, restart);
  }

  #initialPoint(restart: number, grid: InducingGrid): Float64Array {
    const key = fold(this.#key, "initial", restart);
    return initialPoint(this.#settings, grid, this.#train, key);
  }

  #objective(): ReturnType<typeof negativeLogPosterior> {
    // Of few states the noise would learn that they are noise, and the field that it is zero.
    const noise = this.#share < 1 ? "fixed" : "learned";
    return negativeLogPosterior(this.#grid!, this.#fitted(), this.#settings, noise);
  }

  /** Begins a run. @returns where @throws DivergenceError where no restart has a result */
  #begin(run: number): Float64Array {
    const { restarts } = this.#settings;
    const best = run < restarts ? undefined : this.#selected();
    this.#grid = this.#gridOf(best?.restart ?? run);
    this.#run = run;
    if (best === undefined) return this.#initialPoint(run, this.#grid);
    // Other sequences have other initial states.
    return withInitialStates(this.#settings, this.#grid, this.#final, best.point);
  }

  #selected(): Best {
    if (this.#best !== undefined) return this.#best;
    throw new DivergenceError(this.steps, "the validation error of every restart");
  }

  async runEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { iterations, restarts, growthStages, testEvery } = this.#settings;
    const run = Math.min(Math.floor(epoch / iterations), restarts);
    const stage = Math.floor((epoch % iterations) * growthStages / iterations);
    const share = run === restarts ? 1 : (stage + 1) / growthStages;
    if (run !== this.#run || share !== this.#share) {
      this.#share = share;
      const point = run === this.#run ? this.#state!.point : this.#begin(run);
      this.#state = beginMinimisation(this.#objective(), point, this.steps);
    }
    // Where no lower point is found it stays: the next one begins in its own time.
    this.#state = lbfgsStep(this.#objective(), this.#state!) ?? this.#state!;
    this.steps++;
    const { logNoise } = parametersOf(this.#grid!, this.#state.point);
    const report: Record<string, number> = {
      negativeLogPosterior: this.#state.value[0]! / fittedNumbers(this.#fitted()),
      noiseDeviation: logNoise.reduce((sum, value) => sum + Math.exp(value), 0) / logNoise.length,
    };
    onStep?.(1, 1, report);
    if (run < restarts && (epoch + 1) % iterations === 0) {
      const error = await this.#evaluation.measure(() => Promise.resolve(this.#validate()));
      report.validationMse = error;
      if (error < (this.#best?.error ?? Infinity)) {
        this.#best = { restart: run, error, point: this.#state.point };
      }
    }
    const { watch } = this.#task;
    if (watch !== undefined && isWatched(testEvery, epoch, this.epochs)) {
      const model = this.#model(this.#grid!, this.#state.point);
      Object.assign(report, await this.#evaluation.measure(() => watch.measure(model)));
    }
    return report;
  }

  #validate(): number {
    const { train, validation } = this.#task.data;
    const trained = this.#trainedField(this.#grid!, this.#state!.point);
    const { contextFrames } = this.#settings;
    const from = scoredFrom(this.#settings, train);
    const predict = (query: SequenceQuery) => predictPaths(trained, query);
    return continuationError(predict, validation, contextFrames, from);
  }

  #trainedField(grid: InducingGrid, point: Float64Array): TrainedField {
    const { whitened, logNoise } = parametersOf(grid, point);
    const field = new InducingField(grid, whitened);
    return { space: this.#space, field, logNoise, options: this.#settings };
  }

  #model(grid: InducingGrid, point: Float64Array): SequenceModel {
    const trained = this.#trainedField(grid, point.slice());
    const noise = trained.logNoise.reduce((sum, value) => sum + Math.exp(value), 0);
    return {
      predict: (query) => Promise.try(() => predictPaths(trained, query)),
      facts: [{
        name: "noiseDeviation",
        label: curves.noiseDeviation!.label,
        value: noise / trained.logNoise.length,
        unit: curves.noiseDeviation!.unit,
        direction: "lower",
      }],
    };
  }

  trained(): Promise<SequenceModel> {
    return Promise.try(() => {
      if (this.#run === this.#settings.restarts) {
        return this.#model(this.#grid!, this.#state!.point);
      }
      const { restart, point } = this.#selected();
      return this.#model(this.#gridOf(restart), point);
    });
  }

  checkpoint(): CheckpointArrays {
    const best = this.#best;
    return {
      progress: Float64Array.of(
        this.#run,
        this.#share,
        this.steps,
        best?.restart ?? -1,
        best?.error ?? NaN,
      ),
      ...(best === undefined ? {} : { best: best.point.slice() }),
      ...minimisationArrays(this.#state),
    };
  }

  restore(arrays: CheckpointArrays): void {
    const [run, share, steps, restart, error] = takeNumbers(arrays, "progress", 5);
    const best = restart! < 0 ? undefined : {
      restart: restart!,
      error: error!,
      point: takeNumbers(arrays, "best", this.#length(0)).slice(),
    };
    const state = run! < 0 ? undefined : takeMinimisation(arrays, this.#length(run!));
    const grid = run! < 0
      ? undefined
      : this.#gridOf(run! < this.#settings.restarts ? run! : restart!);
    // All or nothing: from here on nothing is refused.
    [this.#run, this.#share, this.steps, this.#best] = [run!, share!, steps!, best];
    [this.#grid, this.#state] = [grid, state];
  }

  dispose(): void {}
}

function fittedNumbers(sequences: readonly ObservedStates[]): number {
  return sequences.reduce((sum, { states }) => sum + states.data.length, 0);
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export function startNpode(
  task: TrainingTask<SequenceData, SequenceModel>,
): Trainer<SequenceModel> {
  return new NpodeTrainer(task);
}
