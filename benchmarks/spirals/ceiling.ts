/**
 * How well a model could do that knows the generator.
 *
 * @module
 */
import { SPIRAL_POINTS, spiralPoint, type Spirals, STARTS } from "../../data/spirals/spirals.ts";
import { frameOf } from "../../data/sequences.ts";
import { extrapolating } from "../../models/reference/extrapolation.ts";
import { untrained } from "../../models/reference/untrained.ts";
import type { Method } from "../../models/training/method.ts";
import type { SequenceModel } from "../../models/training/sequences.ts";
import { range } from "../forecasts.ts";

/** Every window that the generator can draw: its points. */
const WINDOWS = [false, true].flatMap((clockwise) => {
  const points = range(0, SPIRAL_POINTS).map((index) => spiralPoint(clockwise, index));
  return range(STARTS.test[0], STARTS.test[1] + 1).map((start) => points.slice(start));
});

/** The window of the generator with the least squared distance to the observations: the most likely one. */
export const nearestWindow: Method<Spirals, readonly SequenceModel[]> = untrained(
  "Most likely window of the generator",
  {},
  ({ data: { groups } }) => ({
    trained: groups.map(() =>
      extrapolating(({ sequences, context }, s) => {
        const frames = Array.from(context(s));
        let [nearest, least] = [WINDOWS[0]!, Infinity];
        for (const window of WINDOWS) {
          let distance = 0;
          for (const frame of frames) {
            const [x, y] = window[frame]!;
            const [seenX, seenY] = frameOf(sequences, s, frame);
            distance += (x - seenX!) ** 2 + (y - seenY!) ** 2;
          }
          if (distance < least) [nearest, least] = [window, distance];
        }
        return (frame) => nearest[frame]!;
      })
    ),
  }),
);
