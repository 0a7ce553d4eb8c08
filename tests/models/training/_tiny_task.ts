/** Trainings of a second: small networks on a few sequences of noise. */
import type { Sequences } from "../../../data/sequences.ts";
import { fold, permutation, rootKey, uniform } from "../../../data/random/mod.ts";
import type { Backend, CompiledStep, TensorSpecs } from "../../../models/backend/backend.ts";
import { ortBackend } from "../../../models/backend/ort/ort_backend.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import type {
  CheckpointArrays,
  EpochReport,
  Method,
  Trainer,
  Watch,
} from "../../../models/training/method.ts";
import type {
  SequenceData,
  SequenceModel,
  SequenceQuery,
} from "../../../models/training/sequences.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";

/** ONNX Runtime on one thread. */
export const cpu: Backend = ortBackend({ name: "ort-cpu", device: "", threads: 1 });

/** The frame of {@link noiseImages} that is never observed. */
export const HIDDEN = 1;

/**
 * Sequences of 28×28 images of noise, frame {@link HIDDEN} of which is never observed.
 *
 * @param observedCount Observed frames of each, at random.
 */
export function noiseImages(count: number, frameCount: number, observedCount: number): Sequences {
  const key = fold(rootKey(5), count);
  const observed = Array.from({ length: count }, (_, s) => {
    const order = permutation(fold(key, "observed", s), frameCount);
    return [...order].filter((f) => f !== HIDDEN).slice(0, observedCount).sort((a, b) => a - b);
  });
  return {
    count,
    frames: uniform(fold(key, "frames"), count * frameCount * 28 * 28),
    frameShape: [28, 28],
    frameCount,
    observed: Int32Array.from(observed.flat()),
    observedCount,
    degrees: Array.from({ length: frameCount }, (_, frame) => 360 * frame / frameCount),
  };
}

/** Seven training sequences of six images, four of them observed. */
export const NOISE: SequenceData = {
  train: noiseImages(7, 6, 4),
  validation: noiseImages(2, 6, 4),
};

/** The error at the hidden frame of the training sequences. */
export function watchHidden(context: SequenceQuery["context"]): Watch<SequenceModel> {
  return {
    curves: { testMse: { label: "error", unit: "" } },
    measure: async (model) => ({ testMse: await hiddenError(model, context) }),
  };
}

/** Mean squared error at the hidden frame of the training sequences of {@link NOISE}. */
export async function hiddenError(
  model: Pick<SequenceModel, "predict">,
  context: SequenceQuery["context"],
  sequences: Sequences = NOISE.train,
): Promise<number> {
  const predicted = await model.predict({ sequences, context, asked: [HIDDEN] });
  const size = predicted.length / sequences.count;
  return predicted.reduce((sum, value, i) => {
    const from = (Math.floor(i / size) * sequences.frameCount + HIDDEN) * size;
    return sum + (value - sequences.frames[from + i % size]!) ** 2;
  }, 0) / predicted.length;
}

/** Settings, data and what computes of a training; by default {@link NOISE} on {@link cpu} without a watch. */
export interface TinyTask {
  readonly settings?: Settings;
  readonly data?: SequenceData;
  readonly backend?: Backend;
  readonly watch?: Watch<SequenceModel>;
}

/** Starts a training, calls `test` with it and disposes of it. */
export async function withTrainer<T>(
  method: Method<SequenceData, SequenceModel>,
  { settings = {}, data = NOISE, backend = cpu, watch }: TinyTask,
  test: (trainer: Trainer<SequenceModel>) => Promise<T>,
): Promise<T> {
  const trainer = await method.start({
    settings: { ...defaultSettings(method.settings), ...settings },
    seed: 11,
    data,
    backend: () => Promise.resolve(backend),
    ...(watch === undefined ? {} : { watch }),
  });
  try {
    return await test(trainer);
  } finally {
    await trainer.dispose();
  }
}

/** Trains epochs `from` … `to` − 1. */
export async function epochs(
  trainer: Trainer<unknown>,
  from: number,
  to: number,
): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  for (let epoch = from; epoch < to; epoch++) reports.push(await trainer.runEpoch(epoch));
  return reports;
}

/** Trains to the end. @returns reports, and the checkpoints before the first epoch and after each */
export async function withCheckpoints(
  trainer: Trainer<unknown>,
): Promise<{ readonly reports: EpochReport[]; readonly saved: CheckpointArrays[] }> {
  const [reports, saved]: [EpochReport[], CheckpointArrays[]] = [[], [trainer.checkpoint()]];
  for (let epoch = 0; epoch < trainer.epochs; epoch++) {
    reports.push(await trainer.runEpoch(epoch));
    saved.push(trainer.checkpoint());
  }
  return { reports, saved };
}

/** What a step is for, by its inputs. */
export type StepKind = "training" | "validation" | "prediction";

/** The kind of a compilation, by its inputs. */
export function stepKind(specs: TensorSpecs): StepKind {
  return "rate" in specs ? "training" : "selection" in specs ? "validation" : "prediction";
}

/** A scalar's array. */
export function scalar(value: number): HostArrays[string] {
  return { shape: [], data: Float32Array.of(value) };
}

/**
 * A backend whose steps come from `make`.
 *
 * @param make gives a step for the inputs of a compilation; undefined for the true one
 */
export function scriptedBackend(
  make: (specs: TensorSpecs) => ((inputs: HostArrays) => HostArrays) | undefined,
): Backend {
  return {
    ...cpu,
    async compile(step, specs, options): Promise<CompiledStep> {
      const run = make(specs);
      if (run === undefined) return await cpu.compile(step, specs, options);
      const isCarried = (name: string) => options?.carried?.includes(name) === true;
      const part = (arrays: HostArrays, carried: boolean): HostArrays =>
        Object.fromEntries(Object.entries(arrays).filter(([name]) => isCarried(name) === carried));
      let held: HostArrays = {};
      return {
        seconds: 0,
        nodeCount: 0,
        start(state) {
          held = part(state, true);
          return Promise.resolve();
        },
        run(inputs) {
          const outputs = run({ ...inputs, ...held });
          held = { ...held, ...part(outputs, true) };
          return Promise.resolve(part(outputs, false));
        },
        state: () => Promise.resolve(held),
        dispose: () => Promise.resolve(),
      };
    },
  };
}
