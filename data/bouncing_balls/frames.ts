/**
 * Balls as grey images.
 *
 * @module
 */
import { BOX } from "./simulation.ts";

/** How balls are drawn. */
export interface Drawing {
  /** Of a ball, in lengths of the box. */
  readonly radius: number;
  /** Pixels along each side of a frame. */
  readonly resolution: number;
  /** Brightness at distance d from a centre: exp(−(d²/radius²)⁴), or 1 inside of the radius and 0 outside. */
  readonly edges: "soft" | "hard";
}

/** Beyond so many radii a soft disc is darker than 1e-18. */
const REACH = 1.6;

/**
 * Adds discs to a frame: min(1, sum over balls), each pixel as bright as its middle.
 *
 * @param positions centres (balls, 2), x to the right and y downwards
 * @param frame (resolution, resolution), black
 */
export function drawBalls(
  positions: ArrayLike<number>,
  { radius, resolution, edges }: Drawing,
  frame: Float32Array,
): void {
  const pixel = BOX / resolution;
  const nearest = (length: number) => Math.min(resolution, Math.max(0, Math.floor(length / pixel)));
  for (let ball = 0; ball < positions.length; ball += 2) {
    const [x, y] = [positions[ball]!, positions[ball + 1]!];
    const [left, right] = [nearest(x - REACH * radius), nearest(x + REACH * radius + pixel)];
    const [top, bottom] = [nearest(y - REACH * radius), nearest(y + REACH * radius + pixel)];
    for (let row = top; row < bottom; row++) {
      const squaredY = ((row + 0.5) * pixel - y) ** 2;
      for (let column = left; column < right; column++) {
        const share = (((column + 0.5) * pixel - x) ** 2 + squaredY) / radius ** 2;
        const brightness = edges === "soft" ? Math.exp(-(share ** 4)) : share < 1 ? 1 : 0;
        const at = row * resolution + column;
        frame[at] = Math.min(1, frame[at]! + brightness);
      }
    }
  }
}
