/**
 * Rotating MNIST, the data set of the paper's table: handwritten threes turned through 16 angles, with one angle that no
 * training sequence shows.
 *
 * The authors' own recipe is not published; this one (t10k's threes in file order, counter-clockwise, bilinear) lets
 * everybody build the same bytes.
 *
 * @module
 */
import { sha256Hex } from "./sha256.ts";
import { DataError } from "./data_error.ts";
import { fold, type Key, permutation, rootKey } from "./random/mod.ts";
import { rotate } from "./rotation.ts";

/** Sequences of one split. */
export interface SequenceSet {
  /** Number of sequences. */
  readonly count: number;
  /** (count, 16, 28, 28) in [0,1] */
  readonly frames: Float32Array;
  /** (count, 11) ascending frame indices left in training */
  readonly observed: Int32Array;
}

/** Number of sequences of each split. */
export interface SplitCounts {
  /** Training sequences. */
  readonly train: number;
  /** Validation sequences, taken from the digits that follow the training ones. */
  readonly validation: number;
}

/** The whole data set. */
export interface RotatingMnist {
  /** Whether the digits are MNIST's or drawn by {@link proceduralThrees}. */
  readonly origin: "mnist-t10k" | "procedural";
  /** SHA-256 (hex) of shapes, pixels and observed frames: part of a result's identity. */
  readonly sha256: string;
  /** Frames of a sequence: a full turn. */
  readonly frameCount: 16;
  /** Rows of a frame. */
  readonly height: 28;
  /** Columns of a frame. */
  readonly width: 28;
  /** Frames of a sequence that training sees. */
  readonly observedCount: 11;
  /** The frame that no training sequence shows; the test asks for it. */
  readonly unseenFrame: 3;
  /** Time between two frames. */
  readonly frameInterval: 0.1;
  /** Training split. */
  readonly train: SequenceSet;
  /** Validation split. */
  readonly validation: SequenceSet;
}

const FRAMES = 16;
const OBSERVED = 11;
const UNSEEN = 3;
const SIZE = 28;
const PIXELS = SIZE * SIZE;
const PAPER_COUNTS: SplitCounts = { train: 360, validation: 40 };

/** Which frames are missing belongs to the data set and not to a run's seed, hence a key of its own. */
const MISSING_KEY = fold(rootKey(0), "rotating-mnist", "missing frames");

/**
 * Builds the data set from images of threes.
 *
 * @param threes (n, 28, 28) grey levels 0 … 255, in file order.
 * @param origin Where the images come from.
 * @param counts Sequences of each split; the paper's 360 and 40 by default.
 * @throws RangeError for counts that are not whole numbers >= 1
 * @throws DataError (missing) where there are fewer images than sequences
 */
export async function buildRotatingMnist(
  threes: Uint8Array,
  origin: RotatingMnist["origin"],
  counts: SplitCounts = PAPER_COUNTS,
): Promise<RotatingMnist> {
  for (const [split, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(
        `Cannot build rotating MNIST as the ${split} count must be a whole number >= 1: current value is ${count}`,
      );
    }
  }
  const needed = counts.train + counts.validation;
  if (threes.length < needed * PIXELS) {
    throw new DataError(
      "missing",
      `Cannot build rotating MNIST as it needs ${needed} images of threes: current value is ${
        Math.floor(threes.length / PIXELS)
      }`,
    );
  }
  const train = buildSet(threes, 0, counts.train);
  const validation = buildSet(threes, counts.train, counts.validation);
  return {
    origin,
    sha256: await sha256Hex(canonicalBytes(train, validation)),
    frameCount: FRAMES,
    height: SIZE,
    width: SIZE,
    observedCount: OBSERVED,
    unseenFrame: UNSEEN,
    frameInterval: 0.1,
    train,
    validation,
  };
}

function buildSet(threes: Uint8Array, first: number, count: number): SequenceSet {
  const frames = new Float32Array(count * FRAMES * PIXELS);
  const observed = new Int32Array(count * OBSERVED);
  for (let i = 0; i < count; i++) {
    const digit = first + i;
    const image = threes.subarray(digit * PIXELS, (digit + 1) * PIXELS);
    for (let turns = 0; turns < FRAMES; turns++) {
      const at = (i * FRAMES + turns) * PIXELS;
      rotate(image, SIZE, turns, frames.subarray(at, at + PIXELS));
    }
    observed.set(observedFrames(fold(MISSING_KEY, digit)), i * OBSERVED);
  }
  return { count, frames, observed };
}

/** 11 of the 15 frames other than the unseen one, ascending; frame 0 may be missing like any other. */
function observedFrames(key: Key): Int32Array {
  return permutation(key, FRAMES - 1).subarray(0, OBSERVED)
    .map((frame) => frame < UNSEEN ? frame : frame + 1).sort();
}

/** A header line with the shapes, then each array's bytes; every platform of Deno is little-endian. */
function canonicalBytes(train: SequenceSet, validation: SequenceSet): Uint8Array<ArrayBuffer> {
  const header =
    `rotating-mnist 1: frames float32-le (n,${FRAMES},${SIZE},${SIZE}), observed int32-le ` +
    `(n,${OBSERVED}); train n=${train.count}, validation n=${validation.count}\n`;
  const parts = [
    new TextEncoder().encode(header),
    ...[train.frames, train.observed, validation.frames, validation.observed]
      .map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)),
  ];
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
