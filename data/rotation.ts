/**
 * Rotation of small grey images, bilinear or by a cubic spline, with the same bits on every machine.
 *
 * @module
 */
const COS_22_5 = 0.9238795325112867;
const COS_45 = 0.7071067811865476;
const COS_67_5 = 0.3826834323650898;

/** Cosines of 0°, 22.5°, … 337.5° as literals: library cosines may differ in the last bit between machines. */
const COS: readonly number[] = [
  ...[1, COS_22_5, COS_45, COS_67_5, 0, -COS_67_5, -COS_45, -COS_22_5],
  ...[-1, -COS_22_5, -COS_45, -COS_67_5, 0, COS_67_5, COS_45, COS_22_5],
];

/**
 * Rotates a square image counter-clockwise (as seen, with row 0 on top) about its centre, ((size - 1) / 2,
 * (size - 1) / 2): bilinear interpolation, black outside.
 *
 * @param image (size, size) unsigned bytes
 * @param turns sixteenths of a full turn, from 0 to 15
 * @param out receives (size, size) grey levels in [0, 1], rounded to float32 once
 */
export function rotate(image: Uint8Array, size: number, turns: number, out: Float32Array): void {
  const cos = COS[turns]!;
  const sin = COS[(turns + 12) % 16]!;
  const centre = (size - 1) / 2;
  for (let row = 0; row < size; row++) {
    const y = row - centre;
    for (let column = 0; column < size; column++) {
      const x = column - centre;
      // The pixel's position before the rotation, with y pointing down.
      const fromColumn = centre + (cos * x - sin * y);
      const fromRow = centre + (sin * x + cos * y);
      const left = Math.floor(fromColumn);
      const top = Math.floor(fromRow);
      const right = fromColumn - left;
      const bottom = fromRow - top;
      const upper = (1 - right) * pixel(image, size, top, left) +
        right * pixel(image, size, top, left + 1);
      const lower = (1 - right) * pixel(image, size, top + 1, left) +
        right * pixel(image, size, top + 1, left + 1);
      out[row * size + column] = ((1 - bottom) * upper + bottom * lower) / 255;
    }
  }
}

function pixel(image: Uint8Array, size: number, row: number, column: number): number {
  const isInside = row >= 0 && row < size && column >= 0 && column < size;
  return isInside ? image[row * size + column]! : 0;
}

/** Pole of the cubic B-spline's prefilter: √3 − 2 (Unser 1999, "Splines: a perfect fit", box 2). */
const POLE = Math.sqrt(3) - 2;

/**
 * Coefficients of the cubic spline through the pixels of a square image: both axes are filtered, one after the other, with
 * the image mirrored about its border pixels (SciPy's prefilter for the modes "constant" and "mirror").
 *
 * @param image (size, size)
 * @param size at least 4
 * @returns (size, size)
 */
export function splineCoefficients(image: ArrayLike<number>, size: number): Float64Array {
  const coefficients = Float64Array.from(image);
  for (let line = 0; line < size; line++) filterLine(coefficients, line, size, size); // columns
  for (let line = 0; line < size; line++) filterLine(coefficients, line * size, 1, size); // rows
  return coefficients;
}

/** Replaces n samples, `stride` apart, by their spline coefficients. */
function filterLine(values: Float64Array, start: number, stride: number, n: number): void {
  const at = (i: number) => start + i * stride;
  const gain = (1 - POLE) * (1 - 1 / POLE);
  for (let i = 0; i < n; i++) values[at(i)]! *= gain;
  // The causal filter's first value is a sum over the mirrored signal, whose period is 2 (n − 1).
  let power = POLE;
  const end = POLE ** (n - 1);
  let sum = values[at(0)]! + end * values[at(n - 1)]!;
  for (let i = 1; i < n - 1; i++) {
    sum += power * (values[at(i)]! + end * values[at(n - 1 - i)]!);
    power *= POLE;
  }
  values[at(0)] = sum / (1 - end * end);
  for (let i = 1; i < n; i++) values[at(i)]! += POLE * values[at(i - 1)]!;
  const last = POLE * values[at(n - 2)]! + values[at(n - 1)]!;
  values[at(n - 1)] = last * POLE / (POLE * POLE - 1);
  for (let i = n - 2; i >= 0; i--) {
    values[at(i)] = POLE * (values[at(i + 1)]! - values[at(i)]!);
  }
}

/** An angle by its cosine and sine. */
export interface Turn {
  /** Cosine of the angle. */
  readonly cos: number;
  /** Sine of the angle. */
  readonly sin: number;
}

/**
 * Rotates a square image counter-clockwise (as seen, with row 0 on top) about its centre: the spline for pixels that come
 * from inside the image, `background` for others. Equals SciPy's `ndimage.rotate(image, angle, reshape=False, order=3,
 * mode="constant", cval=background)`.
 *
 * @param coefficients (size, size), from {@link splineCoefficients}
 * @param out receives (size, size)
 */
export function rotateSpline(
  coefficients: Float64Array,
  size: number,
  { cos, sin }: Turn,
  background: number,
  out: Float64Array,
): void {
  const centre = (size - 1) / 2;
  // In SciPy's order of operations: output · matrix + offset.
  const rowOffset = centre - (cos * centre + sin * centre);
  const columnOffset = centre - (-sin * centre + cos * centre);
  const last = size - 1;
  const [rowWeights, columnWeights] = [new Float64Array(4), new Float64Array(4)];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const fromRow = cos * row + sin * column + rowOffset;
      const fromColumn = -sin * row + cos * column + columnOffset;
      const inside = fromRow >= 0 && fromRow <= last && fromColumn >= 0 && fromColumn <= last;
      let value = background;
      if (inside) {
        const top = cubicWeights(fromRow, rowWeights);
        const left = cubicWeights(fromColumn, columnWeights);
        value = 0;
        for (let i = 0; i < 4; i++) {
          const line = mirrored(top + i, last) * size;
          for (let j = 0; j < 4; j++) {
            value += rowWeights[i]! * columnWeights[j]! *
              coefficients[line + mirrored(left + j, last)]!;
          }
        }
      }
      out[row * size + column] = value;
    }
  }
}

/** Writes the weights of the four coefficients around x; returns the index of the first. */
function cubicWeights(x: number, weights: Float64Array): number {
  const floor = Math.floor(x);
  const t = x - floor;
  const u = 1 - t;
  weights[0] = u * u * u / 6;
  weights[1] = (t * t * (t - 2) * 3 + 4) / 6;
  weights[2] = (u * u * (u - 2) * 3 + 4) / 6;
  weights[3] = 1 - weights[0]! - weights[1]! - weights[2]!;
  return floor - 1;
}

/** An index at most three outside 0 … last, mirrored about the border pixels. */
function mirrored(index: number, last: number): number {
  return index < 0 ? -index : index > last ? 2 * last - index : index;
}
