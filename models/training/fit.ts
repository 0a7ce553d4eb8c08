/**
 * Training outside any benchmark: sequences in, a model that predicts out.
 *
 * @module
 */
import { frameSize, type Sequences } from "../../data/sequences.ts";
import type { Backend } from "../backend/backend.ts";
import { selectBackend } from "../backend/select.ts";
import type { EpochReport, Method } from "./method.ts";
import type { SequenceData, SequenceModel } from "./sequences.ts";
import { defaultSettings, type Settings } from "./settings.ts";

/** How to {@link fit}. */
export interface FitOptions {
  /** Differences from the method's defaults. */
  readonly settings?: Settings;
  /** Seed of all randomness; 0 by default. */
  readonly seed?: number;
  /** How many sequences, the last ones, select an epoch instead of being trained on; by default a tenth, at least one. */
  readonly validation?: number;
  /** What computes; the fastest one by default. */
  readonly backend?: Backend;
  /** Takes each finished epoch (0-based) and the values of its curves. */
  readonly onEpoch?: (epoch: number, report: EpochReport) => void;
}

/** A trained model of sequences; to be disposed of. */
export interface FittedModel extends AsyncDisposable {
  /** The model, for all of its questions. */
  readonly model: SequenceModel;
  /**
   * Continues sequences.
   *
   * @param first the first frames of each sequence, at least as many as the model encodes: (count, given, …frameShape)
   * @param frames how many frames to predict, counted from the first of those given
   * @param draw names one draw from the posterior; the mean prediction by default
   * @returns (count, frames, …frameShape)
   */
  predict(
    first: Sequences,
    frames: number,
    draw?: readonly (string | number)[],
  ): Promise<Sequences>;
}

/**
 * Sequences of vectors from nested arrays [sequence][frame][dimension], all of them observed.
 *
 * @throws RangeError unless all sequences are equally long and all frames equally wide, with finite numbers
 */
export function vectorSequences(values: readonly (readonly (readonly number[])[])[]): Sequences {
  const frameCount = values[0]?.length ?? 0;
  const dimensions = values[0]?.[0]?.length ?? 0;
  const even = values.every((frames) =>
    frames.length === frameCount && frames.every(({ length }) => length === dimensions)
  );
  if (!even || frameCount === 0 || dimensions === 0) {
    throw new RangeError(
      "Cannot take sequences: they must be equally long and their frames equally wide, neither of them empty",
    );
  }
  const flat = values.flat(2);
  const wrong = flat.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new RangeError(`Cannot take sequences: their values must be finite, one is ${wrong}`);
  }
  return allObserved(Float32Array.from(flat), values.length, frameCount, [dimensions]);
}

function allObserved(
  frames: Float32Array,
  count: number,
  frameCount: number,
  frameShape: readonly number[],
): Sequences {
  const observed = Int32Array.from({ length: count * frameCount }, (_, i) => i % frameCount);
  return { count, frameCount, frameShape, frames, observedCount: frameCount, observed };
}

/** Sequences `from` … `to` − 1 of several. */
function part(sequences: Sequences, from: number, to: number): Sequences {
  const { frameCount, observedCount } = sequences;
  const size = frameCount * frameSize(sequences);
  return {
    ...sequences,
    count: to - from,
    frames: sequences.frames.slice(from * size, to * size),
    observed: sequences.observed.slice(from * observedCount, to * observedCount),
  };
}

/**
 * Trains a method on sequences.
 *
 * @param method e.g. `ode2vaeVectors`, or `ode2vae` for images
 * @throws RangeError for settings or sequences that do not fit
 * @throws DivergenceError when the training diverges
 */
export async function fit(
  method: Method<SequenceData, SequenceModel>,
  sequences: Sequences,
  options: FitOptions = {},
): Promise<FittedModel> {
  const { settings = {}, seed = 0, onEpoch } = options;
  const held = options.validation ?? Math.max(1, Math.round(sequences.count / 10));
  const trained = sequences.count - held;
  if (!(Number.isInteger(held) && held >= 1 && trained >= 1)) {
    throw new RangeError(
      `Cannot fit: validation must leave some of the ${sequences.count} sequences on either side, is ${held}`,
    );
  }
  const defaults = defaultSettings(method.settings);
  const { batchSize } = defaults;
  const smaller = typeof batchSize === "number" ? { batchSize: Math.min(batchSize, trained) } : {};
  const backend = options.backend ?? await selectBackend("auto");
  const trainer = await method.start({
    settings: { ...defaults, ...smaller, ...settings },
    seed,
    data: {
      train: part(sequences, 0, trained),
      validation: part(sequences, trained, sequences.count),
    },
    backend: () => Promise.resolve(backend),
  });
  try {
    for (let epoch = 0; epoch < trainer.epochs; epoch++) {
      const report = await trainer.runEpoch(epoch);
      onEpoch?.(epoch, report);
    }
    const model = await trainer.trained();
    return {
      model,
      predict: (first, frames, draw) => continued(model, first, frames, draw),
      [Symbol.asyncDispose]: async () => await trainer.dispose(),
    };
  } catch (error) {
    await trainer.dispose();
    throw error;
  }
}

async function continued(
  model: SequenceModel,
  first: Sequences,
  frames: number,
  draw?: readonly (string | number)[],
): Promise<Sequences> {
  const { count, frameShape, frameCount: given } = first;
  const context = Array.from({ length: given }, (_, frame) => frame);
  // Frames beyond the given ones are asked for, never read.
  const frameCount = Math.max(given, frames);
  const size = frameSize(first);
  const room = new Float32Array(count * frameCount * size);
  for (let s = 0; s < count; s++) {
    room.set(
      first.frames.subarray(s * given * size, (s + 1) * given * size),
      s * frameCount * size,
    );
  }
  const values = await model.predict({
    sequences: allObserved(room, count, frameCount, frameShape),
    context: () => context,
    asked: Array.from({ length: frames }, (_, frame) => frame),
    ...(draw === undefined ? {} : { draw }),
  });
  return allObserved(values, count, frames, frameShape);
}
