/**
 * Training on irregularly observed sequences, all of them in each step, and prediction by the trained model.
 *
 * @module
 */
import type { Sequences } from "../../data/sequences.ts";
import { fold, rootKey } from "../../data/random/mod.ts";
import type { Backend } from "../backend/backend.ts";
import type { HostArrays } from "../backend/tensors.ts";
import { initialise } from "../nn/init.ts";
import { shapesOf } from "../training/arrays.ts";
import { gradientTraining } from "../training/gradient_training.ts";
import type { Trainer, TrainingTask } from "../training/method.ts";
import { CompiledPredictions } from "../training/network_training.ts";
import { drawNoise } from "../training/noise.ts";
import { adam } from "../training/optimisers.ts";
import {
  askedFrames,
  type SequenceData,
  type SequenceModel,
  type SequencePredictor,
  type SequenceQuery,
} from "../training/sequences.ts";
import { parseSettings } from "../training/settings.ts";
import { recurrentLatentOdeModel } from "./latent_ode.ts";
import type { RecurrentModel } from "./model.ts";
import { recurrentModel } from "./network.ts";
import {
  RECURRENT_LATENT_ODE_SETTINGS,
  RECURRENT_SETTINGS,
  type RecurrentSettings,
} from "./settings.ts";

/** A trainer of a latent ODE at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startRecurrentLatentOde(
  task: TrainingTask<SequenceData, SequenceModel>,
): Promise<Trainer<SequenceModel>> {
  const settings = parseSettings("latent ODE", RECURRENT_LATENT_ODE_SETTINGS, task.settings);
  const { train } = task.data;
  checkData("latent ODE", task.data, 1);
  const model = recurrentLatentOdeModel(settings, train.frameCount, train.frameShape[0]!);
  return start(model, settings, task, await task.backend());
}

/** A trainer of a recurrent network at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startRecurrentNetwork(
  task: TrainingTask<SequenceData, SequenceModel>,
): Promise<Trainer<SequenceModel>> {
  const settings = parseSettings("RNN", RECURRENT_SETTINGS, task.settings);
  const { train } = task.data;
  checkData("RNN", task.data, 2);
  const model = recurrentModel(
    settings,
    train.frameCount / train.observedCount,
    train.frameShape[0]!,
  );
  return start(model, settings, task, await task.backend());
}

function checkData(name: string, { train, validation }: SequenceData, least: number): void {
  for (const { count, frameShape, observedCount } of [train, validation]) {
    if (frameShape.length !== 1) {
      throw new RangeError(
        `Cannot train ${name}: frames must be vectors, are ${frameShape.join("×")}`,
      );
    }
    if (count >= 1 && observedCount >= least) continue;
    throw new RangeError(
      `Cannot train ${name}: there must be training and validation sequences of ${least} observed ` +
        `frames or more, is ${count} of ${observedCount}`,
    );
  }
}

/** Sequences of which the context is observed. @throws RangeError when contexts are not equally long */
function withContext(name: string, { sequences, context }: SequenceQuery): Sequences {
  const contexts = Array.from({ length: sequences.count }, (_, s) => Array.from(context(s)));
  const observedCount = contexts[0]?.length ?? 0;
  const other = contexts.find(({ length }) => length !== observedCount || length === 0);
  if (other !== undefined) {
    throw new RangeError(
      `Cannot predict by ${name}: contexts must have equally many frames, at least one, are ` +
        `${observedCount} and ${other.length}`,
    );
  }
  return { ...sequences, observedCount, observed: Int32Array.from(contexts.flat()) };
}

function start(
  model: RecurrentModel,
  { epochs, stepsPerEpoch, learningRate, testEvery }: RecurrentSettings,
  { seed, data: { train, validation }, watch }: TrainingTask<SequenceData, SequenceModel>,
  backend: Backend,
): Trainer<SequenceModel> {
  const key = fold(rootKey(seed), model.stream);
  const predictions = new CompiledPredictions(backend);
  const trained = model.observations(train);
  const held = model.observations(validation);
  const noise = model.noise?.(train.count) ?? {};
  const inputs = (step: number) => ({ ...trained, ...drawNoise(fold(key, "noise", step), noise) });
  const all = Int32Array.from({ length: train.count }, (_, i) => i);
  const predictor = (arrays: HostArrays): SequencePredictor => ({
    async predict(query) {
      const sequences = withContext(model.name, query);
      const { count } = sequences;
      const asked = askedFrames(query);
      const horizon = model.horizon(sequences, asked);
      const { frames } = await predictions.run(
        JSON.stringify(["predict", count, sequences.observedCount, horizon.key]),
        (params, _state, inputs) => ({ frames: model.predict(params, inputs, horizon.frames) }),
        arrays,
        { ...model.observations(sequences), ...horizon.inputs },
      );
      return pick(frames!.data as Float32Array, count, horizon);
    },
  });
  return gradientTraining<SequenceModel>({
    backend,
    params: initialise(fold(key, "parameters"), model.specs),
    state: {},
    optimiser: adam(),
    epochs,
    curves: {
      ...model.curves,
      validationLogLikelihood: {
        label: "validation log-likelihood",
        unit: "nats per observation",
        direction: "higher",
      },
    },
    epoch: () => ({
      kind: "step",
      loss: model.loss,
      shapes: shapesOf(inputs(0)),
      batches: Array<Int32Array>(stepsPerEpoch).fill(all),
      learningRate: () => learningRate,
      inputs: (_rows, step) => inputs(step),
    }),
    validation: {
      every: 1,
      criteria: ["validationLogLikelihood"],
      reported: ["validationLogLikelihood"],
      measure: async (arrays) => {
        const { value } = await predictions.run(
          "validation",
          (params, _state, inputs) => ({ value: model.logLikelihood(params, inputs) }),
          arrays,
          held,
        );
        return { validationLogLikelihood: value!.data[0]! };
      },
    },
    watch,
    watchEvery: testEvery,
    live: predictor,
    trained({ selected, last }) {
      const { arrays, value } = selected.validationLogLikelihood!;
      return {
        ...predictor(arrays),
        variants: [{ ...predictor(last), name: "Last", label: "parameters of the last epoch" }],
        facts: [{
          name: "validationLogLikelihood",
          label: "validation log-likelihood of the selected epoch",
          value,
          unit: "nats per observation",
          direction: "higher",
        }],
      };
    },
    compilationSeconds: () => predictions.compilationSeconds,
    dispose: () => predictions.dispose(),
  });
}

/** Some of the predicted frames (count, frames, D): (count, places, D). */
function pick(
  predicted: Float32Array,
  count: number,
  { places, frames }: { readonly places: readonly number[]; readonly frames: number },
): Float32Array {
  const size = predicted.length / (count * frames);
  const picked = new Float32Array(count * places.length * size);
  for (let s = 0; s < count; s++) {
    places.forEach((place, i) => {
      const from = (s * frames + place) * size;
      picked.set(predicted.subarray(from, from + size), (s * places.length + i) * size);
    });
  }
  return picked;
}
