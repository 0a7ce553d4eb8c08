/** Sequences of vectors, and references fitted to them. */
import type { Sequences } from "../../../data/sequences.ts";
import type { Method } from "../../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../../models/training/sequences.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";

/** Sequences whose frames are all observed. @param values (sequences, frames, dimensions) */
export function complete(values: readonly (readonly (readonly number[])[])[]): Sequences {
  const [first] = values;
  const frameCount = first!.length;
  return {
    count: values.length,
    frameCount,
    frameShape: [first![0]!.length],
    frames: Float32Array.from(values.flat(2)),
    observedCount: frameCount,
    observed: Int32Array.from(values.flatMap((frames) => [...frames.keys()])),
  };
}

/** The trainer of a method that computes with no backend, at its start. */
export function started(
  method: Method<SequenceData, SequenceModel>,
  data: SequenceData,
  settings: Settings = {},
  seed = 1,
) {
  return method.start({
    settings: { ...defaultSettings(method.settings), ...settings },
    seed,
    data,
    backend: () => Promise.reject(new Error("nothing to compute with")),
  });
}

/** The model of a method that computes with no backend, trained to its end. */
export async function fitted(
  method: Method<SequenceData, SequenceModel>,
  data: SequenceData,
  settings: Settings = {},
  seed = 1,
): Promise<SequenceModel> {
  const trainer = await started(method, data, settings, seed);
  for (let epoch = 0; epoch < trainer.epochs; epoch++) await trainer.runEpoch(epoch);
  return await trainer.trained();
}

/** Mean squared error of the frames from `first` on, predicted from those that `context` names. */
export async function errorFrom(
  model: SequenceModel,
  sequences: Sequences,
  context: (sequence: number) => ArrayLike<number>,
  first: number,
): Promise<number> {
  const asked = Array.from({ length: sequences.frameCount - first }, (_, i) => first + i);
  const predicted = await model.predict({ sequences, context, asked });
  const size = predicted.length / sequences.count;
  let sum = 0;
  predicted.forEach((value, i) => {
    const [s, at] = [Math.floor(i / size), i % size];
    const end = (s + 1) * (sequences.frames.length / sequences.count);
    sum += (value - sequences.frames[end - size + at]!) ** 2;
  });
  return sum / predicted.length;
}
