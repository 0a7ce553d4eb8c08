/**
 * Prediction by a trained DTSBN-S: the context's states are sampled, then futures.
 *
 * @module
 */
import { fold, type Key, uniform } from "../../data/random/mod.ts";
import type { HostArray, HostArrays } from "../backend/tensors.ts";
import { consecutiveContexts } from "../training/contexts.ts";
import type { CompiledPredictions } from "../training/network_training.ts";
import { partsOf, type SequencePredictor, type SequenceQuery } from "../training/sequences.ts";
import { type Standard, standardised } from "./frames.ts";
import { sampleFuture } from "./network.ts";
import type { DtsbnModel } from "./settings.ts";

/** Noise of the units of all frames: (length, batch, K + J). */
export function uniformNoise(key: Key, length: number, batch: number, units: number): HostArray {
  return { shape: [length, batch, units], data: uniform(key, length * batch * units) };
}

/** The noise of some consecutive sequences: (length, part, units) of (length, batch, units). */
function noiseOf({ shape, data }: HostArray, part: readonly number[]): HostArray {
  const [length, batch, units] = shape as [number, number, number];
  const own = new Float32Array(length * part.length * units);
  for (let t = 0; t < length; t++) {
    const from = (t * batch + part[0]!) * units;
    const size = part.length * units;
    own.set((data as Float32Array).subarray(from, from + size), t * size);
  }
  return { shape: [length, part.length, units], data: own };
}

/** Predictions with given parameters. */
export class Predictor implements SequencePredictor {
  /** Predictions of one model. */
  constructor(
    /** What computes. */
    private readonly predictions: CompiledPredictions,
    /** Sizes and observation. */
    private readonly model: DtsbnModel,
    /** Of the training frames. */
    private readonly standard: Standard,
    /** Parameters and the signal's state. */
    private readonly arrays: HostArrays,
    /** Key of all draws. */
    private readonly key: Key,
    /** Sampled futures in a mean. */
    private readonly samples: number,
  ) {}

  /** One sampled future, or the mean of several. A frame of the context is its mean given a sampled state. */
  async predict(query: SequenceQuery): Promise<Float32Array> {
    const { sequences, draw } = query;
    const { count } = sequences;
    const { first, given, offsets, length } = consecutiveContexts(query, "DTSBN-S");
    const wanted = offsets.length / count;
    const names = draw === undefined
      ? Array.from({ length: this.samples }, (_, sample) => ["mean", sample])
      : [draw];
    const { dimensions: size, hiddenUnits, topUnits } = this.model;
    const { shift, scale } = this.standard;
    const sum = new Float64Array(offsets.length * size);
    for (const name of names) {
      const key = fold(this.key, "draw", ...name);
      const noise = uniformNoise(key, length, count, hiddenUnits + topUnits);
      for (const part of partsOf(sequences, length)) {
        const frames = standardised(sequences, part, (s) => first[s]!, given, this.standard);
        const path = await this.#path(frames, noiseOf(noise, part)); // (length, part, D)
        for (const [place, s] of part.entries()) {
          for (let at = s * wanted; at < (s + 1) * wanted; at++) {
            const from = (offsets[at]! * part.length + place) * size;
            for (let i = 0; i < size; i++) sum[at * size + i]! += path[from + i]!;
          }
        }
      }
    }
    return Float32Array.from(
      sum,
      (total, i) => total / names.length * scale[i % size]! + shift[i % size]!,
    );
  }

  /** One sample of the frames from the context's first on: (length, sequences, D). */
  async #path(frames: HostArray, uniform: HostArray): Promise<ArrayLike<number>> {
    const outputs = await this.predictions.run(
      JSON.stringify(["future", frames.shape, uniform.shape]),
      (params, _, inputs) => ({
        frames: sampleFuture(params, inputs.frames!, inputs.uniform!, this.model),
      }),
      this.arrays,
      { frames, uniform },
    );
    return outputs.frames!.data;
  }
}
