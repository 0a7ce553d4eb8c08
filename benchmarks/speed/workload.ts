/**
 * What every contestant computes: training steps of ODE2VAE-KL at the paper's rotating-MNIST setting, all from the same
 * parameters, on the same minibatch and with the same noise.
 *
 * @module
 */
import { buildRotatingMnist } from "../../data/rotating_mnist.ts";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { fold, type Key, normal, rootKey } from "../../data/random/mod.ts";
import type { HostArrays } from "../../models/backend/tensors.ts";
import { weightCount } from "../../models/nn/bayesian_mlp.ts";
import { init } from "../../models/ode2vae/initialise.ts";
import {
  fieldWidths,
  type Ode2vaeSettings,
  RMNIST_SETTINGS,
} from "../../models/ode2vae/settings.ts";
import { observedBatch } from "../trainers/observed_batch.ts";

/** The model that is timed. */
export const SETTINGS: Ode2vaeSettings = RMNIST_SETTINGS;
/** B: sequences of the paper's minibatch. */
export const SEQUENCES: number = SETTINGS.optimisation.batchSize;
/** L: frames of a sequence that training sees. */
export const LENGTH = 11;
/** G: angles of a full turn, the grid that the solver covers. */
export const GRID = 16;

const KEY: Key = fold(rootKey(0), "speed");

/** Batch-norm state at the start, which PyTorch's step has no use for: it never evaluates. */
export function initialState(): HostArrays {
  return init(fold(KEY, "parameters"), SETTINGS).state;
}

/**
 * Every parameter by name, and the minibatch: `frames` (B, L, 28, 28) of drawn threes in [0, 1], `selection` (B, L, G),
 * `noise/initial` (B, 2q), `noise/weights` (n).
 *
 * @param sequences B
 * @throws RangeError when it is not a whole number >= 1
 */
export async function workload(sequences: number = SEQUENCES): Promise<HostArrays> {
  const { params } = init(fold(KEY, "parameters"), SETTINGS);
  const data = await buildRotatingMnist(proceduralThrees(sequences + 1), "procedural", {
    train: sequences,
    validation: 1,
  });
  const { height, width, frameCount, observedCount } = data;
  const set = { ...data.train, frameCount, observedCount, pixels: height * width };
  const all = Int32Array.from({ length: sequences }, (_, i) => i);
  const { frames, selection } = observedBatch(set, all, LENGTH, GRID);
  const initial = sequences * 2 * SETTINGS.latentDimensions;
  const weights = weightCount(fieldWidths(SETTINGS));
  return {
    ...params,
    frames: { shape: [sequences, LENGTH, height, width], data: frames.data },
    selection,
    "noise/initial": {
      shape: [sequences, 2 * SETTINGS.latentDimensions],
      data: normal(fold(KEY, "initial"), initial),
    },
    "noise/weights": { shape: [weights], data: normal(fold(KEY, "weights"), weights) },
  };
}
