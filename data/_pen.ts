/** Points of a pen's path: x to the right, y downwards, `pressure` scales the stroke's width. */
export interface PenPath {
  /** (points) */
  readonly x: Float64Array;
  /** (points) */
  readonly y: Float64Array;
  /** (points) */
  readonly pressure: Float64Array;
}

/** A cubic Bézier arc: start, two control points, end. */
export type Arc = readonly [
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
];

const POINTS_PER_ARC = 9;

/** Samples arcs that follow each other into one path of equal pressure. */
export function samplePath(arcs: readonly Arc[]): { x: Float64Array; y: Float64Array } {
  const x = new Float64Array(arcs.length * POINTS_PER_ARC + 1);
  const y = new Float64Array(x.length);
  arcs.forEach(([x0, y0, x1, y1, x2, y2, x3, y3], arc) => {
    for (let i = arc === 0 ? 0 : 1; i <= POINTS_PER_ARC; i++) {
      const t = i / POINTS_PER_ARC;
      const u = 1 - t;
      const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
      x[arc * POINTS_PER_ARC + i] = a * x0 + b * x1 + c * x2 + d * x3;
      y[arc * POINTS_PER_ARC + i] = a * y0 + b * y1 + c * y2 + d * y3;
    }
  });
  return { x, y };
}

/**
 * Draws a path as a round pen does: full ink within half the width, fading over `edge` pixels.
 *
 * @param path Points in pixels.
 * @param width Width of the stroke at pressure 1, in pixels.
 * @param edge Width of the fading border in pixels.
 * @param size Rows and columns of the image.
 * @param out Takes (size, size) grey levels 0 … 255.
 */
export function drawPath(
  path: PenPath,
  width: number,
  edge: number,
  size: number,
  out: Uint8Array,
): void {
  // Ink left at each pixel: the largest over the segments, so that crossings do not get darker.
  const ink = new Float64Array(size * size);
  for (let i = 0; i + 1 < path.x.length; i++) {
    const x0 = path.x[i]!, y0 = path.y[i]!;
    const dx = path.x[i + 1]! - x0, dy = path.y[i + 1]! - y0;
    const squared = dx * dx + dy * dy;
    const outer = width * (path.pressure[i]! + path.pressure[i + 1]!) / 4 + edge / 2;
    const top = Math.max(0, Math.ceil(Math.min(y0, y0 + dy) - outer));
    const bottom = Math.min(size - 1, Math.floor(Math.max(y0, y0 + dy) + outer));
    const left = Math.max(0, Math.ceil(Math.min(x0, x0 + dx) - outer));
    const right = Math.min(size - 1, Math.floor(Math.max(x0, x0 + dx) + outer));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const px = column - x0, py = row - y0;
        const along = squared > 0 ? (px * dx + py * dy) / squared : 0;
        const t = along < 0 ? 0 : along > 1 ? 1 : along;
        const ex = px - t * dx, ey = py - t * dy;
        const level = (outer - Math.sqrt(ex * ex + ey * ey)) / edge;
        const at = row * size + column;
        if (level > ink[at]!) ink[at] = level > 1 ? 1 : level;
      }
    }
  }
  for (let at = 0; at < ink.length; at++) out[at] = Math.floor(ink[at]! * 255 + 0.5);
}
