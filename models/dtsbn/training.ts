/**
 * Training of DTSBN-S on sequences of vectors or images, and prediction by the trained model.
 *
 * @module
 */
import { frameSize, observedFrames, type Sequences } from "../../data/sequences.ts";
import { fold, integers, type Key, rootKey, uniform } from "../../data/random/mod.ts";
import type { HostArray, HostArrays } from "../backend/tensors.ts";
import { initialise } from "../nn/init.ts";
import { gradientTraining } from "../training/gradient_training.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import { CompiledPredictions } from "../training/network_training.ts";
import { centredRmsprop } from "../training/optimisers.ts";
import type {
  SequenceData,
  SequenceModel,
  SequencePredictor,
  SequenceQuery,
} from "../training/sequences.ts";
import { parseSettings } from "../training/settings.ts";
import { nvilLoss, SIGNAL_STATE } from "./loss.ts";
import { parameterSpecs, sampleFuture } from "./network.ts";
import { DTSBN_SETTINGS, type DtsbnModel } from "./settings.ts";

const curves: CurveDescriptions = {
  bound: { label: "lower bound of log p(v)", unit: "nats per frame", direction: "higher" },
  reconstruction: { label: "log p(v | h)", unit: "nats per frame", direction: "higher" },
  kl: { label: "log q(z, h) − log p(z, h)", unit: "nats per frame", direction: "lower" },
  validationBound: { label: "validation bound", unit: "nats per frame", direction: "higher" },
};

/** Location and scale of a frame's numbers (D) each: networks see (v − shift) / scale. */
interface Standard {
  readonly shift: Float64Array;
  readonly scale: Float64Array;
}

/** Mean and standard deviation of each number over the observed frames; images stay as they are. */
function standardOf(sequences: Sequences, model: DtsbnModel): Standard {
  const { frames, frameCount, count } = sequences;
  const size = model.dimensions;
  const shift = new Float64Array(size);
  const scale = new Float64Array(size).fill(1);
  if (model.observation === "bernoulli") return { shift, scale };
  const starts = Array.from({ length: count }, (_, s) => s).flatMap((s) =>
    Array.from(observedFrames(sequences, s), (frame) => (s * frameCount + frame) * size)
  );
  for (let i = 0; i < size; i++) {
    const mean = starts.reduce((sum, start) => sum + frames[start + i]!, 0) / starts.length;
    const square = starts.reduce((sum, start) => sum + (frames[start + i]! - mean) ** 2, 0);
    shift[i] = mean;
    // A number that never changes keeps its unit.
    scale[i] = Math.sqrt(square / starts.length) || 1;
  }
  return { shift, scale };
}

/** Frames of sequences from one of each on, standardised: (frames, sequences, D). */
function timeMajor(
  sequences: Sequences,
  indices: ArrayLike<number>,
  first: (sequence: number) => number,
  length: number,
  { shift, scale }: Standard,
): HostArray {
  const size = shift.length;
  const [batch, data] = [indices.length, new Float32Array(length * indices.length * size)];
  for (let b = 0; b < batch; b++) {
    const from = (indices[b]! * sequences.frameCount + first(indices[b]!)) * size;
    for (let t = 0; t < length; t++) {
      for (let i = 0; i < size; i++) {
        data[(t * batch + b) * size + i] = (sequences.frames[from + t * size + i]! - shift[i]!) /
          scale[i]!;
      }
    }
  }
  return { shape: [length, batch, size], data };
}

/** The first of frames that must be consecutive. @throws RangeError when they are not, or there is none */
function firstOf(frames: ArrayLike<number>, doing: string): number {
  const list = Array.from(frames);
  const first = list[0];
  if (first !== undefined && list.every((frame, i) => frame === first + i)) return first;
  throw new RangeError(
    `Cannot ${doing} DTSBN-S: frames must be consecutive, are ${list.join(", ") || "none"}`,
  );
}

function checkData(model: DtsbnModel, batchSize: number, { train, validation }: SequenceData) {
  const refuse = (rule: string) => {
    throw new RangeError(`Cannot train DTSBN-S: ${rule}`);
  };
  if (batchSize > train.count) {
    refuse(`batchSize must be at most the ${train.count} training sequences, is ${batchSize}`);
  }
  if (validation.count < 1) refuse("there must be a validation sequence, got none");
  const [wanted, given] = [String(train.frameShape), String(validation.frameShape)];
  if (given !== wanted) {
    refuse(`validation's frameShape must be ${wanted} as in training, is ${given}`);
  }
  for (const sequences of [train, validation]) {
    const run = sequences.observedCount * model.dimensions;
    for (let s = 0; s < sequences.count; s++) {
      const first = firstOf(observedFrames(sequences, s), "train");
      if (model.observation === "gaussian") continue;
      const from = (s * sequences.frameCount + first) * model.dimensions;
      const outside = sequences.frames.subarray(from, from + run).find((v) => !(v >= 0 && v <= 1));
      if (outside !== undefined) {
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
  checkData(model, batchSize, task.data);
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
      frames: timeMajor(sequences, indices, first, length, standard),
      uniform: uniformNoise(noise, length, indices.length, units),
    };
  };
  // The same noise at each validation, so that epochs are compared at equal luck.
  const held = batch(
    validation,
    Array.from({ length: validation.count }, (_, s) => s),
    fold(key, "validation"),
  );
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
      criteria: ["validationBound"],
      reported: ["validationBound"],
      measure: async (arrays) => {
        const { bound } = await predictions.run(
          "validation",
          (params, state, inputs) => ({ bound: loss(params, state, inputs).terms.bound! }),
          arrays,
          held,
        );
        return { validationBound: bound!.data[0]! };
      },
    },
    watch: task.watch,
    watchEvery: settings.testEvery,
    live: predictor,
    trained: ({ selected, last }) => {
      const { arrays, value } = selected.validationBound!;
      const main = predictor(arrays);
      const end = predictor(last);
      return {
        predict: (query) => main.predict(query),
        draws: settings.posteriorSamples,
        variants: [{
          name: "Last",
          label: "parameters of the last epoch",
          predict: (query) => end.predict(query),
        }],
        facts: [{
          name: "validationBound",
          label: "validation bound of the selected epoch",
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

function uniformNoise(key: Key, length: number, batch: number, units: number): HostArray {
  return { shape: [length, batch, units], data: uniform(key, length * batch * units) };
}

/** Predictions with given parameters. */
class Predictor implements SequencePredictor {
  constructor(
    private readonly predictions: CompiledPredictions,
    private readonly model: DtsbnModel,
    private readonly standard: Standard,
    /** Parameters and the signal's state. */
    private readonly arrays: HostArrays,
    private readonly key: Key,
    /** Sampled futures in a mean. */
    private readonly samples: number,
  ) {}

  /** One sampled future, or the mean of several. A frame of the context is its mean given a sampled state. */
  async predict({ sequences, context, asked, draw }: SequenceQuery): Promise<Float32Array> {
    const { count, frameCount } = sequences;
    const wanted = asked ?? Array.from({ length: frameCount }, (_, frame) => frame);
    const contexts = Array.from({ length: count }, (_, s) => context(s));
    const given = contexts[0]?.length ?? 0;
    const first = contexts.map((frames) => firstOf(frames, "predict by"));
    const other = contexts.find(({ length }) => length !== given);
    if (other !== undefined) {
      throw new RangeError(
        `Cannot predict by DTSBN-S: every context must have ${given} frames as the first has, one has ` +
          `${other.length}`,
      );
    }
    const latest = Math.max(...first);
    const early = wanted.find((frame) => frame < latest);
    if (early !== undefined) {
      throw new RangeError(
        `Cannot predict by DTSBN-S: frames must not be before the context's first, ${latest}, one is ${early}`,
      );
    }
    const offsets = first.flatMap((start) => wanted.map((frame) => frame - start));
    const length = offsets.reduce((most, offset) => Math.max(most, offset + 1), given);
    const indices = Array.from({ length: count }, (_, s) => s);
    const frames = timeMajor(sequences, indices, (s) => first[s]!, given, this.standard);
    const names = draw === undefined
      ? Array.from({ length: this.samples }, (_, sample) => ["mean", sample])
      : [draw];
    const size = this.model.dimensions;
    const { shift, scale } = this.standard;
    const sum = new Float64Array(offsets.length * size);
    for (const name of names) {
      const path = await this.#path(frames, length, fold(this.key, "draw", ...name)); // (length, count, D)
      offsets.forEach((offset, at) => {
        const from = (offset * count + Math.floor(at / wanted.length)) * size;
        for (let i = 0; i < size; i++) sum[at * size + i]! += path[from + i]!;
      });
    }
    return Float32Array.from(
      sum,
      (total, i) => total / names.length * scale[i % size]! + shift[i % size]!,
    );
  }

  /** One sample of the frames from the context's first on: (length, count, D). */
  async #path(frames: HostArray, length: number, key: Key): Promise<ArrayLike<number>> {
    const { model } = this;
    const [, count] = frames.shape;
    const units = model.hiddenUnits + model.topUnits;
    const outputs = await this.predictions.run(
      JSON.stringify(["future", frames.shape, length]),
      (params, _, inputs) => ({
        frames: sampleFuture(params, inputs.frames!, inputs.uniform!, model),
      }),
      this.arrays,
      { frames, uniform: uniformNoise(key, length, count!, units) },
    );
    return outputs.frames!.data;
  }
}
