/**
 * Training of DDPAE on sequences of square images.
 *
 * @module
 */
import { observedFrames, type Sequences } from "../../data/sequences.ts";
import { fold, integers, type Key, permutation, rootKey } from "../../data/random/mod.ts";
import type { HostArrays } from "../backend/tensors.ts";
import { batchNormStateSpecs } from "../networks/frames.ts";
import { initialise } from "../nn/init.ts";
import { firstOf, timeMajor } from "../training/contexts.ts";
import { gradientTraining } from "../training/gradient_training.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import { CompiledPredictions, minibatches } from "../training/network_training.ts";
import { normalDraws } from "../training/noise.ts";
import { adam, ADAM_DEFAULTS } from "../training/optimisers.ts";
import type { SequenceData, SequenceModel, SequenceQuery } from "../training/sequences.ts";
import { parseSettings } from "../training/settings.ts";
import { ddpaeLoss, noiseSpecs } from "./loss.ts";
import { parameterSpecs } from "./networks.ts";
import { Predictor } from "./prediction.ts";
import { DDPAE_SETTINGS, type DdpaeModel, type DdpaeSettings } from "./settings.ts";

const perFrame = { unit: "nats per frame", direction: "lower" } as const;
const curves: CurveDescriptions = {
  loss: { label: "negative lower bound of log p(x)", ...perFrame },
  reconstruction: { label: "log p(x | z)", unit: "nats per frame", direction: "higher" },
  poseKl: { label: "KL divergence of poses", ...perFrame },
  contentKl: { label: "KL divergence of contents", ...perFrame },
  validationMse: {
    label: "MSE of the predicted frames of validation sequences",
    unit: "per pixel",
    direction: "lower",
  },
};

/** Sides of frames are powers of 2 from here on: an object's networks have a convolution. */
const LEAST_SIDE = 16;

function checkData(
  { batchSize, contextFrames, predictedFrames }: DdpaeSettings,
  { train, validation }: SequenceData,
): void {
  const refuse = (rule: string) => {
    throw new RangeError(`Cannot train DDPAE: ${rule}`);
  };
  if (batchSize > train.count) {
    refuse(`batchSize must be at most the ${train.count} training sequences, is ${batchSize}`);
  }
  if (validation.count < 1) refuse("there must be a validation sequence, got none");
  const [height, width] = train.frameShape;
  const doublings = Math.log2(height! / LEAST_SIDE);
  const isSquare = train.frameShape.length === 2 && height === width;
  if (!isSquare || !Number.isInteger(doublings) || doublings < 0) {
    refuse(
      `frames must be square images whose side is a power of 2 from ${LEAST_SIDE} on, are ` +
        train.frameShape.join("×"),
    );
  }
  const [wanted, given] = [String(train.frameShape), String(validation.frameShape)];
  if (given !== wanted) {
    refuse(`validation's frameShape must be ${wanted} as in training, is ${given}`);
  }
  const window = contextFrames + predictedFrames;
  for (const sequences of [train, validation]) {
    if (window > sequences.observedCount) {
      refuse(
        `contextFrames and predictedFrames together must be at most the ${sequences.observedCount} ` +
          `observed frames, are ${window}`,
      );
    }
    for (let s = 0; s < sequences.count; s++) {
      firstOf(observedFrames(sequences, s), "train DDPAE: observed frames");
    }
  }
}

/** Mean squared error of the predicted frames of sequences from their first observed frames. */
async function futureMse(
  predictor: Predictor,
  sequences: Sequences,
  { contextFrames, predictedFrames }: DdpaeSettings,
): Promise<number> {
  const first = (s: number) => observedFrames(sequences, s)[0]!;
  const { made } = await predictor.path(sequences, first, contextFrames, predictedFrames);
  const indices = Array.from({ length: sequences.count }, (_, s) => s);
  const later = timeMajor(sequences, indices, (s) => first(s) + contextFrames, predictedFrames);
  const from = made.length - later.data.length;
  return later.data.reduce((sum, value, i) => sum + (made[from + i]! - value) ** 2, 0) /
    later.data.length;
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startDdpae(
  task: TrainingTask<SequenceData, SequenceModel>,
): Promise<Trainer<SequenceModel>> {
  const settings = parseSettings("DDPAE", DDPAE_SETTINGS, task.settings);
  const { train, validation } = task.data;
  const { batchSize, contextFrames, predictedFrames, epochs, learningRate, lateRate } = settings;
  checkData(settings, task.data);
  const side = train.frameShape[0]!;
  const model: DdpaeModel = { ...settings, side };
  const backend = await task.backend();
  const key = fold(rootKey(task.seed), "ddpae");
  const predictions = new CompiledPredictions(backend);
  const length = contextFrames + predictedFrames;
  const noise = noiseSpecs(model, length, batchSize);
  const starts = train.observedCount - length + 1;
  const specs = parameterSpecs(model);
  const predictor = (arrays: HostArrays) => new Predictor(predictions, model, arrays, key);
  const windows = (rows: Int32Array, of: Key): HostArrays => {
    const start = integers(fold(of, "start"), rows.length, starts);
    const first = (s: number, i: number) => observedFrames(train, s)[0]! + start[i]!;
    return { frames: timeMajor(train, rows, first, length), ...normalDraws(of, noise) };
  };

  return gradientTraining<SequenceModel>({
    backend,
    params: initialise(fold(key, "parameters"), specs),
    state: initialise(key, batchNormStateSpecs(specs)),
    optimiser: adam({ ...ADAM_DEFAULTS, beta1: 0.5 }),
    epochs,
    curves,
    epoch: (epoch) => ({
      kind: "step",
      loss: ddpaeLoss(model, contextFrames),
      shapes: { frames: { shape: [length, batchSize, side, side] }, ...noise },
      batches: minibatches(permutation(fold(key, "order", epoch), train.count), batchSize),
      learningRate: () => learningRate * (epoch < Math.floor(epochs / 2) ? 1 : lateRate),
      inputs: (rows, step) => windows(rows, fold(key, "step", step)),
    }),
    validation: {
      every: settings.validationEvery,
      criteria: ["future"],
      reported: ["validationMse"],
      measure: async (arrays) => {
        const validationMse = await futureMse(predictor(arrays), validation, settings);
        return { future: -validationMse, validationMse };
      },
    },
    watch: task.watch,
    watchEvery: settings.testEvery,
    live: (arrays) => predictor(arrays),
    trained: ({ selected, last }) => {
      const { future } = selected;
      const main = predictor(future!.arrays);
      return {
        predict: (query) => main.predict(query),
        components: (query) => main.components(query),
        draws: settings.posteriorSamples,
        variants: [{
          name: "Last",
          label: "parameters of the last epoch",
          predict: (query: SequenceQuery) => predictor(last).predict(query),
        }],
        facts: [{
          name: "validationMse",
          label: "MSE of the selected epoch's predictions of validation sequences",
          value: -future!.value,
          unit: "per pixel",
          direction: "lower",
        }],
      };
    },
    compilationSeconds: () => predictions.compilationSeconds,
    dispose: () => predictions.dispose(),
  });
}
