/**
 * How bouncing balls score a row: the error of the frames after those that are given, by step, the same by other choices
 * that training does not see, and sequences and their physics to look at. One code for all rows.
 *
 * @module
 */
import type { BouncingBalls } from "../../data/bouncing_balls/bouncing_balls.ts";
import { frameSize, type Sequences } from "../../data/sequences.ts";
import { concatenated } from "../../models/training/arrays.ts";
import type { FrameStrips, Traces } from "../../models/training/exhibit.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import type { Watch } from "../../models/training/method.ts";
import type { SequenceModel, SequencePredictor } from "../../models/training/sequences.ts";
import type { Evaluation } from "../definition.ts";
import {
  errorByFrame,
  errorMetric,
  errorsOf,
  type Forecast,
  frameErrors,
  mean,
  otherMetrics,
  overSequences,
  predictFrames,
  queryOf,
  range,
} from "../forecasts.ts";
import { frameStrips } from "../record/frame_strips.ts";
import { findDiscs, kineticEnergy } from "./discs.ts";

/** First frames of a test sequence that are given. */
export const GIVEN = 3;
/** Frames after them that are asked for. */
export const ASKED = 10;
/** Test sequences that a record shows. */
const SHOWN = 4;
/** Test sequences whose discs are measured. */
const MEASURED = 20;

/** Test sequences that are predicted at once, as many as a minibatch of training has: 500 would take 4 GB. */
const AT_ONCE = 10;

/**
 * A model that is asked about a few sequences at a time. Each part has draws of its own. Where batch norms have the
 * statistics of the test batch, a part is that batch.
 */
export function inParts(model: SequenceModel): SequenceModel {
  const { variants } = model;
  return {
    ...model,
    predict: predictInParts(model),
    ...(variants && {
      variants: variants.map((variant) => ({ ...variant, predict: predictInParts(variant) })),
    }),
  };
}

function predictInParts(model: SequencePredictor): SequencePredictor["predict"] {
  return async ({ sequences, context, draw, ...query }) => {
    const { count, observedCount, frameCount, frames, observed } = sequences;
    const size = frameSize(sequences);
    const parts: Float32Array[] = [];
    for (let from = 0; from < count; from += AT_ONCE) {
      const to = Math.min(count, from + AT_ONCE);
      parts.push(
        await model.predict({
          ...query,
          sequences: {
            ...sequences,
            count: to - from,
            frames: frames.subarray(from * frameCount * size, to * frameCount * size),
            observed: observed.subarray(from * observedCount, to * observedCount),
          },
          context: (sequence) => context(from + sequence),
          ...(draw && { draw: from === 0 ? draw : [...draw, "from", from] }),
        }),
      );
    }
    return concatenated(parts);
  };
}

const metric = errorMetric("MSE of the next ten frames", "per pixel");

/** What is asked of every row. */
function forecastOf(test: Sequences): Forecast {
  return { test, shown: range(0, GIVEN), asked: range(GIVEN, GIVEN + ASKED) };
}

/** The test error between epochs. It selects nothing. */
export function watchBalls({ test }: BouncingBalls): Watch<SequenceModel> {
  return {
    curves: {
      testMse: { label: "MSE of the next ten frames", unit: "per pixel", direction: "lower" },
    },
    measure: async (model) => ({
      testMse: overSequences(await errorsOf([inParts(model)], [forecastOf(test)])),
    }),
  };
}

/** Given and asked frames of test sequences: (GIVEN + ASKED, …frameShape) each. */
interface Path {
  readonly truth: Float32Array;
  readonly predicted: Float32Array;
}

/** A test sequence, with the given frames before those that a model predicted. */
function pathOf(test: Sequences, predicted: Float32Array, sequence: number): Path {
  const size = frameSize(test);
  const from = sequence * test.frameCount * size;
  const truth = test.frames.subarray(from, from + (GIVEN + ASKED) * size);
  const path = truth.slice();
  path.set(
    predicted.subarray(sequence * ASKED * size, (sequence + 1) * ASKED * size),
    GIVEN * size,
  );
  return { truth, predicted: path };
}

/** Pictures that predictions of the first sequences are composed of: (count, GIVEN + ASKED, …frameShape) each. */
async function componentsOf(
  model: SequenceModel,
  test: Sequences,
  count: number,
): Promise<readonly Float32Array[]> {
  const forecast = { ...forecastOf({ ...test, count }), asked: range(0, GIVEN + ASKED) };
  return await model.components?.(queryOf(forecast)) ?? [];
}

function shownSequence(
  test: Sequences,
  { truth, predicted }: Path,
  sequence: number,
  components: readonly Float32Array[],
): FrameStrips {
  const [height, width] = test.frameShape as [number, number];
  return frameStrips({
    name: `sequence${sequence}`,
    label: `test sequence ${sequence}`,
    ...{ height, width, ofData: false },
    marked: range(0, GIVEN),
    markedLabel: "given to the model",
    strips: [
      { label: "truth", values: truth },
      { label: "prediction", values: predicted },
      ...components.map((frames, i) => ({
        label: `component ${i + 1}`,
        values: frames.subarray(sequence * truth.length, (sequence + 1) * truth.length),
        part: true,
      })),
    ],
  });
}

/** Number of discs and kinetic energy of each step, from the last given frame on. */
function physicsOf(frames: Float32Array, size: number, { options }: BouncingBalls) {
  const discs = range(GIVEN - 1, GIVEN + ASKED).map((frame) =>
    findDiscs(frames.subarray(frame * size, (frame + 1) * size), options)
  );
  return {
    counts: discs.slice(1).map(({ length }) => length),
    energies: discs.slice(1).map((after, i) => kineticEnergy(discs[i]!, after)),
  };
}

/** Discs and kinetic energy of predictions against those of the truth, both measured in the images. */
function physics(data: BouncingBalls, paths: readonly Path[]): Traces {
  const size = frameSize(data.test);
  const measured = (["truth", "predicted"] as const).map((of) =>
    paths.map((path) => physicsOf(path[of], size, data))
  );
  const steps = range(1, ASKED + 1);
  const panel = (label: string, quantity: "counts" | "energies") => ({
    y: { label, unit: "" },
    series: measured.map((sequences, colour) => ({
      label: colour === 0 ? "truth" : "prediction",
      colour,
      style: "line" as const,
      x: steps,
      y: steps.map((_, i) => toJsonNumber(mean(sequences.map((of) => of[quantity][i]!)))),
    })),
  });
  return {
    kind: "traces",
    name: "physics",
    label: `discs that are found in the frames, mean over ${paths.length} test sequences`,
    x: { label: "step", unit: "frames" },
    xStep: 1,
    panels: [panel("number of discs", "counts"), panel("kinetic energy", "energies")],
  };
}

/** Metrics, the error of each step, and exhibits of a trained row. */
export async function evaluate(model: SequenceModel, data: BouncingBalls): Promise<Evaluation> {
  const { test } = data;
  const forecast = forecastOf(test);
  const predicted = await predictFrames(model, forecast);
  const errors = frameErrors(forecast, predicted);
  const paths = range(0, Math.min(test.count, MEASURED)).map((s) => pathOf(test, predicted, s));
  const shown = paths.slice(0, SHOWN);
  const components = await componentsOf(model, test, shown.length);
  return {
    metrics: [
      metric("", "", overSequences(errors)),
      ...await otherMetrics([model], [forecast], metric),
    ],
    curves: [{
      name: "errorPerStep",
      label: "MSE of each step after the last given frame",
      unit: "per pixel",
      direction: "lower",
      xLabel: "step",
      xUnit: "frames",
      x: range(1, ASKED + 1),
      y: errorByFrame(errors).map(toJsonNumber),
    }],
    exhibits: [
      ...shown.map((path, s) => shownSequence(test, path, s, components)),
      physics(data, paths),
      ...(model.exhibits?.() ?? []),
    ],
  };
}
