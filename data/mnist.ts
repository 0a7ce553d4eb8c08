/**
 * MNIST: its idx files (two zero bytes, the element type, the number of axes, big-endian 32-bit sizes, then the
 * elements), and the threes in them.
 *
 * @module
 */
import { findSource } from "./data_dir.ts";
import { checkSha256, DataError, encodeHex, gunzip, readFile } from "./files.ts";
import {
  sizeLimit,
  type Source,
  T10K_IMAGES,
  T10K_LABELS,
  TRAIN_IMAGES,
  TRAIN_LABELS,
} from "./sources.ts";

/** An array of unsigned bytes. */
export interface IdxArray {
  /** Sizes of the axes, e.g. (10000, 28, 28). */
  readonly shape: readonly number[];
  /** Elements, row-major. */
  readonly data: Uint8Array;
}

/** Code of unsigned bytes, MNIST's only element type. */
const UNSIGNED_BYTE = 0x08;

/**
 * Parses an idx file of unsigned bytes.
 *
 * @param bytes uncompressed content
 * @param path name of the file in messages
 * @throws DataError (corrupt) for a wrong magic number or a size that does not fit the header
 */
export function parseIdx(bytes: Uint8Array, path: string): IdxArray {
  const refusal = (rule: string, value: number | string) =>
    new DataError("corrupt", `Cannot read ${path} as idx: ${rule}, is ${value}`);
  const axes = bytes[3] ?? 0;
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || axes < 1 || axes > 4) {
    const magic = encodeHex(bytes.subarray(0, 4), " ") || "an empty file";
    throw refusal("its magic number must be 00 00 08 and 1 to 4 axes", magic);
  }
  const header = 4 + 4 * axes;
  if (bytes.length < header) {
    throw refusal(`its size must be at least the ${header} bytes of its header`, bytes.length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const needed = shape.reduce((size, length) => size * length, 1) + header;
  if (bytes.length !== needed) {
    const rule = `its size must be the ${needed} bytes of its shape ${shape.join("×")}`;
    throw refusal(rule, bytes.length);
  }
  return { shape, data: bytes.subarray(header) };
}

/**
 * Reads an idx file, plain or gzipped, and checks it.
 *
 * @param sha256 SHA-256 (hex) that the uncompressed content must have; unchecked if absent
 * @param limit most bytes of the file and of its uncompressed content; MNIST's largest has 47 million bytes
 * @throws DataError (missing) if the file cannot be read, (corrupt) if its content is wrong or too large
 */
export async function readIdx(path: string, sha256?: string, limit = 2 ** 28): Promise<IdxArray> {
  const content = gunzip(await readFile(path, limit), path, limit);
  const array = parseIdx(content, path);
  if (sha256 !== undefined) await checkSha256(content, sha256, path);
  return array;
}

const PIXELS = 28 * 28;

/** Grey images of one size. */
export interface Images {
  /** Number of images. */
  readonly count: number;
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** (count, height, width) grey levels 0 … 255. */
  readonly pixels: Uint8Array;
}

/** Images with their classes. */
export interface LabelledImages extends Images {
  /** Class of each image, from 0. */
  readonly labels: Uint8Array;
}

/** Two files of MNIST that belong together. */
export interface DigitSources {
  /** (n, 28, 28) images. */
  readonly images: Source;
  /** (n) labels. */
  readonly labels: Source;
}

/** The two files with MNIST's threes, and the range of images to use. */
export interface ThreesSources extends DigitSources {
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
 * Reads MNIST's digits in file order.
 *
 * @param dir data folder
 * @returns images and labels, or undefined if the folder lacks one of the two files
 * @throws DataError (corrupt) if a file is there but wrong
 */
export async function readDigits(
  dir: string,
  sources: DigitSources,
): Promise<LabelledImages | undefined> {
  const imagesPath = findSource(dir, sources.images);
  const labelsPath = findSource(dir, sources.labels);
  // An existing file is checked even if the other one is absent: corrupt files are never ignored.
  const read = (path: string, source: Source) => readIdx(path, source.sha256, sizeLimit(source));
  const images = imagesPath && await read(imagesPath, sources.images);
  const labels = labelsPath && await read(labelsPath, sources.labels);
  if (!images || !labels) return undefined;
  if (images.data.length !== labels.data.length * PIXELS) {
    throw new DataError(
      "corrupt",
      `Cannot use ${imagesPath}: it must have 28×28 pixels for each of ${labels.data.length} labels, is ${
        images.shape.join("×")
      }`,
    );
  }
  const count = labels.data.length;
  return { count, height: 28, width: 28, pixels: images.data, labels: labels.data };
}

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
  const digits = await readDigits(dir, sources);
  if (digits === undefined) return undefined;
  const { first = 0, end = digits.count } = sources;
  const threes = [...digits.labels.keys()]
    .filter((i) => digits.labels[i] === 3 && i >= first && i < end);
  return imagesAt(digits, threes).pixels;
}

/** The images with these indices. */
export function imagesAt(
  { height, width, pixels, labels }: LabelledImages,
  indices: ArrayLike<number>,
): LabelledImages {
  const size = height * width;
  const count = indices.length;
  const some = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    some.set(pixels.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  }
  return {
    ...{ count, height, width },
    pixels: some,
    labels: Uint8Array.from(indices, (i) => labels[i]!),
  };
}
