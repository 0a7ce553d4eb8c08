/**
 * Between images and latent codes: the observed images of all objects, their codes, and images of predicted codes.
 *
 * @module
 */
import { type Key, normal } from "../../data/random/mod.ts";
import type { Backend, CompiledStep, Step, TensorSpecs } from "../../models/backend/backend.ts";
import type { HostArrays } from "../../models/backend/tensors.ts";
import { decodeCodes, encodeCodes } from "../../models/gppvae/networks.ts";
import type { Observations } from "../../models/gppvae/covariance.ts";
import type { GppvaeSettings } from "../../models/gppvae/settings.ts";
import { type Matrix, matrix } from "../../models/linalg/matrix.ts";
import { PREFIXES, under } from "../../models/ode2vae/training_step.ts";
import type { ViewAngles } from "./gppvae_settings.ts";
import { withoutMoments } from "./kept_parameters.ts";
import type { ObservedSequences } from "./observed_batch.ts";

/** q(z | x) of n images. */
export interface Codes {
  /** Means (n, L). */
  readonly mean: Matrix;
  /** Standard deviations (n, L). */
  readonly deviation: Float64Array;
}

/**
 * Objects and angles of all observed images, sequence by sequence.
 *
 * @param viewAngles "true" ones, or "equal" steps of a full turn, by which no two frames show the same view
 */
export function observationsOf(
  { count, observed, observedCount, degrees, frameCount }: ObservedSequences,
  viewAngles: ViewAngles = "true",
): Observations {
  const turns = viewAngles === "true"
    ? degrees.map((angle) => angle / 360)
    : degrees.map((_, q) => q / frameCount);
  return {
    objects: Int32Array.from(observed, (_, i) => Math.floor(i / observedCount)),
    views: observed,
    objectCount: count,
    angles: Float64Array.from(turns, (turn) => 2 * Math.PI * turn),
  };
}

/** Images (rows, pixels) of some observations. */
export function observedImages(
  { frames, frameCount, pixels }: ObservedSequences,
  { objects, views }: Observations,
  rows: ArrayLike<number>,
): Float32Array {
  const images = new Float32Array(rows.length * pixels);
  for (let b = 0; b < rows.length; b++) {
    const from = (objects[rows[b]!]! * frameCount + views[rows[b]!]!) * pixels;
    images.set(frames.subarray(from, from + pixels), b * pixels);
  }
  return images;
}

/** Rows of (n, width) in the order that is asked for. */
export function rowsOf(
  values: Float32Array,
  width: number,
  rows: ArrayLike<number>,
): Float32Array {
  const result = new Float32Array(rows.length * width);
  for (let b = 0; b < rows.length; b++) {
    result.set(values.subarray(rows[b]! * width, (rows[b]! + 1) * width), b * width);
  }
  return result;
}

/** One sample of every code: mean + deviation · noise. */
export function sampleCodes({ mean, deviation }: Codes, noise: Float32Array): Matrix {
  const data = mean.data.map((value, i) => value + deviation[i]! * noise[i]!);
  return matrix(mean.rows, mean.columns, data);
}

/** Standard normal numbers, one for each number of the codes. */
export function codeNoise(key: Key, { mean }: Codes): Float32Array {
  return normal(key, mean.data.length);
}

/** Runs the trained networks, by their running statistics; compiles each direction once. */
export class CodeNetworks {
  readonly #backend: Backend;
  readonly #settings: GppvaeSettings;
  readonly #chunk: number;
  readonly #compiled = new Map<string, Promise<CompiledStep>>();
  /** Seconds spent compiling. */
  compilationSeconds = 0;

  /** @param chunk images that are run at once */
  constructor(backend: Backend, settings: GppvaeSettings, chunk: number) {
    this.#backend = backend;
    this.#settings = settings;
    this.#chunk = chunk;
  }

  async #get(name: string, state: HostArrays, step: Step, input: TensorSpecs) {
    let compiled = this.#compiled.get(name);
    if (!compiled) {
      const specs = Object.entries(withoutMoments(state))
        .map(([key, { shape }]) => [key, { shape }] as const);
      compiled = this.#backend.compile(step, { ...Object.fromEntries(specs), ...input });
      this.#compiled.set(name, compiled);
      this.compilationSeconds += (await compiled).seconds;
    }
    return await compiled;
  }

  /** Codes of images (n, pixels). */
  async encode(state: HostArrays, images: Float32Array): Promise<Codes> {
    const { observation: { height, width }, codeDimensions } = this.#settings;
    const shape = [this.#chunk, height, width];
    const step = await this.#get("encode", state, (inputs) => {
      const params = under(PREFIXES.params, inputs);
      const statistics = under(PREFIXES.state, inputs);
      const { gaussian } = encodeCodes(params, statistics, inputs.images!, "running");
      return { mean: gaussian.mean, logVariance: gaussian.logVariance };
    }, { images: { shape } });
    const rows = images.length / (height * width);
    const mean = matrix(rows, codeDimensions);
    const deviation = new Float64Array(mean.data.length);
    for (const { from, count, data } of this.#chunks(images, height * width)) {
      const outputs = await step.run({ ...state, images: { shape, data } });
      for (let i = 0; i < count * codeDimensions; i++) {
        mean.data[from * codeDimensions + i] = outputs.mean!.data[i]!;
        deviation[from * codeDimensions + i] = Math.exp(0.5 * outputs.logVariance!.data[i]!);
      }
    }
    return { mean, deviation };
  }

  /** Images (n, pixels) of codes (n, L). */
  async decode(state: HostArrays, codes: Matrix): Promise<Float32Array> {
    const { observation: { height, width }, codeDimensions } = this.#settings;
    const shape = [this.#chunk, codeDimensions];
    const step = await this.#get("decode", state, (inputs) => {
      const params = under(PREFIXES.params, inputs);
      const statistics = under(PREFIXES.state, inputs);
      return {
        images: decodeCodes(params, statistics, inputs.codes!, this.#settings, "running").mean,
      };
    }, { codes: { shape } });
    const pixels = height * width;
    const images = new Float32Array(codes.rows * pixels);
    for (
      const { from, count, data } of this.#chunks(Float32Array.from(codes.data), codeDimensions)
    ) {
      const outputs = await step.run({ ...state, codes: { shape, data } });
      const decoded = outputs.images!.data.subarray(0, count * pixels);
      images.set(decoded as Float32Array, from * pixels);
    }
    return images;
  }

  /** Pieces of the size that was compiled; the last one ends with zeros. */
  *#chunks(
    values: Float32Array,
    width: number,
  ): Generator<{ from: number; count: number; data: Float32Array }> {
    const rows = values.length / width;
    for (let from = 0; from < rows; from += this.#chunk) {
      const count = Math.min(this.#chunk, rows - from);
      const data = new Float32Array(this.#chunk * width);
      data.set(values.subarray(from * width, (from + count) * width));
      yield { from, count, data };
    }
  }

  /** Frees native memory. */
  async dispose(): Promise<void> {
    for (const step of this.#compiled.values()) await (await step).dispose();
    this.#compiled.clear();
  }
}
