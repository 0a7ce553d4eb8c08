/**
 * What every contestant computes: training steps of ODE2VAE-KL at one size, all from the same parameters, on the same
 * minibatch and with the same noise.
 *
 * @module
 */
import { buildRotatingMnist, turnedDigits } from "../../data/rotating_mnist.ts";
import { BILINEAR } from "../../data/rotation_recipe.ts";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { fold, type Key, normal, rootKey } from "../../data/random/mod.ts";
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";
import { weightCount } from "../../models/nn/bayesian_mlp.ts";
import { init } from "../../models/ode2vae/initialise.ts";
import { fieldWidths } from "../../models/ode2vae/settings.ts";
import { observedBatch } from "../../models/training/sequences.ts";
import { movingDiscs, smoothCurves } from "./generated_frames.ts";
import { type Size, SIZES } from "./sizes.ts";

const KEY: Key = fold(rootKey(0), "speed");

/** Names of the inputs that are no parameters. */
export const BATCH_INPUTS: readonly string[] = Object.freeze([
  ...["frames", "selection", "noise/initial", "noise/weights"],
]);

/** Batch-norm state at the start, which PyTorch's step has no use for: it never evaluates. */
export function initialState({ settings }: Size): HostArrays {
  return init(fold(KEY, "parameters"), settings).state;
}

/** Trainable numbers of a model. */
export function parameterCount({ settings }: Size): number {
  return Object.values(init(fold(KEY, "parameters"), settings).params)
    .reduce((sum, { data }) => sum + data.length, 0);
}

/**
 * Every parameter by name, and the minibatch: `frames` (B, L, 28, 28) of drawn threes in [0, 1], (B, L, 32, 32) of moving
 * discs or (B, L, 50) of smooth curves, `selection` (B, L, G), `noise/initial` (B, 2q), `noise/weights` (n).
 *
 * @param size one of the sizes, or one with fewer sequences and frames
 * @throws RangeError when the number of sequences is no whole number >= 1, or the frames do not fit the grid
 */
export async function workload(size: Size = SIZES.rmnist): Promise<HostArrays> {
  const { settings, sequences } = size;
  const q = settings.latentDimensions;
  const weights = weightCount(fieldWidths(settings));
  return {
    ...init(fold(KEY, "parameters"), settings).params,
    ...await batch(size),
    "noise/initial": {
      shape: [sequences, 2 * q],
      data: normal(fold(KEY, "initial"), sequences * 2 * q),
    },
    "noise/weights": { shape: [weights], data: normal(fold(KEY, "weights"), weights) },
  };
}

/** `frames` and `selection` of a minibatch. */
async function batch(size: Size): Promise<Record<"frames" | "selection", HostArray>> {
  const { name, settings: { observation }, sequences, frames } = size;
  if (name === "rmnist") return await rotatedThrees(size);
  const [shape, data] = observation.kind === "image"
    ? [
      [observation.height, observation.width],
      movingDiscs(fold(KEY, "discs"), sequences, frames, observation.height),
    ] as const
    : [
      [observation.dimensions],
      smoothCurves(fold(KEY, "curves"), sequences, frames, observation.dimensions),
    ] as const;
  return {
    frames: { shape: [sequences, frames, ...shape], data },
    selection: everyState(size),
  };
}

/** The first observed angles of drawn threes. */
async function rotatedThrees(
  { sequences, frames: length, grid }: Size,
): Promise<Record<"frames" | "selection", HostArray>> {
  const digits = turnedDigits(proceduralThrees(sequences + 1), "procedural", BILINEAR);
  const data = await buildRotatingMnist(digits, { train: sequences, validation: 1 });
  const { height, width, frameCount, observedCount } = data;
  const set = { ...data.train, frameCount, observedCount, pixels: height * width };
  const all = Int32Array.from({ length: sequences }, (_, i) => i);
  const { frames, selection } = observedBatch(set, all, length, grid);
  return {
    frames: { shape: [sequences, length, height, width], data: frames.data },
    selection,
  };
}

/** The selection where frame l is grid point l: (B, L, G), one-hot. */
function everyState({ sequences, frames, grid }: Size): HostArray {
  if (frames > grid) {
    throw new RangeError(
      `Cannot build a minibatch: its frames must fit the grid of ${grid} points: current value is ${frames}`,
    );
  }
  const data = new Float32Array(sequences * frames * grid);
  for (let row = 0; row < sequences * frames; row++) data[row * grid + row % frames] = 1;
  return { shape: [sequences, frames, grid], data };
}
