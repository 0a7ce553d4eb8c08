/**
 * Bouncing balls: sequences of images of balls in a box, made from a seed.
 *
 * @module
 */
import { fold, type Key, rootKey } from "../random/mod.ts";
import type { SplitCounts } from "../rotating_mnist.ts";
import { drawnSequences, type Sequences, sequencesSha256 } from "../sequences.ts";
import { drawBalls, type Drawing } from "./frames.ts";
import { moveBalls, startBalls } from "./simulation.ts";

/** What {@link makeBouncingBalls} makes. */
export interface BouncingBallsOptions extends Drawing {
  /** Of all random numbers. A sequence depends on it, its split and its place, not on the counts. */
  readonly seed: number;
  /** Sequences of each split. */
  readonly counts: Required<SplitCounts>;
  /** Balls of a sequence. */
  readonly balls: number;
  /** Frames of a sequence. */
  readonly frameCount: number;
}

/** The data of the RTRBM, DTSBN-S and ODE2VAE papers. */
export const BOUNCING_BALLS: BouncingBallsOptions = Object.freeze({
  seed: 0,
  counts: Object.freeze({ train: 10_000, validation: 500, test: 500 }),
  balls: 3,
  radius: 1.2,
  frameCount: 20,
  resolution: 32,
  edges: "soft",
});

/** Where the balls of sequences are and how they move: (count, frameCount, balls, 2) each. */
export interface BallPaths {
  /** Centres, x to the right and y downwards, in a box of side 10. */
  readonly positions: Float64Array;
  /** Lengths a frame. */
  readonly velocities: Float64Array;
}

/** The data set. */
export interface BouncingBalls {
  /** How it was made. */
  readonly options: BouncingBallsOptions;
  /** SHA-256 (hex) of shapes and frames: part of a result's identity. */
  readonly sha256: string;
  /** Training sequences, whose frames are drawn anew each time that one is asked for: together they take 820 MB. */
  readonly train: Sequences;
  /** Validation sequences. */
  readonly validation: Sequences;
  /** Test sequences. */
  readonly test: Sequences;
  /** What the test sequences show. */
  readonly testPaths: BallPaths;
}

/**
 * Makes the data set: 10,500 sequences of 20 frames and their hash take some seconds, and 120 MB.
 *
 * @param changes differences from {@link BOUNCING_BALLS}
 * @throws RangeError for options that are not positive numbers, and where the balls do not fit in the box
 */
export async function makeBouncingBalls(
  changes: Partial<BouncingBallsOptions> = {},
): Promise<BouncingBalls> {
  const options = { ...BOUNCING_BALLS, ...changes };
  checkOptions(options);
  const splits = Object.entries(options.counts).map(([split, count]) =>
    makeSplit(fold(rootKey(options.seed), "bouncing balls", split), count, options)
  );
  const [train, validation, test] = splits as [Split, Split, Split];
  const { frameCount, resolution } = options;
  const header =
    `bouncing-balls 1: frames float32-le (n,${frameCount},${resolution},${resolution})` +
    `, observed int32-le (n,${frameCount}); ` +
    Object.entries(options.counts).map(([split, count]) => `${split} n=${count}`).join(", ");
  return {
    options,
    sha256: await sequencesSha256(header, splits.map(({ sequences }) => sequences)),
    train: train.sequences,
    // Copies: their frames are in memory.
    validation: { ...validation.sequences },
    test: { ...test.sequences },
    testPaths: test.paths,
  };
}

interface Split {
  readonly sequences: Sequences;
  readonly paths: BallPaths;
}

function checkOptions({ counts, balls, radius, frameCount, resolution }: BouncingBallsOptions) {
  const whole = {
    ...Object.fromEntries(Object.entries(counts).map(([name, n]) => [`the ${name} count`, n])),
    ...{ "the number of balls": balls, frameCount, resolution },
  };
  for (const [name, value] of Object.entries(whole)) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new RangeError(
      `Cannot make bouncing balls: ${name} must be a whole number >= 1, is ${value}`,
    );
  }
  if (!(radius > 0)) {
    throw new RangeError(
      `Cannot make bouncing balls: radius must be a positive number, is ${radius}`,
    );
  }
}

function makeSplit(key: Key, count: number, options: BouncingBallsOptions): Split {
  const { balls, radius, frameCount, resolution } = options;
  const positions = new Float64Array(count * frameCount * balls * 2);
  const velocities = new Float64Array(positions.length);
  for (let s = 0; s < count; s++) {
    const state = startBalls(fold(key, s), balls, radius);
    for (let frame = s * frameCount; frame < (s + 1) * frameCount; frame++) {
      positions.set(state.positions, frame * balls * 2);
      velocities.set(state.velocities, frame * balls * 2);
      moveBalls(state, radius);
    }
  }
  const shapes = {
    ...{ count, frameCount, frameShape: [resolution, resolution], observedCount: frameCount },
    observed: Int32Array.from({ length: count * frameCount }, (_, i) => i % frameCount),
  };
  const sequences = drawnSequences(shapes, (sequence, frame) => {
    const from = (sequence * frameCount + frame) * balls * 2;
    const drawn = new Float32Array(resolution ** 2);
    drawBalls(positions.subarray(from, from + balls * 2), options, drawn);
    return drawn;
  });
  return { sequences, paths: { positions, velocities } };
}
