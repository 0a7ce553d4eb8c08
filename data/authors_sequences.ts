/**
 * The authors' own rotated digits, for users who have their file: used instead of the rebuilt ones, and compared with them.
 *
 * @module
 */
import { findFile } from "./data_dir.ts";
import { DataError } from "./files.ts";
import { matArray, readMat } from "./mat.ts";
import type { SequenceSource } from "./rotating_mnist.ts";
import { FRAMES, PIXELS, SPLINE } from "./rotation_recipe.ts";

/**
 * Name of the file. It is not downloaded: it is part of a folder of 1.9 GB that the README of the authors' repository
 * (github.com/cagatayyildiz/ODE2VAE) links to.
 */
export const AUTHORS_FILE = "rot-mnist-3s.mat";

/** Path of the file in a data folder, or undefined: DIR/, DIR/mnist/ or, as in the authors' code, DIR/rot_mnist/. */
export function findAuthorsFile(dir: string): string | undefined {
  return findFile(dir, AUTHORS_FILE, ["", "mnist", "rot_mnist"]);
}

/**
 * Reads the authors' sequences: `X` of (…, n, 16, 784), values in [0, 1]. The frames of each are reversed, as by the
 * authors' loader.
 *
 * @throws DataError if the file cannot be read, or `X` is something else
 */
export async function readAuthorsSequences(path: string): Promise<SequenceSource> {
  const { shape, data } = matArray(await readMat(path), "X", path);
  const [frames, pixels] = shape.slice(-2);
  if (frames !== FRAMES || pixels !== PIXELS) {
    throw new DataError(
      "corrupt",
      `Cannot use ${path}: the last axes of X must be ${FRAMES}×${PIXELS}, is ${shape.join("×")}`,
    );
  }
  // One pass without a copy: the array may have 13 million numbers.
  const wrong = (data as Float64Array).find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined) {
    throw new DataError(
      "corrupt",
      `Cannot use ${path}: pixels of X must be in [0, 1], is ${wrong}`,
    );
  }
  return {
    origin: "rot-mnist-3s",
    recipe: SPLINE,
    count: data.length / (FRAMES * PIXELS),
    copyFrames(sequence, out) {
      for (let frame = 0; frame < FRAMES; frame++) {
        const from = (sequence * FRAMES + FRAMES - 1 - frame) * PIXELS;
        out.set((data as Float64Array).subarray(from, from + PIXELS), frame * PIXELS);
      }
    },
  };
}

/** Pixels that differ by more are reported: half a grey level. */
const TOLERANCE = 1 / 512;

/** One line about the differences between the authors' sequences and rebuilt ones at the same positions. */
export function compareSequences(authors: SequenceSource, rebuilt: SequenceSource): string {
  const counts = `${authors.count} of ${AUTHORS_FILE} and ${rebuilt.count} rebuilt sequences`;
  if (authors.count !== rebuilt.count) return `${counts} cannot be compared one by one`;
  const [a, b] = [new Float32Array(FRAMES * PIXELS), new Float32Array(FRAMES * PIXELS)];
  let [largest, differing] = [0, 0];
  for (let i = 0; i < authors.count; i++) {
    authors.copyFrames(i, a);
    rebuilt.copyFrames(i, b);
    let most = 0;
    for (let p = 0; p < a.length; p++) most = Math.max(most, Math.abs(a[p]! - b[p]!));
    largest = Math.max(largest, most);
    if (most > TOLERANCE) differing++;
  }
  const difference = `largest difference ${largest.toPrecision(2)}`;
  return differing === 0
    ? `${counts} agree: ${difference}`
    : `${counts} differ: ${differing} by more than half a grey level, ${difference}`;
}
