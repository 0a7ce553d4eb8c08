/**
 * How motion capture scores a row: the error of the frames after those that are given, by frame and by walk, the same by
 * other choices that training does not see, and joint angles to look at. One code for all rows.
 *
 * @module
 */
import { frameSize, type Sequences } from "../../data/sequences.ts";
import type { StickFigure } from "../../data/mocap/stick_figure.ts";
import type { Motion, Traces } from "../../models/training/exhibit.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import type { Watch } from "../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../models/training/sequences.ts";
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
  predictions,
  range,
} from "../forecasts.ts";
import { quantile } from "../quantile.ts";

/** Walks that one model is trained and tested on. */
export interface WalkGroup extends SequenceData {
  /** CMU's name of the walk, or of the group. */
  readonly name: string;
  /** Walks to predict. */
  readonly test: Sequences;
  /** First frames of a test walk that are given; those after them are asked for. */
  readonly given: number;
  /** Draws the first of the test walks, where its skeleton is known. */
  readonly figure?: StickFigure;
}

/** What is trained and tested. */
export interface Walks {
  /** Each with a model of its own. */
  readonly groups: readonly WalkGroup[];
  /** Frames that an encoder sees. */
  readonly contextFrames: number;
}

/**
 * Which frames a row is shown: as many as are encoded, the first or the last of those given, all of these, or, for a floor
 * that is no prediction, those that are asked for as well.
 */
export type Context = "first" | "last" | "given" | "all";

/** What a row is scored by. */
export interface Scoring {
  readonly data: Walks;
  readonly context: Context;
}

/** Frames a second. */
const FRAME_RATE = 120;
/** Joint angles that are shown, by their places among the 50 channels (`data/mocap/preprocessing.ts`): what swings. */
const SHOWN = [
  [38, "right thigh, rx"],
  [41, "right shin, rx"],
  [44, "left thigh, rx"],
  [26, "right upper arm, rx"],
] as const;
/** Draws of shown angles. */
const SHOWN_DRAWS = 30;

function shown({ contextFrames }: Walks, { given, test }: WalkGroup, context: Context): number[] {
  if (context === "all") return range(0, test.frameCount);
  if (context === "given") return range(0, given);
  return context === "first" ? range(0, contextFrames) : range(given - contextFrames, given);
}

/** Frames `from` … of the test walks of a group are asked for; by default those after the given ones. */
function forecastOf(
  group: WalkGroup,
  { data, context }: Scoring,
  from: number = group.given,
): Forecast {
  const { test } = group;
  return { test, shown: shown(data, group, context), asked: range(from, test.frameCount) };
}

/** What is asked of the model of each group. @param from the first asked frame; the first after the given ones by default */
const forecasts = (scoring: Scoring, from?: number) =>
  scoring.data.groups.map((group) => forecastOf(group, scoring, from));

/** The test error between epochs. It selects nothing. */
export function watchWalks(scoring: Scoring): Watch<readonly SequenceModel[]> {
  return {
    curves: {
      testMse: { label: "MSE of the asked frames", unit: "squared degrees", direction: "lower" },
    },
    measure: async (models) => ({
      testMse: overSequences(await errorsOf(models, forecasts(scoring))),
    }),
  };
}

const metric = errorMetric("MSE of the asked frames", "squared degrees");

/**
 * Some joint angles of the first test walk: truth and prediction, with a band where the model draws.
 *
 * @param predicted the asked frames
 */
async function shownAngles(
  model: SequenceModel,
  predicted: Float32Array,
  scoring: Scoring,
): Promise<Traces> {
  const group = scoring.data.groups[0]!;
  const { test, given } = group;
  const size = frameSize(test);
  const asked = test.frameCount - given;
  const seconds = (from: number) => range(from, test.frameCount).map((frame) => frame / FRAME_RATE);
  const forecast = forecastOf(group, scoring);
  const futures: Float32Array[] = [];
  for (let draw = 0; model.draws && draw < SHOWN_DRAWS; draw++) {
    futures.push(await predictFrames(model, forecast, ["shown", draw]));
  }
  return {
    kind: "traces",
    name: "jointAngles",
    label: `joint angles of ${group.name}, the first walk of the test`,
    ofData: true,
    x: { label: "time", unit: "seconds" },
    marks: [{ x: given / FRAME_RATE, label: "last given frame" }],
    panels: SHOWN.map(([channel, label]) => {
      const at = (frame: number) => frame * size + channel;
      const drawn = range(0, asked).map((frame) => {
        const values = futures.map((future) => future[at(frame)]!);
        const centre = mean(values);
        return [centre, Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))] as const;
      });
      const bound = (sign: number) =>
        drawn.map(([centre, deviation]) => toJsonNumber(centre + sign * 2 * deviation));
      return {
        y: { label, unit: "degrees from the mean" },
        series: [
          {
            label: "truth",
            colour: 0,
            style: "line",
            x: seconds(0),
            y: range(0, test.frameCount).map((frame) => toJsonNumber(test.frames[at(frame)]!)),
          },
          {
            label: "prediction",
            colour: 1,
            style: "line",
            x: seconds(given),
            y: range(0, asked).map((frame) => toJsonNumber(predicted[at(frame)]!)),
            ...(futures.length === 0 ? {} : {
              band: {
                label: `mean ± 2 standard deviations of ${SHOWN_DRAWS} drawn futures`,
                lower: bound(-1),
                upper: bound(1),
              },
            }),
          },
        ],
      };
    }),
  };
}

/** Every so many frames of a walk one is drawn: ten a second. */
const DRAWN = 12;

/** The asked frames of the first test walk as stick figures: truth and prediction. */
function shownMotion(
  figure: StickFigure,
  predicted: Float32Array,
  { name, test, given }: WalkGroup,
): Motion {
  const size = frameSize(test);
  const positions = (frames: Float32Array) =>
    range(0, test.frameCount - given).filter((frame) => frame % DRAWN === 0).flatMap((frame) =>
      Array.from(
        figure.positions(frames.subarray(frame * size, (frame + 1) * size)),
        (v) => Number(v.toFixed(1)),
      )
    );
  return {
    kind: "motion",
    name: "walk",
    label: `stick figures of ${name}, the first walk of the test`,
    ofData: true,
    joints: figure.joints,
    parents: figure.parents,
    frameSeconds: DRAWN / FRAME_RATE,
    motions: [
      { label: "truth", positions: positions(test.frames.subarray(given * size)) },
      { label: "prediction", positions: positions(predicted) },
    ],
  };
}

/** Metrics, the error at each frame and of each walk, and exhibits of a trained row. */
export async function evaluate(
  models: readonly SequenceModel[],
  scoring: Scoring,
): Promise<Evaluation> {
  const { data, context } = scoring;
  const [first] = models;
  const asked = forecasts(scoring);
  const predicted = await predictions(models, asked);
  const errors = asked.flatMap((forecast, i) => frameErrors(forecast, predicted[i]!));
  const byWalk = errors.map(mean);
  const metrics = [metric("", "", mean(byWalk))];
  const { groups, contextFrames } = data;
  if (groups.every(({ given }) => given === contextFrames)) {
    metrics.push(
      metric(
        "AllFrames",
        "with the given frames among them",
        overSequences(await errorsOf(models, forecasts(scoring, 0))),
      ),
    );
  } else if (context === "first" || context === "last") {
    const [other, words] = context === "first"
      ? ["last", "from the last given frames"] as const
      : ["first", "from the first given frames"] as const;
    const name = other === "last" ? "FromLast" : "FromFirst";
    const errors = await errorsOf(models, forecasts({ data, context: other }));
    metrics.push(metric(name, words, overSequences(errors)));
  }
  if (groups.length > 1) {
    const centre = mean(byWalk);
    const variance = mean(byWalk.map((value) => (value - centre) ** 2)) * byWalk.length /
      (byWalk.length - 1);
    metrics.push(
      metric("Median", "median over walks", quantile(byWalk, 0.5)),
      metric("WalkDeviation", "standard deviation over walks", Math.sqrt(variance)),
    );
  }
  metrics.push(...await otherMetrics(models, asked, metric));
  const byFrame = errorByFrame(errors);
  const { figure } = groups[0]!;
  const common = { unit: "squared degrees", direction: "lower" } as const;
  return {
    metrics,
    curves: [
      {
        ...common,
        name: "errorPerFrame",
        label: "MSE by time after the last given frame",
        xLabel: "time",
        xUnit: "seconds",
        x: byFrame.map((_, i) => (i + 1) / FRAME_RATE),
        y: byFrame.map(toJsonNumber),
      },
      {
        ...common,
        name: "errorPerWalk",
        label: "MSE of each test walk",
        xLabel: "walk",
        xUnit: "",
        x: byWalk.map((_, i) => i + 1),
        y: byWalk.map(toJsonNumber),
      },
    ],
    exhibits: [
      ...(figure === undefined ? [] : [shownMotion(figure, predicted[0]!, groups[0]!)]),
      await shownAngles(first!, predicted[0]!, scoring),
      ...(first?.exhibits?.() ?? []),
    ],
  };
}
