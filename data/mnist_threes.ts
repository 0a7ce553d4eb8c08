import { DataError } from "./files.ts";
import { findSource } from "./data_dir.ts";
import { readIdx } from "./idx.ts";
import { type Source, T10K_IMAGES, T10K_LABELS, TRAIN_IMAGES, TRAIN_LABELS } from "./sources.ts";

const PIXELS = 28 * 28;

/** The two files with MNIST's threes, and the range of images to use. */
export interface ThreesSources {
  /** (n, 28, 28) images. */
  readonly images: Source;
  /** (n) labels. */
  readonly labels: Source;
  /** First image to use; 0 by default. */
  readonly first?: number;
  /** End of the range (excluded); the number of images by default. */
  readonly end?: number;
}

/** MNIST's test images. */
export const T10K_THREES: ThreesSources = { images: T10K_IMAGES, labels: T10K_LABELS };

/** The training images that contain the authors' 1,042 threes: 10,000 after 1,000 for validation. */
export const TRAIN_THREES: ThreesSources = {
  images: TRAIN_IMAGES,
  labels: TRAIN_LABELS,
  first: 1000,
  end: 11000,
};

/**
 * Reads MNIST's threes in file order.
 *
 * @param dir data folder
 * @param sources files and range of images; the published t10k pair by default
 * @returns (n, 28, 28) grey levels, or undefined if the folder lacks one of the two files
 * @throws DataError (corrupt) if a file is there but wrong
 */
export async function readThrees(
  dir: string,
  sources: ThreesSources = T10K_THREES,
): Promise<Uint8Array | undefined> {
  const imagesPath = findSource(dir, sources.images);
  const labelsPath = findSource(dir, sources.labels);
  // An existing file is checked even if the other one is absent: corrupt files are never ignored.
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
