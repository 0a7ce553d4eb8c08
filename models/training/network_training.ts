/**
 * Parameters in training by minibatches: what every family trained by gradients shares, one epoch at a time.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Backend, CompiledStep, Step, TensorSpecs } from "../backend/backend.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { valueAndGradients } from "../backend/engine.ts";
import {
  namedCopies,
  prefixed,
  PREFIXES,
  shapesOf,
  takeArrays,
  takeNumbers,
  under,
  valueCount,
} from "./arrays.ts";
import { type CheckpointArrays, DivergenceError, type EpochReport, type OnStep } from "./method.ts";
import type { Optimiser } from "./optimisers.ts";

/** What a loss function returns. */
export interface StepLoss {
  /** What is minimised. */
  readonly loss: tf.Scalar;
  /** Terms to report, by the names of their curves. */
  readonly terms: Readonly<Record<string, tf.Scalar>>;
  /** Batch-norm state after this pass; {} for none. */
  readonly state: Tensors;
}

/** The loss of a minibatch as a pure function. */
export type LossFunction = (params: Tensors, state: Tensors, inputs: Tensors) => StepLoss;

/**
 * One optimiser step as a pure step, ready for a backend's `compile`: carried parameters, batch-norm and optimiser state,
 * the inputs of the loss and the optimiser's `rate` in; the carried ones under the same names, `loss` and `terms/…` out.
 */
export function gradientStep(loss: LossFunction, optimiser: Optimiser): Step {
  return (inputs) => {
    const params = under(PREFIXES.params, inputs);
    const state = under(PREFIXES.state, inputs);
    const { result, gradients } = valueAndGradients(() => loss(params, state, inputs), params);
    const update = optimiser.update(
      params,
      gradients,
      under(PREFIXES.optimiser, inputs),
      inputs.rate!,
    );
    return {
      ...prefixed(PREFIXES.params, update.params),
      ...prefixed(PREFIXES.state, result.state),
      ...prefixed(PREFIXES.optimiser, update.state),
      ...prefixed(PREFIXES.terms, result.terms),
      loss: result.loss,
    };
  };
}

/** All that {@link gradientStep} carries from step to step, before the first one. */
export function initialTrainingState(
  params: HostArrays,
  state: HostArrays,
  optimiser: Optimiser,
): HostArrays {
  return {
    ...prefixed(PREFIXES.params, params),
    ...prefixed(PREFIXES.state, state),
    ...prefixed(PREFIXES.optimiser, optimiser.initial(params)),
  };
}

/** What a {@link NetworkTraining} trains. */
export interface NetworkTask {
  /** What computes. */
  readonly backend: Backend;
  /** Initial parameters. */
  readonly params: HostArrays;
  /** Initial batch-norm state; {} for none. */
  readonly state: HostArrays;
  /** How gradients become new parameters. */
  readonly optimiser: Optimiser;
  /** The number (0-based) that a divergence names; by default that of the step of these networks. */
  readonly stepNumber?: () => number;
  /** Name of the step count in a checkpoint. */
  readonly counter: string;
}

/** One epoch of a {@link NetworkTraining}. */
export interface NetworkEpoch {
  /** Steps of equal kind share one compilation, e.g. the number of frames. */
  readonly kind: string | number;
  /** The loss of a minibatch. */
  readonly loss: LossFunction;
  /** Shapes of a minibatch's inputs. */
  readonly shapes: TensorSpecs;
  /** Rows of the data set in each minibatch. */
  readonly batches: readonly Int32Array[];
  /** A minibatch's inputs. @param step steps of these networks done before it */
  readonly inputs: (rows: Int32Array, step: number) => HostArrays;
  /** Learning rate of a step (0-based). */
  readonly learningRate: (step: number) => number;
  /** What a step reports, by default its loss and terms. */
  readonly report?: (values: EpochReport, rows: Int32Array) => EpochReport;
  /** Called after each step. */
  readonly onStep?: OnStep | undefined;
}

/**
 * Parameters, batch-norm and optimiser state after the last finished epoch. The compiled step keeps them where it
 * computes, on a GPU in its memory, from one epoch to the next.
 */
export class NetworkTraining {
  readonly #task: NetworkTask;
  #arrays: HostArrays;
  /** Whether the compiled step holds {@link #arrays}, so that it need not be given them. */
  #holding = false;
  #compiled: { readonly kind: string | number; readonly step: CompiledStep } | undefined;
  /** Seconds spent compiling. */
  compilationSeconds = 0;
  /** Optimiser steps done so far. */
  steps = 0;
  /** Number of trainable parameters. */
  readonly parameters: number;

  /** At epoch 0. */
  constructor(task: NetworkTask) {
    this.#task = task;
    this.#arrays = initialTrainingState(task.params, task.state, task.optimiser);
    this.parameters = valueCount(task.params);
  }

  /** State after the last finished epoch. */
  get arrays(): HostArrays {
    return this.#arrays;
  }

  /**
   * Trains one epoch.
   *
   * @returns means over its steps
   * @throws DivergenceError when a loss or, at the end, a parameter is not finite
   * @throws RangeError when there is no minibatch: nothing would be trained
   */
  async epoch(epoch: NetworkEpoch): Promise<Record<string, number>> {
    if (epoch.batches.length === 0) {
      throw new RangeError(
        "Cannot train: an epoch must have at least one full minibatch, has none (a smaller batch size?)",
      );
    }
    const { optimiser, stepNumber = () => this.steps } = this.#task;
    const { batches, inputs, learningRate, report = (values) => values } = epoch;
    const step = await this.#begin(epoch);
    const reports: EpochReport[] = [];
    for (const rows of batches) {
      const rate = optimiser.rate(learningRate(this.steps), this.steps + 1);
      const outputs = await step.run({
        ...inputs(rows, this.steps),
        rate: { shape: [], data: Float32Array.of(rate) },
      });
      const values: Record<string, number> = { loss: outputs.loss!.data[0]! };
      if (!Number.isFinite(values.loss)) throw new DivergenceError(stepNumber(), "loss");
      for (const [name, array] of Object.entries(under(PREFIXES.terms, outputs))) {
        values[name] = array.data[0]!;
      }
      this.steps++;
      const live = report(values, rows);
      reports.push(live);
      epoch.onStep?.(reports.length, batches.length, live);
    }
    await this.#finish(stepNumber() - 1);
    return stepMeans(reports);
  }

  /** The step of a kind, holding the state: compiled anew only where the last one was of another kind. */
  async #begin({ kind, loss, shapes }: NetworkEpoch): Promise<CompiledStep> {
    const { backend, optimiser } = this.#task;
    if (this.#compiled?.kind !== kind) {
      await this.dispose();
      const step = await backend.compile(
        gradientStep(loss, optimiser),
        { ...shapesOf(this.#arrays), ...shapes, rate: { shape: [] } },
        { carried: Object.keys(this.#arrays) },
      );
      this.compilationSeconds += step.seconds;
      this.#compiled = { kind, step };
    }
    const { step } = this.#compiled!;
    if (!this.#holding) await step.start(this.#arrays);
    this.#holding = false;
    return step;
  }

  /** Takes the state back. A loss is that of the parameters before its step: what the last step did shows only here. */
  async #finish(lastStep: number): Promise<void> {
    this.#arrays = await this.#compiled!.step.state();
    this.#holding = true;
    for (const [name, { data }] of Object.entries(this.#arrays)) {
      if (name.startsWith(PREFIXES.params) && data.some((value) => !Number.isFinite(value))) {
        throw new DivergenceError(lastStep, name);
      }
    }
  }

  /** Copies of all arrays. */
  checkpoint(): CheckpointArrays {
    return { ...namedCopies(this.#arrays), [this.#task.counter]: Float64Array.of(this.steps) };
  }

  /**
   * Checks what {@link checkpoint} gave.
   *
   * @returns what takes it back
   * @throws RangeError when it does not fit
   */
  restoring(checkpoint: CheckpointArrays): () => void {
    const [steps] = takeNumbers(checkpoint, this.#task.counter, 1);
    const arrays = takeArrays(checkpoint, this.#arrays);
    return () => {
      this.#arrays = arrays;
      this.#holding = false;
      this.steps = steps!;
    };
  }

  /** Frees native memory. */
  async dispose(): Promise<void> {
    const compiled = this.#compiled;
    this.#compiled = undefined;
    this.#holding = false;
    await compiled?.step.dispose();
  }
}

/** The full minibatches of an order. A remainder is skipped: batch norm and means need full ones. */
export function minibatches(order: Int32Array, size: number): Int32Array[] {
  return Array.from(
    { length: Math.floor(order.length / size) },
    (_, batch) => order.subarray(batch * size, (batch + 1) * size),
  );
}

/** Mean of each value over reports that all have the same ones; nothing of no reports. */
export function stepMeans(reports: readonly EpochReport[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(reports[0] ?? {}).map((name) => [
      name,
      reports.reduce((sum, report) => sum + report[name]!, 0) / reports.length,
    ]),
  );
}

/** Compiled predictions, each shape compiled once. */
export class CompiledPredictions {
  readonly #backend: Backend;
  readonly #compiled = new Map<string, Promise<CompiledStep>>();
  /** Seconds spent compiling. */
  compilationSeconds = 0;

  /** Nothing is compiled yet. @param backend what computes */
  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /**
   * Runs a prediction.
   *
   * @param key tells prediction and shapes apart
   * @param step gets parameters, batch-norm state and inputs by name
   * @param state of a training; the optimiser's part is left out
   */
  async run(
    key: string,
    step: (params: Tensors, state: Tensors, inputs: Tensors) => Tensors,
    state: HostArrays,
    inputs: HostArrays,
  ): Promise<HostArrays> {
    let compiled = this.#compiled.get(key);
    if (!compiled) {
      const trained = Object.entries(state)
        .filter(([name]) => !name.startsWith(PREFIXES.optimiser));
      compiled = this.#backend.compile(
        (all) => step(under(PREFIXES.params, all), under(PREFIXES.state, all), all),
        { ...shapesOf(Object.fromEntries(trained)), ...shapesOf(inputs) },
      );
      this.#compiled.set(key, compiled);
      this.compilationSeconds += (await compiled).seconds;
    }
    return await (await compiled).run({ ...state, ...inputs });
  }

  /** Frees native memory. */
  async dispose(): Promise<void> {
    // One that could not be compiled, which run() has told, must not keep the others.
    const steps = await Promise.allSettled(this.#compiled.values());
    this.#compiled.clear();
    await Promise.all(steps.map((step) => step.status === "fulfilled" && step.value.dispose()));
  }
}

/** Counts the seconds of evaluations inside of training, without those that compilations take meanwhile. */
export class EvaluationTime {
  readonly #compilationSeconds: () => number;
  /** Seconds so far. */
  seconds = 0;

  /** At zero. @param compilationSeconds Seconds that compilations have taken so far, which are counted elsewhere. */
  constructor(compilationSeconds: () => number) {
    this.#compilationSeconds = compilationSeconds;
  }

  /** What f returns. */
  async measure<T>(f: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const compiled = this.#compilationSeconds();
    const result = await f();
    this.seconds += (performance.now() - start) / 1000 - (this.#compilationSeconds() - compiled);
    return result;
  }
}
