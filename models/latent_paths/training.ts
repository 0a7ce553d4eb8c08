/**
 * Training of a model of latent paths on sequences with or without missing frames.
 *
 * @module
 */
import { fold, integers, permutation, rootKey } from "../../data/random/mod.ts";
import type { Sequences } from "../../data/sequences.ts";
import type { HostArrays } from "../backend/tensors.ts";
import { shapesOf } from "../training/arrays.ts";
import { gradientTraining } from "../training/gradient_training.ts";
import type { Trainer, TrainingTask } from "../training/method.ts";
import { CompiledPredictions, minibatches } from "../training/network_training.ts";
import { drawNoise, noiseSpecs } from "../training/noise.ts";
import { adam, clipped } from "../training/optimisers.ts";
import {
  observedBatch,
  type SequenceData,
  type SequenceModel,
  type SequencePredictor,
  type SequenceQuery,
} from "../training/sequences.ts";
import type { PathModel } from "./model.ts";
import { PathPredictor } from "./predictor.ts";
import { learningRate, type PathFlatSettings, trainedFrames } from "./settings.ts";

/** Checks that the data are of one kind, and that minibatches and the encoder's windows fit them. */
function checkData(
  { name, encoded }: PathModel,
  { batchSize, windowFrames = 0 }: PathFlatSettings,
  data: SequenceData,
): void {
  const { train, validation } = data;
  if (batchSize > train.count) {
    throw new RangeError(
      `Cannot train ${name}: batchSize must be at most the ${train.count} training sequences, is ` +
        batchSize,
    );
  }
  if (validation.count < 1) {
    throw new RangeError(`Cannot train ${name}: there must be a validation sequence, got none`);
  }
  const [wanted, given] = [String(train.frameShape), String(validation.frameShape)];
  if (given !== wanted) {
    throw new RangeError(
      `Cannot train ${name}: validation's frameShape must be ${wanted} as in training, is ${given}`,
    );
  }
  if (windowFrames > 0 && !(windowFrames > encoded.frames && windowFrames <= train.observedCount)) {
    throw new RangeError(
      `Cannot train ${name}: windowFrames must be above ${encoded.setting} and at most the ` +
        `${train.observedCount} observed frames, is ${windowFrames}`,
    );
  }
  if (encoded.frames >= train.observedCount && encoded.frames > 1) {
    throw new RangeError(
      `Cannot train ${name}: ${encoded.setting} must be below the ${train.observedCount} observed ` +
        `frames, is ${encoded.frames}`,
    );
  }
  const consecutive = ({ observed, observedCount }: Sequences) =>
    observed.every((frame, i) => i % observedCount === 0 || frame === observed[i - 1]! + 1);
  // A window of frames some of which are missing has no constant interval.
  if (encoded.frames > 1 && !(consecutive(train) && consecutive(validation))) {
    throw new RangeError(
      `Cannot train ${name}: ${encoded.setting} must be 1 where frames are missing, is ${encoded.frames}`,
    );
  }
}

/** Complete sequences, cut to as many frames as are observed. */
function firstFrames(sequences: Sequences): Sequences {
  const { observed, observedCount } = sequences;
  return { ...sequences, observed: observed.map((_, i) => i % observedCount) };
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startPathTraining(
  model: PathModel,
  flat: PathFlatSettings,
  task: TrainingTask<SequenceData, SequenceModel>,
): Promise<Trainer<SequenceModel>> {
  const { train, validation } = task.data;
  checkData(model, flat, task.data);
  const backend = await task.backend();
  const key = fold(rootKey(task.seed), model.stream);
  const { batchSize, timeOrigin, windowFrames = 0 } = flat;
  const { clipNorm, completeSelection = false, schedule } = model;
  const predictions = new CompiledPredictions(backend);
  const predictor = (arrays: HostArrays, statistics = flat.evaluationStatistics) =>
    new PathPredictor(predictions, model, arrays, statistics, fold(key, "posterior"));
  const completeValidation = firstFrames(validation);
  /** Frames of a sequence that an epoch trains on. */
  const lengthIn = (epoch: number) =>
    trainedFrames(flat, model.encoded.frames, epoch, train.observedCount);
  let length = train.observedCount;
  const likelihood = (arrays: HostArrays, sequences: Sequences) =>
    predictor(arrays).logLikelihood(
      sequences,
      timeOrigin,
      flat.validationLength === "trained" ? Math.min(length, sequences.observedCount) : undefined,
    );

  return gradientTraining<SequenceModel>({
    backend,
    ...model.initial(fold(key, "parameters")),
    optimiser: clipNorm === undefined ? adam() : clipped(adam(), clipNorm),
    epochs: flat.epochs,
    curves: {
      ...model.curves,
      validationLogLikelihood: {
        label: "validation log-likelihood",
        unit: "nats per frame",
        direction: "higher",
      },
    },
    epoch(epoch) {
      const { frameCount, observedCount, count } = train;
      length = lengthIn(epoch);
      // The grid holds that many observed frames wherever frames are missing.
      const grid = Math.min(frameCount, length + frameCount - observedCount);
      const order = permutation(fold(key, "order", flat.reshuffle ? epoch : 0), count);
      const shapes = model.inputs({ sequences: batchSize, length, grid });
      return {
        kind: length,
        loss: model.loss,
        shapes: { ...shapes, ...shapesOf(schedule?.(0) ?? {}) },
        batches: minibatches(order, batchSize),
        learningRate: (step) => learningRate(step, flat),
        inputs(rows, step) {
          const start = windowFrames > 0
            ? integers(fold(key, "window", step), rows.length, observedCount - windowFrames + 1)
            : undefined;
          return {
            ...observedBatch(train, rows, { length, grid, origin: timeOrigin, start }),
            ...drawNoise(fold(key, "noise", step), noiseSpecs(shapes)),
            ...schedule?.(step),
          };
        },
      };
    },
    validation: {
      every: flat.validationEvery,
      // The released code validates on complete sequences, also on frames that are missing.
      criteria: ["validationLogLikelihood", ...(completeSelection ? ["complete"] : [])],
      reported: ["validationLogLikelihood"],
      measure: async (arrays) => ({
        validationLogLikelihood: await likelihood(arrays, validation),
        ...(completeSelection ? { complete: await likelihood(arrays, completeValidation) } : {}),
      }),
    },
    averagedShare: flat.averagedShare,
    watch: task.watch,
    watchEvery: flat.testEvery,
    live: predictor,
    trained({ selected, averaged, last }) {
      const { arrays, value } = selected.validationLogLikelihood!;
      const variant = (name: string, label: string, of: SequencePredictor) => ({
        name,
        label,
        predict: (query: SequenceQuery) => of.predict(query),
      });
      const main = predictor(arrays);
      return {
        predict: (query) => main.predict(query),
        draws: flat.posteriorSamples,
        variants: [
          variant("Last", "parameters of the last epoch", predictor(last)),
          variant("Averaged", "mean parameters of the last epochs", predictor(averaged)),
          ...(selected.complete
            ? [variant(
              "CompleteSelection",
              "epoch selected on complete validation sequences",
              predictor(selected.complete.arrays),
            )]
            : []),
          ...(model.observation.kind === "image"
            ? [variant(
              "BatchStatistics",
              "batch norms by the test batch's statistics",
              predictor(arrays, "batch"),
            )]
            : []),
        ],
        facts: [{
          name: "validationLogLikelihood",
          label: "validation log-likelihood of the selected epoch",
          value,
          unit: "nats per frame",
          direction: "higher",
        }],
      };
    },
    compilationSeconds: () => predictions.compilationSeconds,
    dispose: () => predictions.dispose(),
  });
}
