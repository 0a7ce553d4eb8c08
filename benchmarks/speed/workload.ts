/**
 * What every contestant computes: training steps of ODE2VAE-KL at one size, all from the same parameters, on the same
 * minibatch and with the same noise; and the suite's own step on it.
 *
 * Frames of data sets that would be a download or a simulation of their own are generated: for a step's speed only their
 * shape and scale matter.
 *
 * @module
 */
import { buildRotatingMnist, turnedDigits } from "../../data/rotating_mnist.ts";
import { BILINEAR } from "../../data/rotation_recipe.ts";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { fold, type Key, normal, rootKey, uniform } from "../../data/random/mod.ts";
import type { Backend } from "../../models/backend/backend.ts";
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";
import { adam, adamRate } from "../../models/training/optimisers.ts";
import { weightCount } from "../../models/nn/bayesian_mlp.ts";
import { init } from "../../models/ode2vae/initialise.ts";
import { fieldWidths } from "../../models/ode2vae/settings.ts";
import { trainingInputs, trainingStep } from "../../models/ode2vae/training_step.ts";
import { frameShape } from "../../models/networks/observation.ts";
import { PREFIXES, under, valueCount } from "../../models/training/arrays.ts";
import { initialTrainingState } from "../../models/training/network_training.ts";
import { observedBatch } from "../../models/training/sequences.ts";
import type { StepReport } from "./processes.ts";
import { type Size, SIZES } from "./sizes.ts";

const KEY: Key = fold(rootKey(0), "speed");

/** Names of the inputs that are no parameters. */
export const BATCH_INPUTS: readonly string[] = Object.freeze([
  ...["frames", "selection", "noise/initial", "noise/weights"],
]);

/** Splits a workload's arrays into parameters and the minibatch with its noise. */
export function splitInputs(
  inputs: HostArrays,
): { readonly params: HostArrays; readonly batch: HostArrays } {
  const pick = (isBatch: boolean) =>
    Object.fromEntries(
      Object.entries(inputs).filter(([name]) => BATCH_INPUTS.includes(name) === isBatch),
    );
  return { params: pick(false), batch: pick(true) };
}

type Model = Pick<Size, "settings">;
type Frames = Readonly<Record<"frames" | "selection", HostArray>>;

/** Initial parameters. */
export function initialParameters({ settings }: Model, key: Key = KEY): HostArrays {
  return init(fold(key, "parameters"), settings).params;
}

/** Batch-norm state at the start; the peers in Python do without, as they never evaluate. */
export function initialState({ settings }: Model): HostArrays {
  return init(KEY, settings).state;
}

/** Trainable numbers of a model. */
export function parameterCount(model: Model): number {
  return valueCount(initialParameters(model));
}

/** `noise/initial` (B, 2q) and `noise/weights` (n) of a step. */
export function stepNoise(key: Key, { settings }: Model, sequences: number): HostArrays {
  const noise = (name: string, ...shape: readonly number[]): HostArray => ({
    shape,
    data: normal(fold(key, name), shape.reduce((product, n) => product * n, 1)),
  });
  return {
    "noise/initial": noise("initial", sequences, 2 * settings.latentDimensions),
    "noise/weights": noise("weights", weightCount(fieldWidths(settings))),
  };
}

/**
 * Every parameter by name, and the minibatch: `frames` (B, L, 28, 28) of drawn threes in [0, 1], (B, L, 32, 32) of moving
 * discs or (B, L, 50) of smooth curves, `selection` (B, L, G), `noise/initial` (B, 2q), `noise/weights` (n).
 *
 * @param size one of the sizes, or one with fewer sequences and frames
 * @throws RangeError when the number of sequences is no whole number >= 1, or the frames do not fit the grid
 */
export async function workload(size: Size = SIZES.rmnist): Promise<HostArrays> {
  return {
    ...initialParameters(size),
    ...(size.name === "rmnist" ? await rotatedThrees(size) : generatedFrames(size)),
    ...stepNoise(KEY, size, size.sequences),
  };
}

/** `frames` and `selection` of the first observed angles of drawn threes. */
export async function rotatedThrees(
  { sequences, frames: length, grid }: Omit<Size, "name">,
): Promise<Frames> {
  const digits = turnedDigits(proceduralThrees(sequences + 1), "procedural", BILINEAR);
  const data = await buildRotatingMnist(digits, { train: sequences, validation: 1 });
  const all = Int32Array.from({ length: sequences }, (_, i) => i);
  return { ...observedBatch(data.train, all, { length, grid }) };
}

/** `frames` and `selection` of generated images or vectors; frame l is grid point l. */
function generatedFrames({ settings, sequences, frames, grid }: Size): Frames {
  if (frames > grid) {
    throw new RangeError(
      `Cannot build a minibatch: its frames must fit the grid of ${grid} points, is ${frames}`,
    );
  }
  const selection = new Float32Array(sequences * frames * grid);
  for (let row = 0; row < sequences * frames; row++) selection[row * grid + row % frames] = 1;
  const { observation } = settings;
  const data = observation.kind === "image"
    ? movingDiscs(fold(KEY, "discs"), sequences, frames, observation.height)
    : smoothCurves(fold(KEY, "curves"), sequences, frames, observation.dimensions);
  return {
    frames: { shape: [sequences, frames, ...frameShape(observation)], data },
    selection: { shape: [sequences, frames, grid], data: selection },
  };
}

const DISCS = 3;
/** Waves of which a curve is the sum. */
const WAVES = 4;

/**
 * Images of three soft discs, each of which swings along an ellipse: (sequences, frames, side, side) in [0, 1]. The
 * discs' profile, min(1, Σ exp(−(d²/r²)⁴)), and their share of the image are those of the bouncing balls.
 */
export function movingDiscs(
  key: Key,
  sequences: number,
  frames: number,
  side: number,
): Float32Array {
  const images = new Float32Array(sequences * frames * side * side);
  const phases = uniform(fold(key, "phases"), sequences * DISCS * 2);
  const speeds = uniform(fold(key, "speeds"), sequences * DISCS * 2);
  const radius = 0.12 * side;
  // Along one axis: from one wall to the other and back, once in 30 to 90 frames, so at most 3 pixels of 32 a frame.
  const place = (i: number, frame: number) => {
    const angle = 2 * Math.PI * (phases[i]! + frame * (1 + 2 * speeds[i]!) / 90);
    return side / 2 + (side / 2 - radius) * Math.sin(angle);
  };
  for (let at = 0; at < images.length; at++) {
    const [x, y] = [at % side, Math.floor(at / side) % side];
    const frame = Math.floor(at / side ** 2) % frames;
    const first = Math.floor(at / (side ** 2 * frames)) * DISCS;
    let sum = 0;
    for (let disc = first; disc < first + DISCS; disc++) {
      const [dx, dy] = [x + 0.5 - place(2 * disc, frame), y + 0.5 - place(2 * disc + 1, frame)];
      sum += Math.exp(-(((dx * dx + dy * dy) / radius ** 2) ** 4));
    }
    images[at] = Math.min(1, sum);
  }
  return images;
}

/**
 * Smooth curves, sums of a few waves of periods from 40 frames (a stride at 120 Hz takes about 130) on, each of standard
 * deviation 1: (sequences, frames, dimensions).
 */
export function smoothCurves(
  key: Key,
  sequences: number,
  frames: number,
  dimensions: number,
): Float32Array {
  const curves = new Float32Array(sequences * frames * dimensions);
  const amplitudes = normal(fold(key, "amplitudes"), sequences * dimensions * WAVES * 2);
  for (let at = 0; at < curves.length; at++) {
    const [frame, dimension] = [Math.floor(at / dimensions) % frames, at % dimensions];
    const curve = Math.floor(at / (dimensions * frames)) * dimensions + dimension;
    let sum = 0;
    for (let wave = 0; wave < WAVES; wave++) {
      const angle = 2 * Math.PI * (wave + 1) * frame / (40 * WAVES);
      const i = 2 * (curve * WAVES + wave);
      sum += amplitudes[i]! * Math.sin(angle) + amplitudes[i + 1]! * Math.cos(angle);
    }
    curves[at] = sum / Math.sqrt(WAVES);
  }
  return curves;
}

/** The suite's own compiled training step with its minibatch, at the parameters that the last step left. */
export interface OwnStep {
  /** Seconds of compilation. */
  readonly compileSeconds: number;
  /** Operations of the compiled graph, loop bodies counted once. */
  readonly nodeCount: number;
  /** Makes one step: loss, gradients and Adam update. @param noise in place of the workload's */
  step(noise?: HostArrays): Promise<StepReport>;
  /** Parameters after the last step. */
  params(): Promise<HostArrays>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * Compiles the suite's training step in this process.
 *
 * @param inputs parameters, minibatch and noise by name, as {@link workload} makes them
 */
export async function ownStep(
  backend: Backend,
  model: Model,
  inputs: HostArrays,
): Promise<OwnStep> {
  const { settings } = model;
  const { params, batch } = splitInputs(inputs);
  const [sequences, length, grid] = batch.selection!.shape as [number, number, number];
  const state = initialTrainingState(params, initialState(model), adam());
  const specs = trainingInputs(state, { sequences, length, grid }, settings);
  const carried = Object.keys(state);
  const compiled = await backend.compile(trainingStep(settings), specs, { carried });
  await compiled.start(state);
  let steps = 0;
  return {
    compileSeconds: compiled.seconds,
    nodeCount: compiled.nodeCount,
    async step(noise = {}) {
      const start = performance.now();
      const rate = Float32Array.of(adamRate(settings.optimisation.learningRate, ++steps));
      const { loss } = await compiled.run({ ...batch, ...noise, rate: { shape: [], data: rate } });
      return { seconds: (performance.now() - start) / 1000, loss: loss!.data[0]! };
    },
    params: async () => under(PREFIXES.params, await compiled.state()),
    dispose: () => compiled.dispose(),
  };
}
