/**
 * Spirals in the plane, observed at irregular times with noise: the toy data of latent ODEs (Chen et al. 2018, section 5.1),
 * by the rules of the released code's generator.
 *
 * @module
 */
import { fold, integers, type Key, normal, permutation, rootKey, uniform } from "../random/mod.ts";
import type { SplitCounts } from "../rotating_mnist.ts";
import { type Sequences, sequencesSha256 } from "../sequences.ts";

/** Points of a whole spiral. */
export const SPIRAL_POINTS = 500;
/** Angle of the last one. */
const LAST_ANGLE = 6 * Math.PI;
/** Time between two points: the angle between them. */
export const POINT_INTERVAL: number = LAST_ANGLE / (SPIRAL_POINTS - 1);
/** Points of the window that observations are from, and points after it that are asked for. */
export const WINDOW = 100;
/**
 * First points of windows in training and validation, as in the released code, and in the test: it asks for the points after
 * the window, and with a later start these would overrun the spiral.
 */
export const STARTS = {
  train: [100, SPIRAL_POINTS - WINDOW - 1],
  validation: [100, SPIRAL_POINTS - WINDOW - 1],
  test: [100, SPIRAL_POINTS - 2 * WINDOW],
} as const satisfies Record<string, readonly [first: number, last: number]>;

/** A point of one of the two spirals. @param index 0 … {@link SPIRAL_POINTS} − 1 @returns x to the right, y upwards */
export function spiralPoint(clockwise: boolean, index: number): readonly [x: number, y: number] {
  const theta = index * POINT_INTERVAL;
  const angle = clockwise ? LAST_ANGLE + 1 - theta : theta;
  const radius = clockwise ? 15 / angle : 0.3 * theta;
  return [radius * Math.cos(angle) + (clockwise ? -5 : 5), radius * Math.sin(angle)];
}

/** What {@link makeSpirals} makes. */
export interface SpiralsOptions {
  /** Of all random numbers. A spiral depends on it, its split and its place, not on the counts. */
  readonly seed: number;
  /** Spirals of each split. */
  readonly counts: Required<SplitCounts>;
  /** Standard deviation of the noise on each coordinate of an observation. */
  readonly noise: number;
  /** How many points of the window are observed, one for each group. */
  readonly observations: readonly number[];
}

/** The published noise and numbers of observations. */
export const SPIRALS: SpiralsOptions = Object.freeze({
  seed: 0,
  counts: Object.freeze({ train: 1000, validation: 200, test: 1000 }),
  noise: 0.3,
  observations: Object.freeze([30, 50, 100]),
});

/** Where a spiral is seen. */
export interface SpiralWindow {
  /** Which of the two spirals it is. */
  readonly clockwise: boolean;
  /** Index of the window's first point. */
  readonly start: number;
}

/** The spirals with one number of observations. Numbers of a point are NaN where it is neither observed nor asked for. */
export interface SpiralGroup {
  /** Observed points of each spiral, drawn from the window without replacement. */
  readonly observations: number;
  /** Windows of 100 points. */
  readonly train: Sequences;
  /** Windows of 100 points. */
  readonly validation: Sequences;
  /** 200 points: the window and, without noise, the points after it. */
  readonly test: Sequences;
}

/** The data set. */
export interface Spirals {
  /** How it was made. */
  readonly options: SpiralsOptions;
  /** SHA-256 (hex) of shapes, points and what is observed: part of a result's identity. */
  readonly sha256: string;
  /** The same spirals with the same noise, each time with other observations. */
  readonly groups: readonly SpiralGroup[];
  /** Where the test spirals are seen. */
  readonly testWindows: readonly SpiralWindow[];
}

/**
 * Makes the data set, a pure function of its options.
 *
 * @param changes differences from {@link SPIRALS}
 * @throws RangeError for counts and noise that are not positive, and for more observations than the window has points
 */
export async function makeSpirals(changes: Partial<SpiralsOptions> = {}): Promise<Spirals> {
  const options = { ...SPIRALS, ...changes };
  checkOptions(options);
  const { seed, counts, observations } = options;
  const splits = (["train", "validation", "test"] as const).map((split) => ({
    split,
    spirals: Array.from({ length: counts[split] }, (_, s) => {
      const key = fold(rootKey(seed), "spirals", split, s);
      return { key, window: windowOf(key, STARTS[split]) };
    }),
  }));
  const groups = observations.map((count): SpiralGroup => {
    const [train, validation, test] = splits.map(({ split, spirals }) =>
      observed(spirals, count, split === "test", options.noise)
    ) as [Sequences, Sequences, Sequences];
    return { observations: count, train, validation, test };
  });
  const header =
    `spirals 1: points float32-le (n,100 or 200,2), observed int32-le (n,m), m=${
      observations.join(",")
    }; ` + Object.entries(counts).map(([split, count]) => `${split} n=${count}`).join(", ");
  return {
    options,
    sha256: await sequencesSha256(
      header,
      groups.flatMap(({ train, validation, test }) => [train, validation, test]),
    ),
    groups,
    testWindows: splits[2]!.spirals.map(({ window }) => window),
  };
}

function checkOptions({ counts, noise, observations }: SpiralsOptions): void {
  const refuse = (rule: string) => {
    throw new RangeError(`Cannot make spirals: ${rule}`);
  };
  const whole = [
    ...Object.entries(counts).map(([name, value]) => [`the ${name} count`, value] as const),
    ...observations.map((value) => ["a number of observations", value] as const),
  ];
  for (const [name, value] of whole) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    refuse(`${name} must be a whole number >= 1, is ${value}`);
  }
  if (!(noise > 0)) refuse(`noise must be a positive number, is ${noise}`);
  const most = Math.max(...observations);
  if (most > WINDOW) refuse(`observations must be at most the window's ${WINDOW}, is ${most}`);
}

/** Direction by a fair coin, and a start. */
function windowOf(
  key: Key,
  [first, last]: readonly [first: number, last: number],
): SpiralWindow {
  return {
    clockwise: uniform(fold(key, "direction"), 1)[0]! < 0.5,
    start: first + integers(fold(key, "start"), 1, last - first + 1)[0]!,
  };
}

/** Spirals with noisy observations in their windows. @param asked adds the points after the window, without noise */
function observed(
  spirals: readonly { readonly key: Key; readonly window: SpiralWindow }[],
  observedCount: number,
  asked: boolean,
  deviation: number,
): Sequences {
  const count = spirals.length;
  const frameCount = asked ? 2 * WINDOW : WINDOW;
  const frames = new Float32Array(count * frameCount * 2).fill(NaN);
  const observed = new Int32Array(count * observedCount);
  spirals.forEach(({ key, window: { clockwise, start } }, s) => {
    const noise = normal(fold(key, "noise"), 2 * WINDOW);
    const drawn = permutation(fold(key, "observed", observedCount), WINDOW)
      .slice(0, observedCount).sort();
    observed.set(drawn, s * observedCount);
    const set = (frame: number, error: (axis: number) => number) =>
      spiralPoint(clockwise, start + frame).forEach((value, axis) => {
        frames[(s * frameCount + frame) * 2 + axis] = value + error(axis);
      });
    for (const frame of drawn) set(frame, (axis) => deviation * noise[2 * frame + axis]!);
    for (let frame = WINDOW; frame < frameCount; frame++) set(frame, () => 0);
  });
  return { count, frameCount, frameShape: [2], frames, observedCount, observed };
}
