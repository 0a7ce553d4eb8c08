/**
 * Prediction by a trained DDPAE, and the pictures of its components.
 *
 * @module
 */
import { fold, type Key } from "../../data/random/mod.ts";
import { frameSize, type Sequences } from "../../data/sequences.ts";
import type { HostArrays } from "../backend/tensors.ts";
import { under } from "../training/arrays.ts";
import { consecutiveContexts, timeMajor } from "../training/contexts.ts";
import type { CompiledPredictions } from "../training/network_training.ts";
import { NOISE, normalDraws } from "../training/noise.ts";
import type { SequencePredictor, SequenceQuery } from "../training/sequences.ts";
import { infer, noiseSpecs, render } from "./loss.ts";
import type { DdpaeModel } from "./settings.ts";

/** Frames of a path as numbers, and how many pictures each has. */
interface Path {
  /** (T, sequences, pictures, side, side). */
  readonly made: Float32Array;
  /** 1, or the number of components. */
  readonly pictures: number;
}

/** Predictions with given parameters. */
export class Predictor implements SequencePredictor {
  /** Predictions of one model. */
  constructor(
    /** What computes. */
    private readonly predictions: CompiledPredictions,
    /** Sizes and priors. */
    private readonly model: DdpaeModel,
    /** Parameters and batch-norm state. */
    private readonly arrays: HostArrays,
    /** Key of all draws. */
    private readonly key: Key,
  ) {}

  /** The frames that the posterior's means make, or a draw from it. */
  async predict(query: SequenceQuery): Promise<Float32Array> {
    const [frames] = await this.#asked(query, false);
    return frames!;
  }

  /** The same, the picture of each component by itself. */
  async components(query: SequenceQuery): Promise<readonly Float32Array[]> {
    return await this.#asked(query, true);
  }

  async #asked(query: SequenceQuery, apart: boolean): Promise<readonly Float32Array[]> {
    const { sequences, draw } = query;
    const { count } = sequences;
    const { first, given, offsets, length } = consecutiveContexts(query, "DDPAE");
    const { made, pictures } = await this.path(
      sequences,
      (s) => first[s]!,
      given,
      length - given,
      { apart, draw },
    );
    const size = frameSize(sequences);
    const wanted = offsets.length / count;
    return Array.from({ length: pictures }, (_, picture) => {
      const frames = new Float32Array(offsets.length * size);
      offsets.forEach((offset, at) => {
        const row = (offset * count + Math.floor(at / wanted)) * pictures + picture;
        frames.set(made.subarray(row * size, (row + 1) * size), at * size);
      });
      return frames;
    });
  }

  /** Given frames, reconstructed, and those after them. @param first of the given frames of each sequence */
  async path(
    sequences: Sequences,
    first: (sequence: number) => number,
    given: number,
    later: number,
    { apart = false, draw }: { apart?: boolean; draw?: SequenceQuery["draw"] | undefined } = {},
  ): Promise<Path> {
    const { model } = this;
    const { count } = sequences;
    const indices = Array.from({ length: count }, (_, s) => s);
    const frames = timeMajor(sequences, indices, first, given);
    const noise = draw === undefined
      ? {}
      : normalDraws(fold(this.key, "draw", ...draw), noiseSpecs(model, given + later, count));
    const outputs = await this.predictions.run(
      JSON.stringify(["predict", frames.shape, later, apart, draw !== undefined]),
      (params, state, inputs) => {
        const drawnNoise = draw && under(NOISE, inputs);
        const of = infer(params, state, inputs.frames!, later, drawnNoise, "running", model);
        return { frames: render(params, state, of, "running", model, apart).frames };
      },
      this.arrays,
      { frames, ...noise },
    );
    return {
      made: outputs.frames!.data as Float32Array,
      pictures: apart ? model.components : 1,
    };
  }
}
