/**
 * Rotation of small grey images by multiples of 22.5°, with the same bits on every machine.
 *
 * @module
 */

const COS_22_5 = 0.9238795325112867;
const COS_45 = 0.7071067811865476;
const COS_67_5 = 0.3826834323650898;

/**
 * Cosines of 0°, 22.5°, … 337.5° as literals: library cosines may differ in the last bit between machines.
 */
const COS: readonly number[] = [
  ...[1, COS_22_5, COS_45, COS_67_5, 0, -COS_67_5, -COS_45, -COS_22_5],
  ...[-1, -COS_22_5, -COS_45, -COS_67_5, 0, COS_67_5, COS_45, COS_22_5],
];

/**
 * Turns a square image counter-clockwise (as it is looked at, row 0 on top) about its centre by `turns` sixteenths of a
 * full turn: bilinear interpolation, black outside.
 *
 * @param image (size, size) unsigned bytes.
 * @param size Rows and columns; the centre lies at ((size - 1) / 2, (size - 1) / 2).
 * @param turns From 0 to 15.
 * @param out Takes (size, size) grey levels in [0, 1], rounded to float32 once.
 */
export function rotate(image: Uint8Array, size: number, turns: number, out: Float32Array): void {
  const cos = COS[turns]!;
  const sin = COS[(turns + 12) % 16]!;
  const centre = (size - 1) / 2;
  for (let row = 0; row < size; row++) {
    const y = row - centre;
    for (let column = 0; column < size; column++) {
      const x = column - centre;
      // Where the pixel comes from: turned back by the angle, with y pointing down.
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
