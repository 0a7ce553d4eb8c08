/**
 * Rotating MNIST, the data set of the paper's table: handwritten threes at 16 angles, one of which no training sequence
 * shows. `rotation_recipe.ts` explains how the frames are made.
 *
 * @module
 */
import { DataError, sha256Hex } from "./files.ts";
import { fold, type Key, permutation, rootKey } from "./random/mod.ts";
import { type Sequences, sequencesSha256 } from "./sequences.ts";
import { FRAMES, PIXELS, type RotationRecipe, SIZE } from "./rotation_recipe.ts";

/** Where the frames of a data set come from. */
export type RotatingMnistOrigin =
  /** The authors' own file of rotated digits. */
  | "rot-mnist-3s"
  /** MNIST's training images 1000 … 10999. */
  | "mnist-train"
  /** MNIST's test images. */
  | "mnist-t10k"
  /** Drawn by {@link proceduralThrees}. */
  | "procedural";

/** All sequences that a data set takes its splits from. */
export interface SequenceSource {
  /** Where they come from. */
  readonly origin: RotatingMnistOrigin;
  /** How they are made. */
  readonly recipe: RotationRecipe;
  /** Number of sequences. */
  readonly count: number;
  /** Copies one sequence. @param out receives (16, 28, 28) in [0, 1] */
  readonly copyFrames: (sequence: number, out: Float32Array) => void;
}

/** Number of sequences of each split. */
export interface SplitCounts {
  /** Training sequences. */
  readonly train: number;
  /** Validation sequences, which follow the training ones. */
  readonly validation: number;
  /** Test sequences of further digits, which follow the validation ones; absent: the training digits are tested. */
  readonly test?: number;
}

/** The whole data set. */
export interface RotatingMnist {
  /** Where the digits come from. */
  readonly origin: RotatingMnistOrigin;
  /** SHA-256 (hex) of shapes, pixels and observed frames: part of a result's identity. */
  readonly sha256: string;
  /** Frames of a sequence. */
  readonly frameCount: 16;
  /** By how many degrees each frame is turned counter-clockwise (16). */
  readonly degrees: readonly number[];
  /** Frames after which a digit stands as before. */
  readonly framesPerTurn: number;
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
  readonly train: Sequences;
  /** Validation split. */
  readonly validation: Sequences;
  /** Whose unseen frame is the test: the training split itself, or further digits. */
  readonly test: Sequences;
}

const OBSERVED = 11;
const UNSEEN = 3;
/** The paper's splits. */
export const PAPER_COUNTS: SplitCounts = Object.freeze({ train: 360, validation: 40 });

/** A key of its own: missing frames and the order of digits belong to the data set, not to a run's seed. */
const DATA_KEY = fold(rootKey(0), "rotating-mnist");

/** Digits that are rotated on request. @param threes (n, 28, 28) grey levels 0 … 255, in file order */
export function turnedDigits(
  threes: Uint8Array,
  origin: RotatingMnistOrigin,
  recipe: RotationRecipe,
): SequenceSource {
  return {
    origin,
    recipe,
    count: Math.floor(threes.length / PIXELS),
    copyFrames: (digit, out) =>
      recipe.turn(threes.subarray(digit * PIXELS, (digit + 1) * PIXELS), out),
  };
}

/**
 * Builds the data set. With the bilinear recipe (version 1) sequences keep the order of the source; with the authors' they
 * are shuffled first, as their loader does (theirs without a seed, ours always in the same way).
 *
 * @throws RangeError for counts that are not whole numbers >= 1
 * @throws DataError (missing) if there are fewer sequences than the splits need
 */
export async function buildRotatingMnist(
  source: SequenceSource,
  counts: SplitCounts = PAPER_COUNTS,
): Promise<RotatingMnist> {
  for (const [split, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(
        `Cannot build rotating MNIST: the ${split} count must be a whole number >= 1, is ${count}`,
      );
    }
  }
  const needed = sequencesNeeded(counts);
  if (source.count < needed) {
    throw new DataError(
      "missing",
      `Cannot build rotating MNIST: the number of sequences must be at least ${needed}, is ${source.count}`,
    );
  }
  const { origin, recipe } = source;
  const order = recipe.version === 1
    ? Int32Array.from({ length: source.count }, (_, i) => i)
    : permutation(fold(DATA_KEY, "shuffle"), source.count);
  const split = (first: number, count: number) => buildSet(source, order, first, count);
  const train = split(0, counts.train);
  const validation = split(counts.train, counts.validation);
  const further = counts.test && split(counts.train + counts.validation, counts.test);
  const sets = { train, validation, ...(further ? { test: further } : {}) };
  return {
    origin,
    sha256: await sequencesSha256(header(recipe, sets), Object.values(sets)),
    frameCount: FRAMES,
    degrees: recipe.degrees,
    framesPerTurn: recipe.framesPerTurn,
    height: SIZE,
    width: SIZE,
    observedCount: OBSERVED,
    unseenFrame: UNSEEN,
    frameInterval: 0.1,
    train,
    validation,
    test: further || train,
  };
}

/** Sequences of all splits together. */
export function sequencesNeeded({ train, validation, test = 0 }: SplitCounts): number {
  return train + validation + test;
}

/** SHA-256 (hex) of all sequences of a source as little-endian float32 (n, 16, 28, 28). */
export async function sourceSha256(source: SequenceSource): Promise<string> {
  const size = FRAMES * PIXELS;
  const frames = new Float32Array(source.count * size);
  for (let i = 0; i < source.count; i++) {
    source.copyFrames(i, frames.subarray(i * size, (i + 1) * size));
  }
  return await sha256Hex(new Uint8Array(frames.buffer));
}

function buildSet(
  source: SequenceSource,
  order: Int32Array,
  first: number,
  count: number,
): Sequences {
  const size = FRAMES * PIXELS;
  const frames = new Float32Array(count * size);
  const observed = new Int32Array(count * OBSERVED);
  for (let i = 0; i < count; i++) {
    const place = first + i;
    source.copyFrames(order[place]!, frames.subarray(i * size, (i + 1) * size));
    observed.set(observedFrames(fold(DATA_KEY, "missing frames", place)), i * OBSERVED);
  }
  return {
    count,
    frames,
    observed,
    frameCount: FRAMES,
    frameShape: [SIZE, SIZE],
    observedCount: OBSERVED,
    degrees: source.recipe.degrees,
    framesPerTurn: source.recipe.framesPerTurn,
  };
}

/** 11 of the 15 frames other than the unseen one, ascending; frame 0 may be missing as well. */
function observedFrames(key: Key): Int32Array {
  return permutation(key, FRAMES - 1).subarray(0, OBSERVED)
    .map((frame) => frame < UNSEEN ? frame : frame + 1).sort();
}

/** What the data set is, and its shapes. */
function header(
  { version }: RotationRecipe,
  sets: Readonly<Record<string, Sequences>>,
): string {
  const sizes = Object.entries(sets).map(([name, { count }]) => `${name} n=${count}`);
  return `rotating-mnist ${version}: frames float32-le (n,${FRAMES},${SIZE},${SIZE}), observed int32-le ` +
    `(n,${OBSERVED}); ${sizes.join(", ")}`;
}
