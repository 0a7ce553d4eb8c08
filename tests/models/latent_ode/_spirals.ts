/** Damped spirals, a system of first order whose solution is known. */
import { assertEquals } from "@std/assert";
import type { Sequences } from "../../../data/sequences.ts";
import { fold, rootKey, uniform } from "../../../data/random/mod.ts";
import type { EpochReport, Method, Trainer } from "../../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../../models/training/sequences.ts";
import type { Settings } from "../../../models/training/settings.ts";
import { epochs, withTrainer } from "../training/_tiny_task.ts";

const FRAMES = 20;

/** Spirals e^{−0.3 t} (cos, sin)(3 t + φ) of radius 0.5 … 1.5 in the plane, every 0.1. */
export function spirals(name: string, count: number): Sequences {
  const random = uniform(fold(rootKey(4), name), 2 * count);
  const frames = Float32Array.from({ length: count * FRAMES * 2 }, (_, i) => {
    const [s, t] = [Math.floor(i / (2 * FRAMES)), 0.1 * (Math.floor(i / 2) % FRAMES)];
    const radius = (0.5 + random[2 * s]!) * Math.exp(-0.3 * t);
    const angle = 2 * Math.PI * random[2 * s + 1]! + 3 * t;
    return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
  return {
    ...{ count, frames, frameShape: [2], frameCount: FRAMES, observedCount: FRAMES },
    observed: Int32Array.from({ length: count * FRAMES }, (_, i) => i % FRAMES),
  };
}

/** 32 spirals, and 8 others. */
export const SPIRALS: SequenceData = {
  train: spirals("train", 32),
  validation: spirals("validation", 8),
};

/** Networks that fit spirals, and one Adam step an epoch. */
export const SPIRAL_SETTINGS = {
  ...{ latentDimensions: 2, fieldHidden: 16, networkHidden: 16, variance: "learned" },
  ...{ batchSize: 32, growth: false, stepsPerFrame: 1, learningRate: 0.01, testEvery: 0 },
} as const;

/** Mean squared error of frames 3 … of other spirals, predicted from frames 0 … 2. */
export async function spiralError(
  model: SequenceModel,
  sequences: Sequences = spirals("test", 8),
): Promise<number> {
  const asked = Array.from({ length: FRAMES - 3 }, (_, i) => i + 3);
  const predicted = await model.predict({ sequences, context: () => [0, 1, 2], asked });
  const size = predicted.length / sequences.count;
  return predicted.reduce((sum, value, i) => {
    const truth = sequences.frames[Math.floor(i / size) * 2 * FRAMES + 6 + i % size]!;
    return sum + (value - truth) ** 2;
  }, 0) / predicted.length;
}

/** Trains on {@link SPIRALS}. */
export const withSpirals =
  (method: Method<SequenceData, SequenceModel>, base: Settings) =>
  <T>(settings: Settings, test: (trainer: Trainer<SequenceModel>) => Promise<T>): Promise<T> =>
    withTrainer(method, { settings: { ...base, ...settings }, data: SPIRALS }, test);

/** Trains four epochs, and the last two once more from a checkpoint: the same bits. @returns reports and optimiser steps */
export async function resumedReports(
  onSpirals: ReturnType<typeof withSpirals>,
  settings: Settings,
): Promise<{ readonly reports: readonly EpochReport[]; readonly steps: number }> {
  return await onSpirals({ ...settings, epochs: 4 }, async (whole) => {
    const reports = await epochs(whole, 0, 2);
    const saved = whole.checkpoint();
    reports.push(...await epochs(whole, 2, 4));
    await onSpirals({ ...settings, epochs: 4 }, async (resumed) => {
      resumed.restore(saved);
      assertEquals(await epochs(resumed, 2, 4), reports.slice(2));
      assertEquals(resumed.checkpoint(), whole.checkpoint());
      const [one, other] = [await resumed.trained(), await whole.trained()];
      assertEquals(await spiralError(one), await spiralError(other));
    });
    return { reports, steps: whole.steps };
  });
}
