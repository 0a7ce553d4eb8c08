import { DataError } from "./files.ts";
import { findSource } from "./data_dir.ts";
import { readIdx } from "./idx.ts";
import { type Source, T10K_IMAGES, T10K_LABELS, TRAIN_IMAGES, TRAIN_LABELS } from "./sources.ts";

const PIXELS = 28 * 28;

/** The two files that hold MNIST's threes, and which images of them count. */
export interface ThreesSources {
  /** (n, 28, 28) images. */
  readonly images: Source;
  /** (n) labels. */
  readonly labels: Source;
  /** First image that counts; 0 by default. */
  readonly first?: number;
  /** First image that does not count any more; the number of images by default. */
  readonly end?: number;
}

/** MNIST's test images. */
export const T10K_THREES: ThreesSources = { images: T10K_IMAGES, labels: T10K_LABELS };

/** The training images among which the authors' 1,042 threes are: 10,000 after 1,000 for validation. */
export const TRAIN_THREES: ThreesSources = {
  images: TRAIN_IMAGES,
  labels: TRAIN_LABELS,
  first: 1000,
  end: 11000,
};

/**
 * Reads MNIST's threes in file order.
 *
 * @param dir Data folder.
 * @param sources Which files and images; the published t10k pair by default.
 * @returns (n, 28, 28) grey levels, or undefined where the folder lacks one of the two files
 * @throws DataError (corrupt) where a file is there but wrong
 */
export async function readThrees(
  dir: string,
  sources: ThreesSources = T10K_THREES,
): Promise<Uint8Array | undefined> {
  const imagesPath = findSource(dir, sources.images);
  const labelsPath = findSource(dir, sources.labels);
  // A file that is there is checked even where the other one is absent: a corrupt file is never passed over.
  const images = imagesPath && await readIdx(imagesPath, sources.images.sha256);
  const labels = labelsPath && await readIdx(labelsPath, sources.labels.sha256);
  if (!images || !labels) return undefined;
  if (images.data.length !== labels.data.length * PIXELS) {
    throw new DataError(
      "corrupt",
      `Cannot use ${imagesPath}: it must have 28×28 pixels for each of ${labels.data.length} labels, is ${
        images.shape.join("×")
      }`,
    );
  }
  const { first = 0, end = labels.data.length } = sources;
  const threes = [...labels.data.keys()]
    .filter((i) => labels.data[i] === 3 && i >= first && i < end);
  const pixels = new Uint8Array(threes.length * PIXELS);
  threes.forEach((image, i) => {
    pixels.set(images.data.subarray(image * PIXELS, (image + 1) * PIXELS), i * PIXELS);
  });
  return pixels;
}
