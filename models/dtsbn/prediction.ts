/**
 * Prediction by a trained DTSBN-S: the context's states are sampled, then futures.
 *
 * @module
 */
import { fold, type Key, uniform } from "../../data/random/mod.ts";
import type { HostArray, HostArrays } from "../backend/tensors.ts";
import { consecutiveContexts } from "../training/contexts.ts";
import type { CompiledPredictions } from "../training/network_training.ts";
import type { SequencePredictor, SequenceQuery } from "../training/sequences.ts";
import { type Standard, standardised } from "./frames.ts";
import { sampleFuture } from "./network.ts";
import type { DtsbnModel } from "./settings.ts";

/** Noise of the units of all frames: (length, batch, K + J). */
export function uniformNoise(key: Key, length: number, batch: number, units: number): HostArray {
  return { shape: [length, batch, units], data: uniform(key, length * batch * units) };
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
    const indices = Array.from({ length: count }, (_, s) => s);
    const frames = standardised(sequences, indices, (s) => first[s]!, given, this.standard);
    const wanted = offsets.length / count;
    const names = draw === undefined
      ? Array.from({ length: this.samples }, (_, sample) => ["mean", sample])
      : [draw];
    const size = this.model.dimensions;
    const { shift, scale } = this.standard;
    const sum = new Float64Array(offsets.length * size);
    for (const name of names) {
      const path = await this.#path(frames, length, fold(this.key, "draw", ...name)); // (length, count, D)
      offsets.forEach((offset, at) => {
        const from = (offset * count + Math.floor(at / wanted)) * size;
        for (let i = 0; i < size; i++) sum[at * size + i]! += path[from + i]!;
      });
    }
    return Float32Array.from(
      sum,
      (total, i) => total / names.length * scale[i % size]! + shift[i % size]!,
    );
  }

  /** One sample of the frames from the context's first on: (length, count, D). */
  async #path(frames: HostArray, length: number, key: Key): Promise<ArrayLike<number>> {
    const { model } = this;
    const [, count] = frames.shape;
    const units = model.hiddenUnits + model.topUnits;
    const outputs = await this.predictions.run(
      JSON.stringify(["future", frames.shape, length]),
      (params, _, inputs) => ({
        frames: sampleFuture(params, inputs.frames!, inputs.uniform!, model),
      }),
      this.arrays,
      { frames, uniform: uniformNoise(key, length, count!, units) },
    );
    return outputs.frames!.data;
  }
}
