/**
 * Between images and latent codes: the observed images of all objects, their codes, and images of predicted codes.
 *
 * @module
 */
import { frameSize, observedFrames, type Sequences } from "../../data/sequences.ts";
import { type Key, normal } from "../../data/random/mod.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { type Matrix, matrix } from "../linalg/matrix.ts";
import type { CompiledPredictions } from "../training/network_training.ts";
import type { GppvaeFlatSettings } from "./settings.ts";
import { decodeCodes, encodeCodes } from "./networks.ts";
import type { Observations } from "./covariance.ts";
import type { GppvaeSettings } from "./settings.ts";

/** q(z | x) of n images. */
export interface Codes {
  /** Means (n, L). */
  readonly mean: Matrix;
  /** Standard deviations (n, L). */
  readonly deviation: Float64Array;
}

/**
 * Objects and angles of images, sequence by sequence.
 *
 * @param viewAngles "true" ones, or "equal" steps of a full turn, by which no two frames show the same view
 * @param context frames of each sequence; the observed ones by default
 * @throws RangeError where frames are not of turned objects
 */
export function observationsOf(
  sequences: Sequences,
  viewAngles: GppvaeFlatSettings["viewAngles"] = "true",
  context: (sequence: number) => ArrayLike<number> = (s) => observedFrames(sequences, s),
): Observations {
  const { count, degrees, frameCount } = sequences;
  if (degrees === undefined) {
    throw new RangeError(
      "Cannot train GPPVAE: the angle of each frame must be known, these frames have none",
    );
  }
  const turns = viewAngles === "true"
    ? degrees.map((angle) => angle / 360)
    : degrees.map((_, q) => q / frameCount);
  const frames = Array.from({ length: count }, (_, s) => Array.from(context(s)));
  return {
    objects: Int32Array.from(frames.flatMap((own, s) => own.map(() => s))),
    views: Int32Array.from(frames.flat()),
    objectCount: count,
    angles: Float64Array.from(turns, (turn) => 2 * Math.PI * turn),
  };
}

/** Images (rows, pixels) of some observations. */
export function observedImages(
  sequences: Sequences,
  { objects, views }: Observations,
  rows: ArrayLike<number>,
): Float32Array {
  const { frames, frameCount } = sequences;
  const pixels = frameSize(sequences);
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

/** Runs the trained networks, by their running statistics. */
export class CodeNetworks {
  constructor(
    private readonly predictions: CompiledPredictions,
    private readonly settings: GppvaeSettings,
    /** Images that are run at once. */
    private readonly chunk: number,
  ) {}

  /** Codes of images (n, pixels). */
  async encode(arrays: HostArrays, images: Float32Array): Promise<Codes> {
    const { observation: { height, width }, codeDimensions } = this.settings;
    const mean = matrix(images.length / (height * width), codeDimensions);
    const deviation = new Float64Array(mean.data.length);
    await this.#run(
      ["encode", arrays, images, [height, width]],
      (params, state, inputs) => {
        const { gaussian } = encodeCodes(params, state, inputs.encode!, this.settings, "running");
        return { mean: gaussian.mean, logVariance: gaussian.logVariance };
      },
      (outputs, from, count) => {
        for (let i = 0; i < count * codeDimensions; i++) {
          mean.data[from * codeDimensions + i] = outputs.mean!.data[i]!;
          deviation[from * codeDimensions + i] = Math.exp(0.5 * outputs.logVariance!.data[i]!);
        }
      },
    );
    return { mean, deviation };
  }

  /** Images (n, pixels) of codes (n, L). */
  async decode(arrays: HostArrays, codes: Matrix): Promise<Float32Array> {
    const { observation: { height, width }, codeDimensions } = this.settings;
    const pixels = height * width;
    const images = new Float32Array(codes.rows * pixels);
    await this.#run(
      ["decode", arrays, Float32Array.from(codes.data), [codeDimensions]],
      (params, state, inputs) => ({
        images: decodeCodes(params, state, inputs.decode!, this.settings, "running").mean,
      }),
      (outputs, from, count) => {
        const decoded = outputs.images!.data.subarray(0, count * pixels);
        images.set(decoded as Float32Array, from * pixels);
      },
    );
    return images;
  }

  /** Runs a step on pieces of the size that is compiled; the last one ends with zeros. */
  async #run(
    [name, arrays, values, shape]: [string, HostArrays, Float32Array, readonly number[]],
    step: (params: Tensors, state: Tensors, inputs: Tensors) => Tensors,
    take: (outputs: HostArrays, from: number, count: number) => void,
  ): Promise<void> {
    const { chunk } = this;
    const width = shape.reduce((product, length) => product * length, 1);
    const rows = values.length / width;
    for (let from = 0; from < rows; from += chunk) {
      const count = Math.min(chunk, rows - from);
      const data = new Float32Array(chunk * width);
      data.set(values.subarray(from * width, (from + count) * width));
      const input = { [name]: { shape: [chunk, ...shape], data } };
      take(await this.predictions.run(name, step, arrays, input), from, count);
    }
  }
}
