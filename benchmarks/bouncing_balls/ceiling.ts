/**
 * How well a perfect model could do that reads places off frames with some error.
 *
 * @module
 */
import type { BouncingBalls } from "../../data/bouncing_balls/bouncing_balls.ts";
import { drawBalls } from "../../data/bouncing_balls/frames.ts";
import { type Balls, moveBalls } from "../../data/bouncing_balls/simulation.ts";
import { fold, normal, rootKey } from "../../data/random/mod.ts";
import { frameSize } from "../../data/sequences.ts";
import { consecutiveContext, extrapolating } from "../../models/reference/extrapolation.ts";
import { untrained } from "../../models/reference/untrained.ts";
import type { Method } from "../../models/training/method.ts";
import type { SequenceModel } from "../../models/training/sequences.ts";
import { parseSettings, positive } from "../../models/training/settings.ts";

const TABLE = {
  positionNoise: positive(
    0.1 * 10 / 32,
    "standard deviation of the noise on each coordinate, in a box of side 10; a tenth of a pixel",
  ),
} as const;

/**
 * The simulator that made the data, started from the true places and velocities of the last given frame plus noise. It
 * answers for the test sequences alone.
 *
 * A velocity's noise is that of the difference of two noisy places two frames apart, in lengths a frame.
 */
export const noisySimulator: Method<BouncingBalls, SequenceModel> = untrained(
  "True simulator",
  TABLE,
  ({ data: { options, test, testPaths }, settings }) => {
    const { positionNoise } = parseSettings("the true simulator", TABLE, settings);
    const noise = fold(rootKey(0), "noisy simulator");
    /** A part of the paths with noise. */
    const noisy = (
      path: Float64Array,
      from: number,
      deviation: number,
      name: string,
      s: number,
    ) => {
      const values = normal(fold(noise, name, s), 2 * options.balls);
      return Float64Array.from(values, (value, i) => path[from + i]! + deviation * value);
    };
    const start = (s: number, frame: number): Balls => {
      const from = (s * test.frameCount + frame) * 2 * options.balls;
      return {
        positions: noisy(testPaths.positions, from, positionNoise, "positions", s),
        velocities: noisy(testPaths.velocities, from, positionNoise / Math.SQRT2, "velocities", s),
      };
    };
    return {
      trained: extrapolating((query, s) => {
        const [, last] = consecutiveContext(query, s, 1);
        return (frame) => {
          const balls = start(s, last);
          for (let i = last; i < frame; i++) moveBalls(balls, options.radius);
          const drawn = new Float32Array(frameSize(test));
          drawBalls(balls.positions, options, drawn);
          return drawn;
        };
      }),
    };
  },
);
