/**
 * Prediction of whole sequences and of the unseen angle by a trained ODE2VAE.
 *
 * @module
 */
import { fold, type Key, normal } from "../../data/random/mod.ts";
import type { Backend, CompiledStep } from "../../models/backend/backend.ts";
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";
import { predict, validationLogLikelihood } from "../../models/ode2vae/predict.ts";
import { frameShape, PREFIXES, under } from "../../models/ode2vae/training_step.ts";
import { fieldWidths, type Ode2vaeSettings } from "../../models/ode2vae/settings.ts";
import { weightCount } from "../../models/nn/bayesian_mlp.ts";
import { withoutMoments } from "./kept_parameters.ts";
import { observedBatch, type ObservedSequences, type TimeOrigin } from "./observed_batch.ts";

/** Parameters and batch-norm state under the names of a training step. */
export type TrainedState = HostArrays;

/** Runs a model's predictions; compiles each shape once. */
export class Ode2vaePredictor {
  readonly #backend: Backend;
  readonly #settings: Ode2vaeSettings;
  readonly #statistics: "running" | "batch";
  readonly #compiled = new Map<string, Promise<CompiledStep>>();
  /** Seconds spent compiling. */
  compilationSeconds = 0;

  constructor(backend: Backend, settings: Ode2vaeSettings, statistics: "running" | "batch") {
    this.#backend = backend;
    this.#settings = settings;
    this.#statistics = statistics;
  }

  #specs(state: TrainedState): Record<string, { shape: readonly number[] }> {
    return Object.fromEntries(
      Object.entries(withoutMoments(state)).map(([name, { shape }]) => [name, { shape }]),
    );
  }

  async #get(key: string, compile: () => Promise<CompiledStep>): Promise<CompiledStep> {
    let step = this.#compiled.get(key);
    if (!step) {
      step = compile();
      this.#compiled.set(key, step);
      this.compilationSeconds += (await step).seconds;
    }
    return await step;
  }

  /**
   * Frames at offsets −backward … forward of one encoded frame of each sequence.
   *
   * @param images (B, pixels), the encoded frames
   * @param noise key of one posterior draw; the mean path without it
   * @returns (B, backward + 1 + forward, pixels); (B, 1, pixels) where `only` names one offset ≥ 0
   */
  async predict(
    state: TrainedState,
    images: Float32Array,
    horizon: { readonly forward: number; readonly backward?: number; readonly only?: number },
    noise?: Key,
  ): Promise<Float32Array> {
    const { forward, backward = 0, only } = horizon;
    const settings = this.#settings;
    const shape = frameShape(settings);
    const pixels = shape.reduce((product, length) => product * length, 1);
    const count = images.length / pixels;
    const q = settings.latentDimensions;
    const weights = weightCount(fieldWidths(settings));
    const sampled = noise !== undefined;
    const key = JSON.stringify([count, { forward, backward, sampled, only }]);
    const step = await this.#get(key, () =>
      this.#backend.compile(
        (inputs) => ({
          frames: predict(
            under(PREFIXES.params, inputs),
            under(PREFIXES.state, inputs),
            inputs.frames!,
            settings,
            {
              forward,
              backward,
              ...(only === undefined ? {} : { only }),
              statistics: this.#statistics,
              ...(sampled
                ? {
                  noise: { initial: inputs["noise/initial"]!, weights: inputs["noise/weights"]! },
                }
                : {}),
            },
          ),
        }),
        {
          ...this.#specs(state),
          frames: { shape: [count, 1, ...shape] },
          ...(sampled
            ? {
              "noise/initial": { shape: [count, 2 * q] },
              "noise/weights": { shape: [weights] },
            }
            : {}),
        },
      ));
    const host = (data: Float32Array): HostArray => ({ shape: [data.length], data });
    const { frames } = await step.run({
      ...state,
      frames: host(images),
      ...(noise === undefined ? {} : {
        "noise/initial": host(normal(fold(noise, "initial"), count * 2 * q)),
        "noise/weights": host(normal(fold(noise, "weights"), weights)),
      }),
    });
    return frames!.data as Float32Array;
  }

  /** Log-likelihood of all observed frames under the mean path, nats per frame. */
  async validationLogLikelihood(
    state: TrainedState,
    sequences: ObservedSequences,
    origin: TimeOrigin = "first-observed",
  ): Promise<number> {
    const { count, frameCount, observedCount } = sequences;
    const all = Array.from({ length: count }, (_, index) => index);
    const batch = observedBatch(sequences, all, observedCount, frameCount, origin);
    const step = await this.#get("validation", () =>
      this.#backend.compile(
        (inputs) => ({
          logLikelihood: validationLogLikelihood(
            under(PREFIXES.params, inputs),
            under(PREFIXES.state, inputs),
            { frames: inputs.frames!, selection: inputs.selection! },
            this.#settings,
            this.#statistics,
          ),
        }),
        {
          ...this.#specs(state),
          frames: { shape: [count, observedCount, ...frameShape(this.#settings)] },
          selection: { shape: batch.selection.shape },
        },
      ));
    const { logLikelihood } = await step.run({ ...state, ...batch });
    return logLikelihood!.data[0]!;
  }

  /** Frees native memory. */
  async dispose(): Promise<void> {
    for (const step of this.#compiled.values()) await (await step).dispose();
    this.#compiled.clear();
  }
}

/** Frame `frame` of every sequence: (count, pixels). */
export function framesAt(
  sequences: Pick<ObservedSequences, "count" | "frames" | "frameCount" | "pixels">,
  frame: number | ((sequence: number) => number),
): Float32Array {
  const { count, frames, frameCount, pixels } = sequences;
  const images = new Float32Array(count * pixels);
  for (let s = 0; s < count; s++) {
    const from = (s * frameCount + (typeof frame === "number" ? frame : frame(s))) * pixels;
    images.set(frames.subarray(from, from + pixels), s * pixels);
  }
  return images;
}

/** Mean squared difference per pixel. */
export function meanSquaredError(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/** Column `frame` of (count, length, pixels): (count, pixels). */
export function frameOf(
  predicted: Float32Array,
  length: number,
  pixels: number,
  frame: number | ((sequence: number) => number),
): Float32Array {
  const count = predicted.length / (length * pixels);
  return framesAt(
    { count, frames: predicted, frameCount: length, pixels },
    frame,
  );
}
