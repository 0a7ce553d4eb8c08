/**
 * Training runs on which two backends are compared: the minibatch stays, the noise of each step is its own.
 *
 * @module
 */
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { fold, type Key, normal, rootKey, uniform } from "../../data/random/mod.ts";
import { buildRotatingMnist, turnedDigits } from "../../data/rotating_mnist.ts";
import { BILINEAR } from "../../data/rotation_recipe.ts";
import type { TensorSpecs } from "../../models/backend/backend.ts";
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";
import { adamRate } from "../../models/training/optimisers.ts";
import { weightCount } from "../../models/nn/bayesian_mlp.ts";
import { init } from "../../models/ode2vae/initialise.ts";
import {
  fieldWidths,
  MOCAP_MANY_SETTINGS,
  type Ode2vaeSettings,
  RMNIST_SETTINGS,
} from "../../models/ode2vae/settings.ts";
import {
  type BatchShape,
  frameShape,
  initialTrainingState,
  trainingInputs,
} from "../../models/ode2vae/training_step.ts";
import { observedBatch } from "../../models/training/sequences.ts";

/** Sizes of the models that are compared. */
export const AGREEMENT_SIZES = ["tiny", "rmnist"] as const;

/** One of {@link AGREEMENT_SIZES}. */
export type AgreementSize = typeof AGREEMENT_SIZES[number];

/** A training run. */
export interface AgreementCase {
  /** What is trained, in a word. */
  readonly label: string;
  /** The model. */
  readonly settings: Ode2vaeSettings;
  /** Inputs of the training step. */
  readonly specs: TensorSpecs;
  /** What is carried from step to step, at its start. */
  readonly state: HostArrays;
  /** All other inputs of step `step`, 0-based. */
  readonly inputs: (step: number) => HostArrays;
}

const KEY: Key = fold(rootKey(0), "agreement");

/** 4×4 images, one frame for the velocity, relu. */
const TINY_IMAGES: Ode2vaeSettings = Object.freeze<Ode2vaeSettings>({
  ...RMNIST_SETTINGS,
  observation: {
    kind: "image",
    height: 4,
    width: 4,
    encoderFilters: 2,
    decoderBase: [1, 1, 3],
    decoderLayers: [
      { kernelSize: 2, stride: 2, padding: "valid", channels: 4 },
      { kernelSize: 5, stride: 2, padding: "same", channels: 2 },
      { kernelSize: 5, stride: 1, padding: "same", channels: 1 },
    ],
  },
  latentDimensions: 2,
  fieldHidden: 6,
  stepsPerFrame: 2,
});

/** Vectors of three numbers, two frames for the velocity, tanh. */
const TINY_VECTORS: Ode2vaeSettings = Object.freeze<Ode2vaeSettings>({
  ...MOCAP_MANY_SETTINGS,
  observation: { kind: "vector", dimensions: 3, hidden: 5 },
  latentDimensions: 2,
  fieldHidden: 6,
  velocityFrames: 2,
  stepsPerFrame: 2,
});

type Frames = { readonly frames: HostArray; readonly selection: HostArray };

function agreementCase(
  label: string,
  settings: Ode2vaeSettings,
  shape: BatchShape,
  batch: Frames,
): AgreementCase {
  const { params, state: statistics } = init(fold(KEY, "parameters"), settings);
  const state = initialTrainingState(params, statistics);
  const { sequences } = shape;
  const q = settings.latentDimensions;
  const weights = weightCount(fieldWidths(settings));
  return {
    label,
    settings,
    state,
    specs: trainingInputs(state, shape, settings),
    inputs(step) {
      const key = fold(KEY, "noise", step);
      const rate = adamRate(settings.optimisation.learningRate, step + 1);
      return {
        ...batch,
        "noise/initial": {
          shape: [sequences, 2 * q],
          data: normal(fold(key, "initial"), sequences * 2 * q),
        },
        "noise/weights": { shape: [weights], data: normal(fold(key, "weights"), weights) },
        rate: { shape: [], data: Float32Array.of(rate) },
      };
    },
  };
}

/** Six sequences of four frames of noise at irregular times. */
function tinyCase(label: string, settings: Ode2vaeSettings): AgreementCase {
  const shape = { sequences: 6, length: 4, grid: 6 };
  const { sequences, length, grid } = shape;
  const frame = frameShape(settings);
  const size = frame.reduce((product, side) => product * side, sequences * length);
  const selection = new Float32Array(sequences * length * grid);
  const offsets = [[0, 1, 3, 5], [0, 2, 3, 4], [0, 1, 2, 4]];
  for (let row = 0; row < sequences * length; row++) {
    const sequence = Math.floor(row / length);
    selection[row * grid + offsets[sequence % offsets.length]![row % length]!] = 1;
  }
  return agreementCase(label, settings, shape, {
    frames: { shape: [sequences, length, ...frame], data: uniform(fold(KEY, "frames"), size) },
    selection: { shape: [sequences, length, grid], data: selection },
  });
}

/** The paper's minibatch of rotated threes, drawn ones. */
async function rotatingMnist(): Promise<AgreementCase> {
  const shape = { sequences: RMNIST_SETTINGS.optimisation.batchSize, length: 11, grid: 16 };
  const { sequences } = shape;
  const digits = turnedDigits(proceduralThrees(sequences + 1), "procedural", BILINEAR);
  const data = await buildRotatingMnist(digits, { train: sequences, validation: 1 });
  const { height, width, frameCount, observedCount } = data;
  const set = { ...data.train, frameCount, observedCount, pixels: height * width };
  const all = Int32Array.from({ length: sequences }, (_, i) => i);
  const batch = observedBatch(set, all, shape.length, shape.grid);
  return agreementCase("rotating MNIST", RMNIST_SETTINGS, shape, batch);
}

/** Training runs of a size, all of ODE2VAE-KL. */
export async function agreementCases(size: AgreementSize): Promise<readonly AgreementCase[]> {
  return size === "rmnist"
    ? [await rotatingMnist()]
    : [tinyCase("images", TINY_IMAGES), tinyCase("vectors", TINY_VECTORS)];
}
