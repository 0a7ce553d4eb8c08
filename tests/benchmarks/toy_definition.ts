/**
 * Benchmarks without mathematics, so that the runner is tested on its own: a line fitted by stochastic gradient descent
 * on noise that is a function of (seed, step), and models that misbehave. The tests' processes find this module by
 * ODE2VAE_DEFINITIONS.
 *
 * @module
 */
import { toJsonNumber } from "../../models/training/json_number.ts";
import { createHash } from "node:crypto";
import type { BenchmarkDefinition, Evaluation, ModelEntry } from "../../benchmarks/definition.ts";
import { type AnyBenchmark, anyBenchmark } from "../../benchmarks/registry.ts";
import type { BackendChoice } from "../../benchmarks/runner/backend_choice.ts";
import type { BenchmarkReport } from "../../reports/benchmarks/benchmark_report.ts";
import {
  type CheckpointArrays,
  DivergenceError,
  type EpochReport,
  type Method,
  type OnStep,
  type Trainer,
  type TrainingTask,
} from "../../models/training/method.ts";
import {
  count,
  natural,
  number,
  parseSettings,
  type Setting,
  type SettingsOf,
} from "../../models/training/settings.ts";

/** Points of the line y = 2 x + 1. */
export interface ToyData {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Uniform in [-0.5, 0.5): a function of its arguments alone. */
export function toyNoise(seed: number, step: number): number {
  let h = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b) >>> 0;
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32 - 0.5;
}

const text = (meaning: string): Setting<string> => ({
  default: "",
  rule: "a word",
  meaning,
  accepts: () => true,
});

const settings = {
  epochs: natural(5, "passes"),
  stepsPerEpoch: count(4, "steps in each of them"),
  stepMilliseconds: natural(0, "how long each of them takes at least"),
  learningRate: number(0.05, "rate"),
  momentum: number(0, "momentum"),
  fault: text('what goes wrong: "", "nan", "kill", "throw" or "stall" (a minute without progress)'),
  faultAtStep: natural(6, "when"),
};

/** What a fitted line answers: its error on the data. */
type Fitted = () => number;

/** Fits slope and intercept with momentum; its state is three arrays of different types. */
export class ToyTrainer implements Trainer<Fitted> {
  readonly epochs: number;
  readonly parameters = 2;
  readonly curves = {
    loss: { label: "loss", unit: "", direction: "lower" },
    validation: { label: "validation error", unit: "per point", direction: "lower" },
  } as const;
  readonly seconds = { compilation: 0.25, evaluation: 0 };
  readonly timeParts = [{ name: "warmUp", label: "warming up", seconds: 0.125, count: 2 }];
  readonly settings: SettingsOf<typeof settings>;
  #weights = new Float64Array(2);
  #velocity = new Float32Array(2);
  #counter = new Int32Array(1);

  constructor(private readonly context: TrainingTask<ToyData, Fitted>) {
    this.settings = parseSettings("the toy", settings, context.settings);
    this.epochs = this.settings.epochs;
  }

  get steps(): number {
    return this.#counter[0]!;
  }

  async runEpoch(epoch: number, onStep?: OnStep): Promise<EpochReport> {
    const { stepsPerEpoch, stepMilliseconds } = this.settings;
    const total = Number(stepsPerEpoch);
    let loss = 0;
    for (let i = 0; i < total; i++) {
      if (Number(stepMilliseconds) > 0) {
        await new Promise((resolve) => setTimeout(resolve, Number(stepMilliseconds)));
      }
      if (this.#isFaulty("stall")) {
        this.context.log?.("stalled");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }
      loss = this.#step();
      onStep?.(i + 1, total, { loss });
    }
    // Not every epoch validates.
    return epoch % 2 === 1 ? { loss, validation: this.#error() } : { loss };
  }

  #step(): number {
    const step = this.steps;
    const { learningRate, momentum } = this.settings;
    if (this.#isFaulty("nan")) throw new DivergenceError(step, "loss");
    if (this.#isFaulty("kill")) Deno.kill(Deno.pid, "SIGKILL");
    if (this.#isFaulty("throw")) throw new TypeError("the toy broke\nin two lines");
    const { x, y } = this.context.data;
    const i = step % x.length;
    const error = this.#weights[0]! * x[i]! + this.#weights[1]! - y[i]! -
      toyNoise(this.context.seed, step);
    [x[i]!, 1].forEach((input, j) => {
      this.#velocity[j] = Number(momentum) * this.#velocity[j]! + error * input;
      this.#weights[j]! -= Number(learningRate) * this.#velocity[j]!;
    });
    this.#counter[0]!++;
    return error * error;
  }

  #isFaulty(fault: string): boolean {
    return this.settings.fault === fault && this.steps === this.settings.faultAtStep &&
      !Deno.env.get("ODE2VAE_TOY_HEALTHY");
  }

  #error(): number {
    const { x, y } = this.context.data;
    const squares = x.map((input, i) =>
      (this.#weights[0]! * input + this.#weights[1]! - y[i]!) ** 2
    );
    return squares.reduce((sum, square) => sum + square, 0) / squares.length;
  }

  checkpoint(): CheckpointArrays {
    return {
      weights: this.#weights.slice(),
      velocity: this.#velocity.slice(),
      counter: this.#counter.slice(),
    };
  }

  restore({ weights, velocity, counter }: CheckpointArrays): void {
    this.#weights = weights as Float64Array<ArrayBuffer>;
    this.#velocity = velocity as Float32Array<ArrayBuffer>;
    this.#counter = counter as Int32Array<ArrayBuffer>;
  }

  trained(): Promise<Fitted> {
    return Promise.resolve(() => this.#error());
  }

  dispose(): void {}
}

const line: Method<ToyData, Fitted> = {
  name: "Line",
  settings,
  start: (task) => Promise.resolve(new ToyTrainer(task)),
};

/** What a fitted line's error gives. */
export function evaluation(error: number): Evaluation {
  const value = toJsonNumber(error);
  return {
    metrics: [
      { name: "testMse", label: "test error", value, unit: "per point", direction: "lower" },
    ],
    curves: [{
      name: "errorPerPoint",
      label: "error",
      unit: "",
      xLabel: "point",
      xUnit: "",
      x: [0, 1],
      y: [value, "NaN"],
    }],
    exhibits: [],
  };
}

type Rows = Record<string, Omit<ModelEntry<ToyData, Fitted>, "method">>;

function toy(
  name: string,
  rows: Rows,
  changes: Partial<BenchmarkDefinition<ToyData, Fitted>> = {},
): AnyBenchmark {
  const models = Object.entries(rows).map(([row, entry]) => [row, { ...entry, method: line }]);
  const definition: BenchmarkDefinition<ToyData, Fitted> = {
    name,
    version: 1,
    title: `Toy line (${name})`,
    headline: { metric: "testMse", direction: "lower" },
    models: Object.fromEntries(models),
    tiers: {
      smoke: { seeds: 2, settings: {} },
      // Slow enough to be killed in its middle: 20 epochs of 4 steps of 10 ms.
      quick: { seeds: 3, settings: { epochs: 20, stepMilliseconds: 10 } },
      paper: { seeds: 2, settings: { epochs: 40 } },
    },
    loadData({ dataDir }) {
      if (dataDir?.endsWith("corrupt")) {
        throw new SyntaxError("Cannot read digits: the gzip stream is truncated");
      }
      const x = [-1, -0.5, 0, 0.5, 1];
      const data = { x, y: x.map((input) => 2 * input + 1) };
      const sha256 = createHash("sha256").update(JSON.stringify(data)).digest("hex");
      return Promise.resolve({ sha256, origin: "a line drawn by the tests", data });
    },
    evaluate: (error) => Promise.resolve(evaluation(error())),
    ...changes,
  };
  return anyBenchmark(definition);
}

/** What ODE2VAE_DEFINITIONS replaces. */
export const benchmarks: Record<string, AnyBenchmark> = {
  toy: toy("toy", {
    sgd: { title: "SGD" },
    momentum: { title: "Momentum", overrides: { momentum: 0.9, learningRate: 0.02 } },
    start: { title: "No training", overrides: { epochs: 0 }, deterministic: true },
  }),
  faulty: toy("faulty", {
    sound: { title: "Sound" },
    diverging: { title: "Diverging", overrides: { fault: "nan" } },
    dying: { title: "Dying", overrides: { fault: "kill" } },
    throwing: { title: "Throwing", overrides: { fault: "throw" } },
  }),
  stalling: toy("stalling", {
    stalling: { title: "Stalling", overrides: { fault: "stall" } },
  }),
  unscored: toy("unscored", { sgd: { title: "SGD" } }, {
    headline: { metric: "accuracy", direction: "lower" },
  }),
  unhashed: toy("unhashed", { sgd: { title: "SGD" } }, {
    loadData: () => Promise.resolve({ sha256: "abc", origin: "here", data: { x: [], y: [] } }),
  }),
};

/** Words of the toy's page. */
export const reports: Record<string, BenchmarkReport> = {
  toy: { lead: "A line is fitted to five points." },
};

/** Stands in for the choice of a real backend. */
export function selectBackend(
  name: string,
  log: (line: string) => void,
): Promise<BackendChoice> {
  if (name === "webgpu") throw new Error("no adapter");
  if (name === "auto") log("backend auto: ort-cpu");
  return Promise.resolve({
    name: name === "auto" ? "ort-cpu" : name,
    version: "toy 1",
    device: "",
    threads: 1,
  });
}
