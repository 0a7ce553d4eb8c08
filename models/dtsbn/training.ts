/**
 * Training of DTSBN-S on sequences of vectors or images, and prediction by the trained model.
 *
 * @module
 */
import { frameOf, frameSize, observedFrames, type Sequences } from "../../data/sequences.ts";
import { fold, integers, type Key, rootKey } from "../../data/random/mod.ts";
import type { HostArrays } from "../backend/tensors.ts";
import { initialise } from "../nn/init.ts";
import { firstOf } from "../training/contexts.ts";
import { gradientTraining } from "../training/gradient_training.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import { CompiledPredictions } from "../training/network_training.ts";
import { centredRmsprop } from "../training/optimisers.ts";
import {
  type SequenceData,
  type SequenceModel,
  type SequenceQuery,
  validationParts,
} from "../training/sequences.ts";
import { parseSettings } from "../training/settings.ts";
import { standardised, standardOf } from "./frames.ts";
import { nvilLoss, SIGNAL_STATE } from "./loss.ts";
import { futureMse, parameterSpecs } from "./network.ts";
import { Predictor, uniformNoise } from "./prediction.ts";
import { DTSBN_SETTINGS, type DtsbnModel, type DtsbnSettings } from "./settings.ts";

const curves: CurveDescriptions = {
  bound: { label: "lower bound of log p(v)", unit: "nats per frame", direction: "higher" },
  reconstruction: { label: "log p(v | h)", unit: "nats per frame", direction: "higher" },
  kl: { label: "log q(z, h) − log p(z, h)", unit: "nats per frame", direction: "lower" },
  validationMse: {
    label: "MSE of a sampled future of the validation sequences",
    unit: "per number of a frame",
    direction: "lower",
  },
  validationBound: { label: "validation bound", unit: "nats per frame", direction: "higher" },
};

function checkData(
  model: DtsbnModel,
  { batchSize, contextFrames }: DtsbnSettings,
  { train, validation }: SequenceData,
): void {
  const refuse = (rule: string) => {
    throw new RangeError(`Cannot train DTSBN-S: ${rule}`);
  };
  if (batchSize > train.count) {
    refuse(`batchSize must be at most the ${train.count} training sequences, is ${batchSize}`);
  }
  if (validation.count < 1) refuse("there must be a validation sequence, got none");
  if (contextFrames >= validation.observedCount) {
    refuse(
      `contextFrames must be below the ${validation.observedCount} observed validation frames, is ` +
        contextFrames,
    );
  }
  const [wanted, given] = [String(train.frameShape), String(validation.frameShape)];
  if (given !== wanted) {
    refuse(`validation's frameShape must be ${wanted} as in training, is ${given}`);
  }
  for (const sequences of [train, validation]) {
    for (let s = 0; s < sequences.count; s++) {
      const observed = observedFrames(sequences, s);
      firstOf(observed, "train DTSBN-S: observed frames");
      if (model.observation === "gaussian") continue;
      for (const frame of observed) {
        const outside = frameOf(sequences, s, frame).find((v) => !(v >= 0 && v <= 1));
        if (outside === undefined) continue;
        refuse(`numbers of Bernoulli frames must be from 0 to 1, one is ${outside}`);
      }
    }
  }
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startDtsbn(
  task: TrainingTask<SequenceData, SequenceModel>,
): Promise<Trainer<SequenceModel>> {
  const settings = parseSettings("DTSBN-S", DTSBN_SETTINGS, task.settings);
  const { train, validation } = task.data;
  const model: DtsbnModel = { ...settings, dimensions: frameSize(train) };
  const { batchSize, stepsPerEpoch, learningRate, momentDecay, momentum, weightDecay } = settings;
  checkData(model, settings, task.data);
  const backend = await task.backend();
  const key = fold(rootKey(task.seed), "dtsbn");
  const standard = standardOf(train, model);
  const predictions = new CompiledPredictions(backend);
  const loss = nvilLoss(model);
  const units = model.hiddenUnits + model.topUnits;
  /** Inputs of the loss for some sequences. */
  const batch = (sequences: Sequences, indices: ArrayLike<number>, noise: Key): HostArrays => {
    const length = sequences.observedCount;
    const first = (s: number) => observedFrames(sequences, s)[0]!;
    return {
      frames: standardised(sequences, indices, first, length, standard),
      uniform: uniformNoise(noise, length, indices.length, units),
    };
  };
  const scale = { shape: [model.dimensions], data: Float32Array.from(standard.scale) };
  const predictor = (arrays: HostArrays) =>
    new Predictor(predictions, model, standard, arrays, key, settings.posteriorSamples);

  return gradientTraining<SequenceModel>({
    backend,
    params: initialise(
      fold(key, "parameters"),
      parameterSpecs(model, settings.initialDeviation),
    ),
    state: SIGNAL_STATE,
    optimiser: centredRmsprop({ decay: momentDecay, momentum, weightDecay, epsilon: 1e-4 }),
    epochs: settings.epochs,
    curves,
    epoch: (epoch) => {
      const order = integers(fold(key, "order", epoch), stepsPerEpoch * batchSize, train.count);
      return {
        kind: "step",
        loss,
        shapes: {
          frames: { shape: [train.observedCount, batchSize, model.dimensions] },
          uniform: { shape: [train.observedCount, batchSize, units] },
        },
        batches: Array.from(
          { length: stepsPerEpoch },
          (_, step) => order.subarray(step * batchSize, (step + 1) * batchSize),
        ),
        learningRate: () => learningRate,
        inputs: (rows, step) => batch(train, rows, fold(key, "noise", step)),
        report: ({ bound, reconstruction, kl }) => ({
          bound: bound!,
          reconstruction: reconstruction!,
          kl: kl!,
        }),
      };
    },
    validation: {
      every: 1,
      criteria: ["future", "validationBound"],
      reported: ["validationMse", "validationBound"],
      measure: async (arrays) => {
        let [validationBound, validationMse] = [0, 0];
        for (const [i, part] of validationParts(validation, validation.observedCount).entries()) {
          // The same noise at each validation, so that epochs are compared at equal luck.
          const inputs = { ...batch(validation, part, fold(key, "validation", i)), scale };
          const { bound, mse } = await predictions.run(
            `validation of ${part.length}`,
            (params, state, inputs) => ({
              bound: loss(params, state, inputs).terms.bound!,
              mse: futureMse(
                params,
                { frames: inputs.frames!, uniform: inputs.uniform!, scale: inputs.scale! },
                settings.contextFrames,
                model,
              ),
            }),
            arrays,
            inputs,
          );
          const share = part.length / validation.count;
          validationBound += share * bound!.data[0]!;
          validationMse += share * mse!.data[0]!;
        }
        return { future: -validationMse, validationMse, validationBound };
      },
    },
    watch: task.watch,
    watchEvery: settings.testEvery,
    live: predictor,
    trained: ({ selected, last }) => {
      const { future, validationBound } = selected;
      const main = predictor(future!.arrays);
      const variant = (name: string, label: string, arrays: HostArrays) => {
        const of = predictor(arrays);
        return { name, label, predict: (query: SequenceQuery) => of.predict(query) };
      };
      return {
        predict: (query) => main.predict(query),
        draws: settings.posteriorSamples,
        variants: [
          variant("Last", "parameters of the last epoch", last),
          ...(validationBound === undefined ? [] : [
            variant(
              "BoundSelection",
              "epoch with the best validation bound",
              validationBound.arrays,
            ),
          ]),
        ],
        facts: [{
          name: "validationMse",
          label: "MSE of the selected epoch's future of the validation sequences",
          value: -future!.value,
          unit: "per number of a frame",
          direction: "lower",
        }],
      };
    },
    compilationSeconds: () => predictions.compilationSeconds,
    dispose: () => predictions.dispose(),
  });
}
