/**
 * MNIST for classification: training, validation and test images with their labels.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { requireNamedDir, resolveDataDir } from "./data_dir.ts";
import { announceStandIn, type DownloadOptions, readFetched } from "./missing_files.ts";
import { type DigitSources, imagesAt, type LabelledImages, readDigits } from "./mnist.ts";
import { proceduralDigits } from "./procedural_digits.ts";
import { T10K_IMAGES, T10K_LABELS, TRAIN_IMAGES, TRAIN_LABELS } from "./sources.ts";

/** Number of images of each part. */
export interface DigitCounts {
  /** The first images of MNIST's training file. */
  readonly train: number;
  /** The last images of MNIST's training file. */
  readonly validation: number;
  /** The first images of MNIST's test file. */
  readonly test: number;
}

/** All images; in the published protocol the 5,000 of validation are trained on as well. */
export const MNIST_COUNTS: DigitCounts = Object.freeze({
  train: 55_000,
  validation: 5_000,
  test: 10_000,
});

/** Digits to train, validate and test on. */
export interface Mnist {
  /** MNIST's own, or drawn by {@link proceduralDigits}. */
  readonly origin: "mnist" | "procedural";
  /** SHA-256 (hex) of pixels and labels of all parts: part of a result's identity. */
  readonly sha256: string;
  /** Number of classes. */
  readonly classes: 10;
  /** Images that are trained on. */
  readonly train: LabelledImages;
  /** Images of the training file that are not. */
  readonly validation: LabelledImages;
  /** Images of the test file. */
  readonly test: LabelledImages;
}

/** Options of {@link loadMnist}. */
export interface LoadMnistOptions extends DownloadOptions {
  /** Value of `--data-dir`; see `resolveDataDir` for the default. */
  readonly dataDir?: string;
  /** Images of each part; {@link MNIST_COUNTS} by default. */
  readonly counts?: DigitCounts;
  /** The files; the published ones by default. */
  readonly sources?: { readonly train: DigitSources; readonly test: DigitSources };
}

const SOURCES = {
  train: { images: TRAIN_IMAGES, labels: TRAIN_LABELS },
  test: { images: T10K_IMAGES, labels: T10K_LABELS },
};

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function parts(
  origin: Mnist["origin"],
  { train, test }: { readonly train: LabelledImages; readonly test: LabelledImages },
  counts: DigitCounts,
): Mnist {
  const needed = counts.train + counts.validation;
  if (needed > train.count || counts.test > test.count) {
    throw new RangeError(
      `Cannot take digits: there must be ${needed} to train and validate and ${counts.test} to test, are ${train.count} and ${test.count}`,
    );
  }
  const split = {
    train: imagesAt(train, range(0, counts.train)),
    validation: imagesAt(train, range(train.count - counts.validation, train.count)),
    test: imagesAt(test, range(0, counts.test)),
  };
  const hash = createHash("sha256");
  for (const { pixels, labels } of Object.values(split)) hash.update(pixels).update(labels);
  return { origin, sha256: hash.digest("hex"), classes: 10, ...split };
}

/**
 * Loads MNIST: from the data folder, else from the network, else from procedurally drawn digits; notices, `origin` and
 * `sha256` show which.
 *
 * @throws DataError if a folder that was named does not exist or has some of the four files, if `dataDir` has none and they
 * cannot be had, or if a file is corrupt; RangeError if the files have fewer images than asked for
 */
export async function loadMnist(options: LoadMnistOptions = {}): Promise<Mnist> {
  const { counts = MNIST_COUNTS, sources = SOURCES } = options;
  const dir = resolveDataDir(options.dataDir);
  requireNamedDir(dir);
  const read = async () => {
    const train = await readDigits(dir.path, sources.train);
    const test = await readDigits(dir.path, sources.test);
    return train && test && { train, test };
  };
  const found = await read();
  if (found !== undefined) return parts("mnist", found, counts);
  const files = [sources.train, sources.test].flatMap(({ images, labels }) => [images, labels]);
  const fetched = await readFetched(dir, "MNIST", files, read, options);
  if ("value" in fetched) return parts("mnist", fetched.value, counts);
  announceStandIn(
    dir,
    "NOT MNIST: running on procedurally drawn digits.",
    fetched.reason,
    "For the real digits: deno task data fetch, or --data-dir DIR with MNIST's four files.",
    options,
  );
  const drawn = {
    train: proceduralDigits(counts.train + counts.validation, "train"),
    test: proceduralDigits(counts.test, "test"),
  };
  return parts("procedural", drawn, counts);
}
