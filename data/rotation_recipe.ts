/**
 * How an image of a digit becomes a sequence of 16 rotated ones: the authors' recipe, and a simpler one.
 *
 * @module
 */
import { rotate, rotateSpline, splineCoefficients, type Turn } from "./rotation.ts";

/** Frames of a sequence. */
export const FRAMES = 16;
/** Rows and columns of a frame. */
export const SIZE = 28;
/** Pixels of a frame. */
export const PIXELS: number = SIZE * SIZE;

/** A way to rotate a digit. */
export interface RotationRecipe {
  /** Part of the data set's hash: another recipe is another data set. */
  readonly version: 1 | 2;
  /** Description for logs and records. */
  readonly description: string;
  /** Counter-clockwise angle of each frame in degrees (16). */
  readonly degrees: readonly number[];
  /** Frames in a full turn: 16, or 15 if the last frame equals the first. */
  readonly framesPerTurn: number;
  /**
   * Makes the sequence of one digit.
   *
   * @param image (28, 28) grey levels 0 … 255
   * @param out receives (16, 28, 28) in [0, 1]
   */
  readonly turn: (image: Uint8Array, out: Float32Array) => void;
}

/** 16 angles that divide a full turn evenly, bilinear interpolation, black outside. */
export const BILINEAR: RotationRecipe = Object.freeze({
  version: 1,
  description: "22.5° a frame, bilinear",
  degrees: Object.freeze(Array.from({ length: FRAMES }, (_, frame) => 360 * frame / FRAMES)),
  framesPerTurn: FRAMES,
  turn(image: Uint8Array, out: Float32Array): void {
    for (let frame = 0; frame < FRAMES; frame++) {
      rotate(image, SIZE, frame, out.subarray(frame * PIXELS, (frame + 1) * PIXELS));
    }
  },
});

/** Background of the authors' generator, whose pixels are in [-0.5, 0.5]. */
const BACKGROUND = -0.5;

/**
 * Cosine and sine of `numpy.linspace(0, 359.99, 16)` degrees, correctly rounded; literals, because library functions may
 * differ in the last bit between machines.
 */
const TURNS: readonly Turn[] = [
  { cos: 1, sin: 0 },
  { cos: 0.9135501901765005, sin: 0.40672601346419895 },
  { cos: 0.6691478999430405, sin: 0.7431292538998977 },
  { cos: 0.3090501923218407, sin: 0.951045728987746 },
  { cos: -0.1044821760036374, sin: 0.9945267592667102 },
  { cos: -0.4999496158381958, sin: 0.8660544911396976 },
  { cos: -0.8089759572516665, sin: 0.5878417309010562 },
  { cos: -0.9781306633527576, sin: 0.20799135897698845 },
  { cos: -0.9781669497950899, sin: -0.20782063980406307 },
  { cos: -0.8090785426665859, sin: -0.5877005290081961 },
  { cos: -0.5001007632464809, sin: -0.8659672202804719 },
  { cos: -0.10465575207588589, sin: -0.9945085085394849 },
  { cos: 0.3088841988225004, sin: -0.951099653936317 },
  { cos: 0.6690181892295092, sin: -0.7432460309211673 },
  { cos: 0.913479189181811, sin: -0.4068854518556065 },
  { cos: 0.9999999847691291, sin: -0.00017453292431317805 },
];

/**
 * The authors' data set, `rot-mnist-3s.mat`, as far as its origin is known.
 *
 * Their file contains 1,042 sequences of 16 frames, which is the number of threes among MNIST's training images
 * 1000 … 10999. Their README names the generator that they modified (RotNIST, on GitHub); a descendant of their version
 * takes 10,000 training images after 1,000 for validation, and keeps only the threes. Its recipe is this one:
 * pixels / 255 − 0.5; `ndimage.rotate(image, angle, reshape=False, cval=-0.5)` at `linspace(0, 359.99, 16)`, which is 24°
 * per frame, so that the last frame equals the first; then each frame is scaled to [0, 1] by its own minimum and maximum.
 * The spline overshoots, so the background of rotated frames becomes about 0.087, and that of upright ones stays 0. The
 * animations in the authors' repository agree: they begin and end upright, rotate by 24° per frame, and have lighter
 * backgrounds in between.
 *
 * The authors' loader reverses the frames of all sequences, and so does this recipe: frame f is rotated by
 * 359.99° · (15 − f) / 15, and frame 3, which no training sequence shows, by 288°.
 */
export const SPLINE: RotationRecipe = Object.freeze({
  version: 2,
  description: "24° a frame, cubic spline, each frame scaled to [0, 1]",
  degrees: Object.freeze(
    Array.from({ length: FRAMES }, (_, frame) => 359.99 * (FRAMES - 1 - frame) / (FRAMES - 1)),
  ),
  framesPerTurn: FRAMES - 1,
  turn(image: Uint8Array, out: Float32Array): void {
    const centred = Float64Array.from(image, (level) => level / 255 + BACKGROUND);
    const coefficients = splineCoefficients(centred, SIZE);
    const turned = new Float64Array(PIXELS);
    for (let frame = 0; frame < FRAMES; frame++) {
      rotateSpline(coefficients, SIZE, TURNS[FRAMES - 1 - frame]!, BACKGROUND, turned);
      let [least, most] = [Infinity, -Infinity];
      for (const value of turned) {
        if (value < least) least = value;
        if (value > most) most = value;
      }
      // Do not scale the rounding errors of a blank image.
      const range = most - least > 1e-9 ? most - least : Infinity;
      for (let i = 0; i < PIXELS; i++) out[frame * PIXELS + i] = (turned[i]! - least) / range;
    }
  },
});
