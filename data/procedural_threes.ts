/**
 * Threes drawn by a parametric pen to look handwritten, for machines without MNIST. Only + - * / and square roots are used,
 * so that every machine draws the same bytes.
 *
 * @module
 */
import { fold, type Key, rootKey, uniform } from "./random/mod.ts";

const SIZE = 28;
const PIXELS = SIZE * SIZE;
const THREES_KEY = fold(rootKey(0), "procedural threes");

/**
 * Draws threes.
 *
 * @param count number of images; the first ones do not depend on it
 * @param key the data set's own key by default
 * @returns (count, 28, 28) grey levels 0 … 255
 * @throws RangeError unless count is a whole number >= 0
 */
export function proceduralThrees(count: number, key: Key = THREES_KEY): Uint8Array {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`Cannot draw threes: count must be a whole number >= 0, is ${count}`);
  }
  const images = new Uint8Array(count * PIXELS);
  for (let i = 0; i < count; i++) {
    drawDigit(shape, fold(key, i), images.subarray(i * PIXELS, (i + 1) * PIXELS));
  }
  return images;
}

/** A pen's path in a box of height 2: x to the right, y downwards. */
export interface Shape {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Draws one digit as a pen of random width writes it.
 *
 * @param shape makes the path from random numbers, about standard normal
 * @param out receives (28, 28) grey levels 0 … 255
 */
export function drawDigit(
  shape: (next: () => number) => Shape,
  key: Key,
  out: Uint8Array,
): void {
  const next = bellSource(key);
  const path = place(shape(next), next);
  const width = clamp(2.5 + 0.75 * next(), 1.5, 4.2);
  const edge = clamp(1.4 + 0.25 * next(), 0.9, 2);
  drawPath(path, width, edge, out);
}

/**
 * The two bowls of a three in a box of height 2: y from -1 (top) to 1. Each bowl is two arcs; the bowls meet in a cusp, or
 * in a small loop if its handles cross.
 */
function shape(next: () => number): Shape {
  const upperReach = 0.56 + 0.12 * next();
  const lowerReach = 0.72 + 0.13 * next();
  const upperY = -0.52 + 0.06 * next();
  const lowerY = 0.46 + 0.07 * next();
  const cuspX = -0.02 + 0.14 * next();
  const cuspY = -0.06 + 0.08 * next();
  const startX = -0.52 + 0.12 * next();
  const startY = -0.72 + 0.12 * next();
  const endX = -0.6 + 0.14 * next();
  const endY = 0.74 + 0.11 * next();
  const topX = 0.02 + 0.1 * next();
  const bottomX = 0 + 0.1 * next();
  // How round the bowls are: 0.55 of the half-axis draws a quarter of an ellipse.
  const upperRound = clamp(0.55 + 0.1 * next(), 0.3, 0.8);
  const lowerRound = clamp(0.55 + 0.1 * next(), 0.3, 0.8);
  const dip = 0.07 * next();
  const hook = 0.12 + 0.1 * next();
  const upperHalf = upperY + 1;
  const lowerHalf = 1 - lowerY;
  const arcs: Arc[] = [
    // From the start over the top,
    [startX, startY, startX + hook, startY - 0.2, topX - upperRound * 0.6, -1, topX, -1],
    // round the upper bowl to its right end,
    [
      ...[topX, -1, topX + upperRound * (upperReach - topX), -1] as const,
      ...[upperReach, upperY - upperRound * upperHalf, upperReach, upperY] as const,
    ],
    // back to the cusp,
    [
      ...[upperReach, upperY, upperReach, upperY + upperRound * (cuspY - upperY)] as const,
      ...[cuspX + 0.5 * (upperReach - cuspX), cuspY - 0.02, cuspX, cuspY] as const,
    ],
    // out into the lower bowl,
    [
      ...[cuspX, cuspY, cuspX + 0.55 * (lowerReach - cuspX), cuspY + dip] as const,
      ...[lowerReach, lowerY - lowerRound * (lowerY - cuspY), lowerReach, lowerY] as const,
    ],
    // down to the bottom,
    [
      ...[lowerReach, lowerY, lowerReach, lowerY + lowerRound * lowerHalf] as const,
      ...[bottomX + lowerRound * (lowerReach - bottomX), 1, bottomX, 1] as const,
    ],
    // and left to the end.
    [bottomX, 1, bottomX - 0.3, 1, endX + 0.2 + 0.05 * next(), endY + 0.12, endX, endY],
  ];
  return samplePath(arcs);
}

/** Slants, rotates, scales and centres a shape like MNIST's digits: 20 pixels high, its ink's centre in the middle. */
function place(shape: Shape, next: () => number): PenPath {
  const slant = 0.05 + 0.2 * next();
  const turn = 0.07 * next();
  const aspect = clamp(0.95 + 0.12 * next(), 0.7, 1.25);
  const tremor = 0.012;
  const n = shape.x.length;
  const x = new Float64Array(n), y = new Float64Array(n), pressure = new Float64Array(n);
  let wobble = 0, press = 0;
  for (let i = 0; i < n; i++) {
    // Slowly varying deviations: each keeps most of the previous one.
    wobble = 0.8 * wobble + tremor * next();
    press = 0.9 * press + 0.05 * next();
    const px = aspect * shape.x[i]! - slant * shape.y[i]! + wobble;
    const py = shape.y[i]! + wobble * 0.5;
    x[i] = px - turn * py;
    y[i] = py + turn * px;
    pressure[i] = clamp(1 + press, 0.6, 1.4);
  }
  const height = Math.max(...y) - Math.min(...y);
  const breadth = Math.max(...x) - Math.min(...x);
  const scale = clamp(17 + 0.6 * next(), 15, 18) / Math.max(height, breadth);
  const [meanX, meanY] = centre({ x, y, pressure });
  // MNIST's centres of mass are half a pixel to the right of and below the image's centre.
  const middle = SIZE / 2;
  return {
    x: x.map((value) => middle + scale * (value - meanX)),
    y: y.map((value) => middle + scale * (value - meanY)),
    pressure,
  };
}

/** Centre of the ink of a path: each segment weighs its length times its width. */
function centre({ x, y, pressure }: PenPath): readonly [number, number] {
  let sumX = 0, sumY = 0, total = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const dx = x[i + 1]! - x[i]!, dy = y[i + 1]! - y[i]!;
    const ink = Math.sqrt(dx * dx + dy * dy) * (pressure[i]! + pressure[i + 1]!);
    sumX += ink * (x[i]! + x[i + 1]!) / 2;
    sumY += ink * (y[i]! + y[i + 1]!) / 2;
    total += ink;
  }
  return [sumX / total, sumY / total];
}

/** Approximately normal numbers within ±√12: sums of four uniforms, which need no logarithm. */
function bellSource(key: Key): () => number {
  const numbers = uniform(key, 1024);
  let at = 0;
  return () => {
    const sum = numbers[at]! + numbers[at + 1]! + numbers[at + 2]! + numbers[at + 3]!;
    at += 4;
    return (sum - 2) * 1.7320508075688772;
  };
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** Points of a pen's path: x to the right, y downwards; `pressure` is a factor on the stroke's width. */
interface PenPath {
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

/** Points of consecutive arcs. */
export function samplePath(arcs: readonly Arc[]): Shape {
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
 * Draws a path with a round pen: full ink within half the width, fading over `edge` pixels.
 *
 * @param path points in pixels
 * @param width width of the stroke at pressure 1, in pixels
 * @param edge width of the fading border, in pixels
 * @param out receives (28, 28) grey levels 0 … 255
 */
function drawPath(path: PenPath, width: number, edge: number, out: Uint8Array): void {
  // Ink at each pixel: the maximum over the segments, so that crossings are not darker.
  const ink = new Float64Array(PIXELS);
  for (let i = 0; i + 1 < path.x.length; i++) {
    const x0 = path.x[i]!, y0 = path.y[i]!;
    const dx = path.x[i + 1]! - x0, dy = path.y[i + 1]! - y0;
    const squared = dx * dx + dy * dy;
    const outer = width * (path.pressure[i]! + path.pressure[i + 1]!) / 4 + edge / 2;
    const top = Math.max(0, Math.ceil(Math.min(y0, y0 + dy) - outer));
    const bottom = Math.min(SIZE - 1, Math.floor(Math.max(y0, y0 + dy) + outer));
    const left = Math.max(0, Math.ceil(Math.min(x0, x0 + dx) - outer));
    const right = Math.min(SIZE - 1, Math.floor(Math.max(x0, x0 + dx) + outer));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const px = column - x0, py = row - y0;
        const along = squared > 0 ? (px * dx + py * dy) / squared : 0;
        const t = along < 0 ? 0 : along > 1 ? 1 : along;
        const ex = px - t * dx, ey = py - t * dy;
        const level = (outer - Math.sqrt(ex * ex + ey * ey)) / edge;
        const at = row * SIZE + column;
        if (level > ink[at]!) ink[at] = level > 1 ? 1 : level;
      }
    }
  }
  for (let at = 0; at < ink.length; at++) out[at] = Math.floor(ink[at]! * 255 + 0.5);
}
