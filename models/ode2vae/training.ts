/**
 * Training of ODE2VAE and ODE2VAE-KL on sequences with or without missing frames, and prediction by the trained model.
 *
 * @module
 */
import { framesAt, type Sequences } from "../../data/sequences.ts";
import { fold, integers, type Key, normal, permutation, rootKey } from "../../data/random/mod.ts";
import type { HostArray, HostArrays } from "../backend/tensors.ts";
import { frameShape, imageObservation, type Observation } from "../networks/observation.ts";
import { weightCount } from "../nn/bayesian_mlp.ts";
import { gradientTraining } from "../training/gradient_training.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import { CompiledPredictions, minibatches } from "../training/network_training.ts";
import { adam } from "../training/optimisers.ts";
import {
  observedBatch,
  type SequenceData,
  type SequenceModel,
  type SequencePredictor,
  type SequenceQuery,
} from "../training/sequences.ts";
import { parseSettings, type SettingsTable } from "../training/settings.ts";
import { init } from "./initialise.ts";
import { predict, validationLogLikelihood } from "./predict.ts";
import {
  fieldWidths,
  type FlatSettings,
  learningRate,
  type Ode2vaeSettings,
  subsequenceLength,
} from "./settings.ts";
import { batchInputs, batchLoss } from "./training_step.ts";

const curves: CurveDescriptions = {
  loss: { label: "loss", unit: "nats per sequence", direction: "lower" },
  reconstruction: { label: "log p(x | s)", unit: "nats per sequence", direction: "higher" },
  latentPrior: { label: "log p(z)", unit: "nats per sequence", direction: "higher" },
  logDensity: { label: "log q(z)", unit: "nats per sequence", direction: "lower" },
  fieldKl: { label: "KL[q(W) ‖ p(W)]", unit: "nats", direction: "lower" },
  encoderKl: {
    label: "log q(z) − log q_enc(z | x)",
    unit: "nats per sequence",
    direction: "lower",
  },
  validationLogLikelihood: {
    label: "validation log-likelihood",
    unit: "nats per frame",
    direction: "higher",
  },
};

/** The model's settings from flat ones. */
export function modelSettings(flat: FlatSettings, shape: readonly number[]): Ode2vaeSettings {
  const { batchSize, learningRate, learningRateDecay, learningRateDecaySteps, epochs } = flat;
  return {
    ...flat,
    observation: observationOf(flat, shape),
    optimisation: { batchSize, learningRate, learningRateDecay, learningRateDecaySteps, epochs },
  };
}

function observationOf(flat: FlatSettings, shape: readonly number[]): Observation {
  const { encoderFilters, decoderFilters, networkHidden, variance } = flat;
  const images = encoderFilters !== undefined;
  if (shape.length !== (images ? 2 : 1)) {
    throw new RangeError(
      `Cannot train ODE²VAE: frames must be ${images ? "grey images" : "vectors"}, are ` +
        shape.join("×"),
    );
  }
  return images
    ? imageObservation(shape[0]!, shape[1]!, encoderFilters, decoderFilters!)
    : { kind: "vector", dimensions: shape[0]!, hidden: networkHidden!, variance: variance! };
}

/** Checks that the data are of one kind, and that minibatches and the velocity encoder's windows fit them. */
function checkData(
  { batchSize, velocityFrames, windowFrames = 0 }: FlatSettings,
  data: SequenceData,
): void {
  const { train, validation } = data;
  if (batchSize > train.count) {
    throw new RangeError(
      `Cannot train ODE²VAE: batchSize must be at most the ${train.count} training sequences, is ` +
        batchSize,
    );
  }
  if (validation.count < 1) {
    throw new RangeError("Cannot train ODE²VAE: there must be a validation sequence, got none");
  }
  const [wanted, given] = [String(train.frameShape), String(validation.frameShape)];
  if (given !== wanted) {
    throw new RangeError(
      `Cannot train ODE²VAE: validation's frameShape must be ${wanted} as in training, is ${given}`,
    );
  }
  if (windowFrames > 0 && !(windowFrames > velocityFrames && windowFrames <= train.observedCount)) {
    throw new RangeError(
      `Cannot train ODE²VAE: windowFrames must be above velocityFrames and at most the ` +
        `${train.observedCount} observed frames, is ${windowFrames}`,
    );
  }
  if (velocityFrames >= train.observedCount && velocityFrames > 1) {
    throw new RangeError(
      `Cannot train ODE²VAE: velocityFrames must be below the ${train.observedCount} observed ` +
        `frames, is ${velocityFrames}`,
    );
  }
  const consecutive = ({ observed, observedCount }: Sequences) =>
    observed.every((frame, i) => i % observedCount === 0 || frame === observed[i - 1]! + 1);
  // A window of frames some of which are missing has no constant interval.
  if (velocityFrames > 1 && !(consecutive(train) && consecutive(validation))) {
    throw new RangeError(
      `Cannot train ODE²VAE: velocityFrames must be 1 where frames are missing, is ${velocityFrames}`,
    );
  }
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startOde2vae(
  task: TrainingTask<SequenceData, SequenceModel>,
  table: SettingsTable,
): Promise<Trainer<SequenceModel>> {
  const flat = parseSettings("ODE²VAE", table, task.settings) as FlatSettings;
  const { train, validation } = task.data;
  const settings = modelSettings(flat, train.frameShape);
  checkData(flat, task.data);
  const backend = await task.backend();
  const key = fold(rootKey(task.seed), "ode2vae");
  const { batchSize, timeOrigin, windowFrames = 0 } = flat;
  const q = flat.latentDimensions;
  const weights = weightCount(fieldWidths(settings));
  const predictions = new CompiledPredictions(backend);
  const predictor = (arrays: HostArrays, statistics = flat.evaluationStatistics) =>
    new Predictor(predictions, settings, arrays, statistics, fold(key, "posterior"));
  const completeValidation = firstFrames(validation);
  /** Frames of a sequence that an epoch trains on. */
  const lengthIn = (epoch: number) => trainedFrames(flat, epoch, train.observedCount);
  let length = train.observedCount;
  const likelihood = (arrays: HostArrays, sequences: Sequences) =>
    predictor(arrays).logLikelihood(
      sequences,
      timeOrigin,
      flat.validationLength === "trained" ? Math.min(length, sequences.observedCount) : undefined,
    );
  const loss = batchLoss(settings);

  return gradientTraining<SequenceModel>({
    backend,
    ...init(fold(key, "parameters"), settings),
    optimiser: adam(),
    epochs: flat.epochs,
    curves,
    epoch(epoch) {
      const { frameCount, observedCount, count } = train;
      length = lengthIn(epoch);
      // The grid holds that many observed frames wherever frames are missing.
      const grid = Math.min(frameCount, length + frameCount - observedCount);
      const order = permutation(fold(key, "order", flat.reshuffle ? epoch : 0), count);
      return {
        kind: length,
        loss,
        shapes: batchInputs({ sequences: batchSize, length, grid }, settings),
        batches: minibatches(order, batchSize),
        learningRate: (step) => learningRate(step, flat),
        inputs(rows, step) {
          const noise = fold(key, "noise", step);
          const draw = (name: string, size: number) => host(normal(fold(noise, name), size));
          const start = windowFrames > 0
            ? integers(fold(key, "window", step), rows.length, observedCount - windowFrames + 1)
            : undefined;
          return {
            ...observedBatch(train, rows, { length, grid, origin: timeOrigin, start }),
            "noise/initial": draw("initial", batchSize * 2 * q),
            "noise/weights": draw("weights", weights),
            ...(flat.trace === "hutchinson" ? { "noise/trace": draw("trace", batchSize * q) } : {}),
          };
        },
      };
    },
    validation: {
      every: flat.validationEvery,
      // The released code validates on complete sequences, also on frames that are missing.
      criteria: ["validationLogLikelihood", "complete"],
      reported: ["validationLogLikelihood"],
      measure: async (arrays) => ({
        validationLogLikelihood: await likelihood(arrays, validation),
        complete: await likelihood(arrays, completeValidation),
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
          ...(settings.observation.kind === "image"
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

/** How many of T observed frames of each sequence an epoch (0-based) trains on. */
export function trainedFrames(flat: FlatSettings, epoch: number, observedCount: number): number {
  const { growth, growthFrames = 1, velocityFrames, windowFrames = 0 } = flat;
  const most = windowFrames > 0 ? windowFrames : observedCount;
  if (!growth) return most;
  const length = subsequenceLength(epoch, most, velocityFrames);
  return Math.min(most, growthFrames * Math.ceil(length / growthFrames));
}

/** Complete sequences, cut to as many frames as are observed. */
function firstFrames(sequences: Sequences): Sequences {
  const { observed, observedCount } = sequences;
  return { ...sequences, observed: observed.map((_, i) => i % observedCount) };
}

function host(data: Float32Array, shape: readonly number[] = [data.length]): HostArray {
  return { shape, data };
}

/** Predictions with given parameters. */
class Predictor implements SequencePredictor {
  constructor(
    private readonly predictions: CompiledPredictions,
    private readonly settings: Ode2vaeSettings,
    /** Parameters and batch-norm state. */
    private readonly arrays: HostArrays,
    private readonly statistics: "running" | "batch",
    /** Key of the posterior draws. */
    private readonly key: Key,
  ) {}

  /** Encodes the first m frames of the context, which must be consecutive, and integrates from there to those asked for. */
  async predict(query: SequenceQuery): Promise<Float32Array> {
    const { sequences, context, draw } = query;
    const { count, frameCount } = sequences;
    const asked = query.asked ?? Array.from({ length: frameCount }, (_, frame) => frame);
    const first = Array.from({ length: count }, (_, s) => this.#encodedFrame(context(s)));
    const offsets = first.flatMap((origin) => asked.map((frame) => frame - origin));
    const backward = Math.max(0, ...offsets.map((offset) => -offset));
    const forward = Math.max(0, ...offsets);
    // One frame at one offset of all sequences is decoded alone.
    const only = asked.length === 1 && offsets.every((o) => o === offsets[0] && o >= 0)
      ? offsets[0]
      : undefined;
    const frames = await this.#path(sequences, first, { forward, backward, only }, draw);
    if (only !== undefined) return frames;
    const length = backward + 1 + forward;
    const parts = asked.map((frame) =>
      framesAt(
        { ...sequences, frames, frameCount: length },
        (s) => backward + frame - first[s]!,
      )
    );
    return interleave(parts, count);
  }

  #encodedFrame(context: ArrayLike<number>): number {
    const { velocityFrames } = this.settings;
    const frames = Array.from(context).slice(0, velocityFrames);
    if (frames.length < velocityFrames || frames.some((frame, i) => frame !== frames[0]! + i)) {
      throw new RangeError(
        `Cannot predict by ODE²VAE: the context must begin with ${velocityFrames} consecutive ` +
          `frames, is ${Array.from(context).join(", ") || "empty"}`,
      );
    }
    return frames[0]!;
  }

  /** Frames at offsets −backward … forward of the encoded frame, or at one of them alone: (count, N, …frameShape). */
  async #path(
    sequences: Sequences,
    first: readonly number[],
    horizon: { forward: number; backward: number; only: number | undefined },
    draw: readonly (string | number)[] | undefined,
  ): Promise<Float32Array> {
    const { settings, statistics } = this;
    const { latentDimensions: q, velocityFrames: m } = settings;
    const { forward, backward, only } = horizon;
    const { count } = sequences;
    const windows = Array.from(
      { length: m },
      (_, offset) => framesAt(sequences, (s) => first[s]! + offset),
    );
    const noise = draw && fold(this.key, ...draw);
    const sampled: HostArrays = noise === undefined ? {} : {
      "noise/initial": host(normal(fold(noise, "initial"), count * 2 * q), [count, 2 * q]),
      "noise/weights": host(normal(fold(noise, "weights"), weightCount(fieldWidths(settings)))),
    };
    const key = JSON.stringify(["predict", count, statistics, noise !== undefined, horizon]);
    const outputs = await this.predictions.run(
      key,
      (params, state, inputs) => ({
        frames: predict(params, state, inputs.frames!, settings, {
          forward,
          backward,
          ...(only === undefined ? {} : { only }),
          statistics,
          ...(noise === undefined ? {} : {
            noise: { initial: inputs["noise/initial"]!, weights: inputs["noise/weights"]! },
          }),
        }),
      }),
      this.arrays,
      {
        frames: host(interleave(windows, count), [count, m, ...frameShape(settings.observation)]),
        ...sampled,
      },
    );
    return outputs.frames!.data as Float32Array;
  }

  /** Log-likelihood of the first `length` observed frames under the mean path, nats per frame. */
  async logLikelihood(
    sequences: Sequences,
    origin: FlatSettings["timeOrigin"],
    length: number = sequences.observedCount,
  ): Promise<number> {
    const { count, frameCount, observedCount } = sequences;
    const all = Array.from({ length: count }, (_, sequence) => sequence);
    const grid = frameCount - observedCount + length;
    const batch = observedBatch(sequences, all, { length, grid, origin });
    const { statistics } = this;
    const { logLikelihood } = await this.predictions.run(
      JSON.stringify(["validation", count, statistics, length, grid]),
      (params, state, { frames, selection }) => ({
        logLikelihood: validationLogLikelihood(
          params,
          state,
          { frames: frames!, selection: selection! },
          this.settings,
          statistics,
        ),
      }),
      this.arrays,
      { ...batch },
    );
    return logLikelihood!.data[0]!;
  }
}

/** Frames (count, size) of each of n places in time as sequences (count, n, size). */
function interleave(parts: readonly Float32Array[], count: number): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const size = parts[0]!.length / count;
  const result = new Float32Array(count * parts.length * size);
  parts.forEach((part, at) => {
    for (let s = 0; s < count; s++) {
      result.set(part.subarray(s * size, (s + 1) * size), (s * parts.length + at) * size);
    }
  });
  return result;
}
