/**
 * References that go on from the beginning of a sequence: what a model of motion has to beat.
 *
 * @module
 */
import { frameOf, frameSize } from "../../data/sequences.ts";
import type { Method } from "../training/method.ts";
import type { SequenceData, SequenceModel, SequenceQuery } from "../training/sequences.ts";
import { periodOf, squaredDistance } from "../training/period.ts";
import { count, parseSettings } from "../training/settings.ts";
import { untrained } from "./untrained.ts";

/** The frames of one sequence, from what a query says of it. */
export type Extrapolation = (
  query: Pick<SequenceQuery, "sequences" | "context">,
  sequence: number,
) => (frame: number) => ArrayLike<number>;

/** A model that answers sequence by sequence. */
export function extrapolating(extrapolate: Extrapolation): Pick<SequenceModel, "predict"> {
  return {
    predict: (query) => Promise.try(() => predicted(extrapolate, query)),
  };
}

function predicted(extrapolate: Extrapolation, query: SequenceQuery): Float32Array {
  const { sequences, asked = Array.from({ length: sequences.frameCount }, (_, i) => i) } = query;
  const size = frameSize(sequences);
  const result = new Float32Array(sequences.count * asked.length * size);
  for (let s = 0; s < sequences.count; s++) {
    const frameAt = extrapolate(query, s);
    asked.forEach((frame, at) => result.set(frameAt(frame), (s * asked.length + at) * size));
  }
  return result;
}

/**
 * The first and the last frame of a sequence's context.
 *
 * @throws RangeError unless these are `least` consecutive frames or more
 */
export function consecutiveContext(
  { context }: Pick<SequenceQuery, "context">,
  sequence: number,
  least: number,
): readonly [first: number, last: number] {
  const frames = context(sequence);
  const [first = 0, last = -1] = [frames[0], frames[frames.length - 1]];
  if (frames.length >= least && last - first + 1 === frames.length) return [first, last];
  throw new RangeError(
    `Cannot go on from the context of sequence ${sequence}: it must be at least ${least} ` +
      `consecutive frames, is ${frames.length} from ${first} to ${last}`,
  );
}

/**
 * The training sequence whose frames at the context's places are the nearest, frame by frame.
 */
export const nearestTraining: Method<SequenceData, SequenceModel> = untrained(
  "Nearest training sequence",
  {},
  ({ data: { train } }) => ({
    trained: extrapolating(({ sequences, context }, s) => {
      const frames = Array.from(context(s));
      let [nearest, least] = [0, Infinity];
      for (let candidate = 0; candidate < train.count; candidate++) {
        const distance = frames.reduce(
          (sum, frame) =>
            sum + squaredDistance(frameOf(sequences, s, frame), frameOf(train, candidate, frame)),
          0,
        );
        if (distance < least) [nearest, least] = [candidate, distance];
      }
      return (frame) => {
        if (frame < train.frameCount) return frameOf(train, nearest, frame);
        throw new RangeError(
          `Cannot copy frame ${frame} of a training sequence: it must be below ` +
            `${train.frameCount}, is not`,
        );
      };
    }),
  }),
);

const PERIOD_SETTINGS = {
  shortestPeriod: count(60, "fewest frames after which a context may repeat itself"),
  longestPeriod: count(180, "most frames after which it may"),
};

/** The last period of a sequence's own context again and again; the defaults are 0.5 to 1.5 s of CMU's 120 frames a second. */
export const lastPeriod: Method<SequenceData, SequenceModel> = untrained(
  "Last period",
  PERIOD_SETTINGS,
  ({ settings }) => {
    const { shortestPeriod, longestPeriod } = parseSettings(
      "Last period",
      PERIOD_SETTINGS,
      settings,
    );
    return {
      trained: extrapolating((query, s) => {
        const [first, last] = consecutiveContext(query, s, shortestPeriod + 1);
        const lags = [shortestPeriod, longestPeriod] as const;
        const period = periodOf(query.sequences, s, [first, last], lags);
        return (frame) => {
          const copied = frame <= last ? frame : last + 1 - period + (frame - last - 1) % period;
          return frameOf(query.sequences, s, copied);
        };
      }),
    };
  },
);
