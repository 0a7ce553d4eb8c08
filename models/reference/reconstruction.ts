/**
 * How well a few linear coordinates could do: a floor for models whose codes are as small.
 *
 * @module
 */
import type { Sequences } from "../../data/sequences.ts";
import { frameSize } from "../../data/sequences.ts";
import { type Matrix, matrix, multiply, multiplyTranspose } from "../linalg/matrix.ts";
import { principalComponents } from "../linalg/principal_components.ts";

/** All frames of all sequences, one a row. */
function frameRows(sequences: Sequences): Matrix {
  const { count, frameCount, frames } = sequences;
  return matrix(count * frameCount, frameSize(sequences), Float64Array.from(frames));
}

/**
 * Mean squared error of test frames that are encoded in the leading principal components of all training frames and
 * decoded again. It sees what it is asked for: no prediction, but a bound for linear ones.
 *
 * @throws RangeError when a frame has fewer numbers than there are components
 */
export function principalComponentsError(
  train: Sequences,
  test: Sequences,
  components: number,
): number {
  const { mean, directions } = principalComponents(frameRows(train), components);
  const { rows, columns, data } = frameRows(test);
  const centred = matrix(rows, columns, data.map((value, at) => value - mean[at % columns]!));
  // (n, d) x (d, k) -> (n, k), then (n, k) x (d, k)ᵀ -> (n, d)
  const decoded = multiplyTranspose(multiply(centred, directions), directions);
  let sum = 0;
  centred.data.forEach((value, at) => sum += (value - decoded.data[at]!) ** 2);
  return sum / data.length;
}
