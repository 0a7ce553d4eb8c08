/**
 * Training by gradients: the loop of nearly every family. It has the epochs, the selection of an epoch on validation data,
 * the average of late parameters, what the benchmark watches, and the checkpoint of all of that.
 *
 * @module
 */
import type { HostArrays } from "../backend/tensors.ts";
import { EpochAverage, Selection } from "./kept_parameters.ts";
import {
  type CheckpointArrays,
  type CurveDescriptions,
  DivergenceError,
  type EpochReport,
  isWatched,
  type OnStep,
  type Trainer,
  type Watch,
  withWatched,
} from "./method.ts";
import {
  EvaluationTime,
  type NetworkEpoch,
  type NetworkTask,
  NetworkTraining,
} from "./network_training.ts";

/** Parameters and batch-norm state that a training keeps for its test. */
export interface KeptParameters {
  /**
   * Of the epoch that each criterion selects, by the criterion's name, with the criterion's value there. A criterion
   * that was never a number selects none and is absent, which the first one cannot be.
   */
  readonly selected: Readonly<
    Record<string, { readonly arrays: HostArrays; readonly value: number; readonly epoch: number }>
  >;
  /** Mean over the last epochs. */
  readonly averaged: HostArrays;
  /** Of the last finished epoch. */
  readonly last: HostArrays;
}

/** What a family trains by {@link gradientTraining}. */
export interface GradientTraining<Trained> extends Omit<NetworkTask, "counter" | "stepNumber"> {
  /** Passes over the training data. */
  readonly epochs: number;
  /** Curves of the loss, its terms and the criteria, by name. */
  readonly curves: CurveDescriptions;
  /** What an epoch (0-based) trains. */
  readonly epoch: (epoch: number) => Omit<NetworkEpoch, "onStep">;
  /** How an epoch is selected; by default the last one is taken. */
  readonly validation?: {
    /** Epochs between two validations; the last epoch always has one. */
    readonly every: number;
    /** Names of the criteria, each the higher the better. The first one must select an epoch. */
    readonly criteria: readonly string[];
    /** Values of the criteria. */
    readonly measure: (arrays: HostArrays) => Promise<EpochReport>;
    /** Criteria that are drawn as curves. */
    readonly reported: readonly string[];
  };
  /** Parameters are averaged over this final fraction of the epochs; by default only the last epoch counts. */
  readonly averagedShare?: number;
  /** What the benchmark wants to see. */
  readonly watch?: Watch<Trained> | undefined;
  /** How many epochs lie between two looks; 0, the default, for none. */
  readonly watchEvery?: number;
  /** A model with the parameters as they are, for `watch`. */
  readonly live: (arrays: HostArrays) => Trained;
  /** The trained model. */
  readonly trained: (kept: KeptParameters) => Trained;
  /** Seconds that compilations of predictions have taken so far. */
  readonly compilationSeconds: () => number;
  /** Frees what `live`, `trained` and validation hold. */
  readonly dispose: () => void | Promise<void>;
}

class GradientTrainer<Trained> implements Trainer<Trained> {
  readonly epochs: number;
  readonly curves: CurveDescriptions;
  readonly #task: GradientTraining<Trained>;
  readonly #networks: NetworkTraining;
  readonly #selections: ReadonlyMap<string, Selection>;
  readonly #average: EpochAverage;
  readonly #evaluation: EvaluationTime;

  constructor(task: GradientTraining<Trained>) {
    this.#task = task;
    this.epochs = task.epochs;
    this.curves = withWatched(task.curves, task.watch);
    this.#networks = new NetworkTraining({ ...task, counter: "steps" });
    const { arrays } = this.#networks;
    this.#selections = new Map(
      task.validation?.criteria.map((name) => [name, new Selection(`best/${name}`, arrays)]),
    );
    this.#average = new EpochAverage("average", arrays);
    this.#evaluation = new EvaluationTime(task.compilationSeconds);
  }

  get parameters(): number {
    return this.#networks.parameters;
  }

  get steps(): number {
    return this.#networks.steps;
  }

  get seconds(): { readonly compilation: number; readonly evaluation: number } {
    return {
      compilation: this.#networks.compilationSeconds + this.#task.compilationSeconds(),
      evaluation: this.#evaluation.seconds,
    };
  }

  async runEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const means = await this.#networks.epoch({ ...this.#task.epoch(epoch), onStep });
    return { ...means, ...await this.#between(epoch) };
  }

  /** Between epochs: the average of late parameters, validation with selection, what the benchmark watches. */
  async #between(epoch: number): Promise<EpochReport> {
    const { validation, averagedShare = 0, watch, watchEvery = 0, live } = this.#task;
    const { arrays } = this.#networks;
    const last = epoch === this.epochs - 1;
    const report: Record<string, number> = {};
    if (epoch >= Math.min(this.epochs - 1, Math.round(this.epochs * (1 - averagedShare)))) {
      this.#average.add(arrays);
    }
    if (validation && (last || (epoch + 1) % validation.every === 0)) {
      const values = await this.#evaluation.measure(() => validation.measure(arrays));
      for (const [name, selection] of this.#selections) {
        selection.offer(values[name]!, epoch + 1, arrays);
      }
      for (const name of validation.reported) report[name] = values[name]!;
    }
    if (watch && isWatched(watchEvery, epoch, this.epochs)) {
      Object.assign(report, await this.#evaluation.measure(() => watch.measure(live(arrays))));
    }
    return report;
  }

  get #parts(): readonly (NetworkTraining | Selection | EpochAverage)[] {
    return [this.#networks, ...this.#selections.values(), this.#average];
  }

  checkpoint(): CheckpointArrays {
    return Object.assign({}, ...this.#parts.map((part) => part.checkpoint()));
  }

  restore(arrays: CheckpointArrays): void {
    // All or nothing: every part checks before any takes.
    const taking = this.#parts.map((part) => part.restoring(arrays));
    for (const take of taking) take();
  }

  trained(): Promise<Trained> {
    const { validation, trained } = this.#task;
    const first = validation?.criteria[0];
    if (first !== undefined && this.#selections.get(first)!.epoch === 0) {
      // Nothing was selected: the initial parameters are no result.
      const what = this.curves[first]?.label ?? first;
      return Promise.reject(new DivergenceError(this.steps, `the ${what} of every epoch`));
    }
    return Promise.resolve(trained({
      selected: Object.fromEntries([...this.#selections].filter(([, { epoch }]) => epoch > 0)),
      averaged: this.#average.arrays,
      last: this.#networks.arrays,
    }));
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#networks.dispose(), this.#task.dispose()]);
  }
}

/** A trainer at epoch 0. */
export function gradientTraining<Trained>(task: GradientTraining<Trained>): Trainer<Trained> {
  return new GradientTrainer(task);
}
