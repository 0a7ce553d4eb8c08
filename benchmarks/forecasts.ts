/**
 * How benchmarks score models that go on from the given frames of sequences: the error of each asked frame, and the same by
 * other choices that training does not see.
 *
 * @module
 */
import { frameSize, type Sequences } from "../data/sequences.ts";
import { toJsonNumber } from "../models/training/json_number.ts";
import type {
  SequenceModel,
  SequencePredictor,
  SequenceQuery,
} from "../models/training/sequences.ts";
import type { Metric } from "./record/record.ts";

/** What is asked of a model. */
export interface Forecast {
  /** The sequences. A model gets only their shown frames. */
  readonly test: Sequences;
  /** Frames that it is shown, ascending: the same of every sequence, or those of each. */
  readonly shown: readonly number[] | ((sequence: number) => ArrayLike<number>);
  /** Frames that it predicts, ascending. */
  readonly asked: readonly number[];
}

/** Errors of asked frames: [sequence][frame]. */
export type FrameErrors = readonly (readonly number[])[];

/** Whole numbers from … to − 1. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** The mean of numbers. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Each sequence counts alike, however many frames are asked of it. */
export const overSequences = (errors: FrameErrors): number => mean(errors.map(mean));

/** Frames of one sequence that a model is shown. */
const shownOf = ({ shown }: Forecast, sequence: number): ArrayLike<number> =>
  typeof shown === "function" ? shown(sequence) : shown;

/** Sequences without the frames that a model must not see: a prediction that reads one is not a number. */
function blinded(forecast: Forecast): Sequences {
  const { test } = forecast;
  const size = frameSize(test);
  const frames = new Float32Array(test.frames.length).fill(NaN);
  for (let s = 0; s < test.count; s++) {
    for (const frame of Array.from(shownOf(forecast, s))) {
      const at = (s * test.frameCount + frame) * size;
      frames.set(test.frames.subarray(at, at + size), at);
    }
  }
  return { ...test, frames };
}

/** The question of a forecast, in which all frames but the shown ones are hidden. @param draw names one draw of the model */
export function queryOf(forecast: Forecast, draw?: readonly (string | number)[]): SequenceQuery {
  return {
    sequences: blinded(forecast),
    context: (s) => shownOf(forecast, s),
    asked: forecast.asked,
    ...(draw === undefined ? {} : { draw }),
  };
}

/** The asked frames as a model predicts them: (count, asked, …frameShape). @param draw names one draw of the model */
export async function predictFrames(
  model: SequencePredictor,
  forecast: Forecast,
  draw?: readonly (string | number)[],
): Promise<Float32Array> {
  return await model.predict(queryOf(forecast, draw));
}

/** Mean squared error of each predicted frame. */
export function frameErrors(
  { test, asked }: Forecast,
  predicted: ArrayLike<number>,
): FrameErrors {
  const size = frameSize(test);
  return range(0, test.count).map((s) =>
    asked.map((frame, i) => {
      const at = (s * asked.length + i) * size;
      const truth = (s * test.frameCount + frame) * size;
      let sum = 0;
      for (let k = 0; k < size; k++) sum += (predicted[at + k]! - test.frames[truth + k]!) ** 2;
      return sum / size;
    })
  );
}

/** The mean prediction of each model for its forecast. */
export async function predictions(
  models: readonly SequencePredictor[],
  forecasts: readonly Forecast[],
): Promise<readonly Float32Array[]> {
  const frames: Float32Array[] = [];
  for (const [i, forecast] of forecasts.entries()) {
    frames.push(await predictFrames(models[i]!, forecast));
  }
  return frames;
}

/** Errors of a model's mean prediction for each forecast, one forecast after the other. */
export async function errorsOf(
  models: readonly SequencePredictor[],
  forecasts: readonly Forecast[],
): Promise<FrameErrors> {
  const frames = await predictions(models, forecasts);
  return forecasts.flatMap((forecast, i) => frameErrors(forecast, frames[i]!));
}

/** Error of the mean over draws, and the mean error of single draws. */
async function sampledErrors(
  models: readonly SequencePredictor[],
  draws: number,
  forecasts: readonly Forecast[],
): Promise<{ readonly ofMean: number; readonly single: number }> {
  const [ofMean, single]: [(readonly number[])[], number[]] = [[], []];
  for (const [i, forecast] of forecasts.entries()) {
    let sum: Float64Array | undefined;
    for (let draw = 0; draw < draws; draw++) {
      const predicted = await predictFrames(models[i]!, forecast, ["error", draw]);
      sum ??= new Float64Array(predicted.length);
      predicted.forEach((value, at) => sum![at]! += value / draws);
      single.push(overSequences(frameErrors(forecast, predicted)));
    }
    ofMean.push(...frameErrors(forecast, sum!));
  }
  return { ofMean: overSequences(ofMean), single: mean(single) };
}

/** Makes a metric from the ending of its name, what is different in it, and its value. */
export type ErrorMetric = (name: string, variant: string, value: number) => Metric;

/** Metrics `testMse…` of one quantity. */
export function errorMetric(label: string, unit: string): ErrorMetric {
  return (name, variant, value) => ({
    name: `testMse${name}`,
    label: `${label}${variant && ", "}${variant}`,
    value: toJsonNumber(value),
    unit,
    direction: "lower",
  });
}

/** Errors by draws and of each variant, and what the models report of themselves. @param models one for each forecast */
export async function otherMetrics(
  models: readonly SequenceModel[],
  forecasts: readonly Forecast[],
  metric: ErrorMetric,
): Promise<Metric[]> {
  const { draws, variants = [], facts = [] } = models[0]!;
  const metrics: Metric[] = [];
  if (draws) {
    const { ofMean, single } = await sampledErrors(models, draws, forecasts);
    metrics.push(
      metric("Samples", `mean of ${draws} draws`, ofMean),
      metric("SingleDraw", "one draw", single),
    );
  }
  for (const [i, { name, label }] of variants.entries()) {
    const errors = await errorsOf(models.map((model) => model.variants![i]!), forecasts);
    metrics.push(metric(name, label, overSequences(errors)));
  }
  for (const [i, fact] of facts.entries()) {
    metrics.push({
      ...fact,
      value: toJsonNumber(mean(models.map((model) => model.facts![i]!.value))),
    });
  }
  return metrics;
}

/** Mean over the sequences that have it of each asked frame's error. */
export function errorByFrame(errors: FrameErrors): number[] {
  return range(0, Math.max(...errors.map(({ length }) => length)))
    .map((frame) => mean(errors.flatMap((sequence) => sequence[frame] ?? [])));
}
