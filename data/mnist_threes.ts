import { DataError } from "./data_error.ts";
import { findSource } from "./data_dir.ts";
import { readIdx } from "./idx.ts";
import { type Source, T10K_IMAGES, T10K_LABELS } from "./sources.ts";

const PIXELS = 28 * 28;

/** The two files that hold MNIST's threes. */
export interface ThreesSources {
  /** (n, 28, 28) images. */
  readonly images: Source;
  /** (n) labels. */
  readonly labels: Source;
}

/**
 * Reads the threes of MNIST's test images in file order.
 *
 * @param dir Data folder.
 * @param sources Which files; the published t10k pair by default.
 * @returns (1010, 28, 28) grey levels, or undefined where the folder lacks one of the two files
 * @throws DataError (corrupt) where a file is there but wrong
 */
export async function readThrees(
  dir: string,
  sources: ThreesSources = { images: T10K_IMAGES, labels: T10K_LABELS },
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
      `Cannot use ${imagesPath}: it must have 28×28 pixels for each of ${labels.data.length} labels: current shape is ${
        images.shape.join("×")
      }`,
    );
  }
  const threes = [...labels.data.keys()].filter((i) => labels.data[i] === 3);
  const pixels = new Uint8Array(threes.length * PIXELS);
  threes.forEach((image, i) => {
    pixels.set(images.data.subarray(image * PIXELS, (image + 1) * PIXELS), i * PIXELS);
  });
  return pixels;
}
