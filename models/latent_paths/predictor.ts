/**
 * Predictions of a trained model of latent paths.
 *
 * @module
 */
import { fold, type Key } from "../../data/random/mod.ts";
import { framesAt, type Sequences } from "../../data/sequences.ts";
import { type HostArrays, under } from "../backend/tensors.ts";
import type { Statistics } from "../networks/frames.ts";
import { frameShape } from "../networks/observation.ts";
import type { CompiledPredictions } from "../training/network_training.ts";
import { drawNoise, NOISE } from "../training/noise.ts";
import {
  askedFrames,
  type ObservedBatch,
  observedBatch,
  type SequencePredictor,
  type SequenceQuery,
  type TimeOrigin,
  validationParts,
} from "../training/sequences.ts";
import type { Horizon, PathModel } from "./model.ts";

/** Names of one draw. */
type Draw = readonly (string | number)[];

/** Predictions with given parameters. */
export class PathPredictor implements SequencePredictor {
  constructor(
    private readonly predictions: CompiledPredictions,
    private readonly model: PathModel,
    /** Parameters and batch-norm state. */
    private readonly arrays: HostArrays,
    private readonly statistics: Statistics,
    /** Key of all draws. */
    private readonly key: Key,
  ) {}

  /** Encodes the first m frames of the context, which must be consecutive, and integrates from there to those asked for. */
  async predict(query: SequenceQuery): Promise<Float32Array> {
    const { sequences, context } = query;
    const { count } = sequences;
    const asked = askedFrames(query);
    const first = Array.from({ length: count }, (_, s) => this.#encodedFrame(context(s)));
    const offsets = first.flatMap((origin) => asked.map((frame) => frame - origin));
    const backward = offsets.reduce((most, offset) => Math.max(most, -offset), 0);
    const forward = offsets.reduce((most, offset) => Math.max(most, offset), 0);
    // One frame at one offset of all sequences is decoded alone.
    const only = asked.length === 1 && offsets.every((o) => o === offsets[0] && o >= 0)
      ? offsets[0]
      : undefined;
    if (backward > 0 && this.model.forwardsOnly) {
      throw new RangeError(
        `Cannot predict by ${this.model.name}: frames asked for must not lie before the context, ` +
          `one does by ${backward}`,
      );
    }
    const horizon = { forward, backward, only };
    const frames = await mean(
      query.draw ? [query.draw] : this.#draws(this.model.averages?.prediction),
      (draw) => this.#path(sequences, first, horizon, draw),
    );
    if (only !== undefined) return frames;
    const length = backward + 1 + forward;
    const parts = asked.map((frame) =>
      framesAt(
        { ...sequences, frames, frameCount: length },
        (s) => backward + frame - first[s]!,
      )
    );
    return interleave(parts, count);
  }

  /** Names of so many draws; the mean path alone for none. */
  #draws(count: number | undefined): readonly (Draw | undefined)[] {
    return count === undefined
      ? [undefined]
      : Array.from({ length: count }, (_, i) => ["average", i]);
  }

  #encodedFrame(context: ArrayLike<number>): number {
    const { name, encoded } = this.model;
    const frames = Array.from(context).slice(0, encoded.frames);
    if (frames.length < encoded.frames || frames.some((frame, i) => frame !== frames[0]! + i)) {
      throw new RangeError(
        `Cannot predict by ${name}: the context must begin with ${encoded.frames} consecutive ` +
          `frames, is ${Array.from(context).join(", ") || "empty"}`,
      );
    }
    return frames[0]!;
  }

  #noise(draw: Draw | undefined, count: number, forward: number): HostArrays {
    if (draw === undefined) return {};
    return drawNoise(fold(this.key, ...draw), this.model.drawInputs(count, forward));
  }

  /** Frames at offsets −backward … forward of the encoded frame, or at one of them alone: (count, N, …frameShape). */
  async #path(
    sequences: Sequences,
    first: readonly number[],
    { forward, backward, only }: { forward: number; backward: number; only: number | undefined },
    draw: Draw | undefined,
  ): Promise<Float32Array> {
    const { model, statistics } = this;
    const { count } = sequences;
    const windows = Array.from(
      { length: model.encoded.frames },
      (_, offset) => framesAt(sequences, (s) => first[s]! + offset),
    );
    const horizon: Horizon = {
      ...{ forward, backward, statistics },
      ...(only === undefined ? {} : { only }),
    };
    const outputs = await this.predictions.run(
      JSON.stringify(["predict", count, draw !== undefined, horizon]),
      (params, state, inputs) => ({
        frames: model.predict(
          params,
          state,
          inputs.frames!,
          draw && under(NOISE, inputs),
          horizon,
        ),
      }),
      this.arrays,
      {
        frames: {
          shape: [count, windows.length, ...frameShape(model.observation)],
          data: interleave(windows, count),
        },
        ...this.#noise(draw, count, forward),
      },
    );
    return outputs.frames!.data as Float32Array;
  }

  /** Log-likelihood of the first `length` observed frames, nats per frame: parts of the sequences, one after another. */
  async logLikelihood(
    sequences: Sequences,
    origin: TimeOrigin,
    length: number = sequences.observedCount,
  ): Promise<number> {
    const { count, frameCount, observedCount } = sequences;
    const grid = frameCount - observedCount + length;
    let sum = 0;
    for (const part of validationParts(sequences, length)) {
      const batch = observedBatch(sequences, part, { length, grid, origin });
      sum += part.length * await this.#meanLogLikelihood(batch);
    }
    return sum / count;
  }

  /** Nats per frame of a batch. */
  async #meanLogLikelihood({ frames, selection }: ObservedBatch): Promise<number> {
    const { model, statistics } = this;
    const [count, length, grid] = selection.shape as [number, number, number];
    const [value] = await mean(this.#draws(model.averages?.validation), async (draw) => {
      const { logLikelihood } = await this.predictions.run(
        JSON.stringify(["validation", count, statistics, length, grid]),
        (params, state, inputs) => ({
          logLikelihood: model.logLikelihood(
            params,
            state,
            { frames: inputs.frames!, selection: inputs.selection! },
            draw && under(NOISE, inputs),
            statistics,
          ),
        }),
        this.arrays,
        { frames, selection, ...this.#noise(draw, count, grid - 1) },
      );
      return logLikelihood!.data as Float32Array;
    });
    return value!;
  }
}

/** Mean of what the draws give; what a single one gives, as it is. */
async function mean(
  draws: readonly (Draw | undefined)[],
  sample: (draw: Draw | undefined) => Promise<Float32Array>,
): Promise<Float32Array> {
  if (draws.length === 1) return await sample(draws[0]);
  let sums: Float64Array | undefined;
  for (const draw of draws) {
    const values = await sample(draw);
    sums ??= new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) sums[i]! += values[i]!;
  }
  return Float32Array.from(sums!, (sum) => sum / draws.length);
}

/** Frames (count, size) of each of n places in time as sequences (count, n, size). */
function interleave(parts: readonly Float32Array[], count: number): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const size = parts[0]!.length / count;
  const result = new Float32Array(count * parts.length * size);
  parts.forEach((part, at) => {
    for (let s = 0; s < count; s++) {
      result.set(part.subarray(s * size, (s + 1) * size), (s * parts.length + at) * size);
    }
  });
  return result;
}
