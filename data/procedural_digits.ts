/**
 * The ten digits drawn by the pen of {@link proceduralThrees}, for machines without MNIST. Only + - * / and square roots are
 * used, so that every machine draws the same bytes.
 *
 * @module
 */
import type { LabelledImages } from "./mnist.ts";
import { type Arc, drawDigit, samplePath, type Shape } from "./procedural_threes.ts";
import { fold, integers, rootKey } from "./random/mod.ts";

/** Points of each digit's path, x before y, in a box of height 2; the path is smooth except where a point is doubled. */
const PATHS: readonly (readonly number[])[] = [
  [.1, -1, -.5, -.6, -.6, .2, -.2, .95, .3, .8, .6, .1, .5, -.7, .1, -1],
  [-.2, -.7, .1, -1, .1, -1, .05, 0, 0, 1],
  [-.5, -.6, -.1, -1, .45, -.7, .2, -.1, -.55, .9, -.55, .9, .1, .85, .6, .9],
  [-.5, -.8, 0, -1, .5, -.6, 0, -.05, 0, -.05, .6, .4, .1, 1, -.55, .8],
  [-.1, -1, -.6, .2, -.6, .2, .1, .15, .6, .15, .6, .15, .3, .1, .3, -.5, .3, -.5, .25, .2, .2, 1],
  [.5, -1, -.4, -1, -.4, -1, -.5, -.1, -.5, -.1, .2, -.2, .55, .35, .2, .9, -.5, .9],
  [.35, -1, -.3, -.4, -.55, .4, -.1, 1, .45, .6, .2, .05, -.5, .4],
  [-.55, -.95, 0, -1, .55, -.95, .55, -.95, .1, 0, -.15, 1],
  [.4, -.7, 0, -1, -.4, -.6, 0, -.1, .45, .45, 0, 1, -.45, .5, 0, -.1, .45, -.6, .35, -.8],
  [.45, -.6, 0, -1, -.45, -.5, -.1, -.05, .45, -.6, .45, -.6, .4, .2, .3, 1],
];
/** Standard deviation of each coordinate of a point. */
const TREMBLE = 0.06;

/** A digit's path: cubic arcs through its points, each with the slope of the line between its neighbours (Catmull and Rom). */
function shapeOf(path: readonly number[]): (next: () => number) => Shape {
  return (next) => {
    const points: [number, number][] = [];
    for (let i = 0; i < path.length; i += 2) {
      const doubled = i > 0 && path[i] === path[i - 2] && path[i + 1] === path[i - 1];
      points.push(
        doubled ? points.at(-1)! : [path[i]! + TREMBLE * next(), path[i + 1]! + TREMBLE * next()],
      );
    }
    const at = (i: number) => points[Math.min(points.length - 1, Math.max(0, i))]!;
    return samplePath(
      points.slice(1).map((end, i): Arc => {
        const [[x0, y0], [x1, y1]] = [at(i), end];
        const [before, after] = [at(i - 1), at(i + 2)];
        const [rightX, rightY] = [(x1 - before[0]) / 6, (y1 - before[1]) / 6];
        const [leftX, leftY] = [(after[0] - x0) / 6, (after[1] - y0) / 6];
        return [x0, y0, x0 + rightX, y0 + rightY, x1 - leftX, y1 - leftY, x1, y1];
      }),
    );
  };
}

/**
 * Draws digits of random classes.
 *
 * @param count number of images; the first ones do not depend on it
 * @param name of the stream of random numbers, e.g. "test"
 * @throws RangeError unless count is a whole number >= 0
 */
export function proceduralDigits(count: number, name: string): LabelledImages {
  const key = fold(rootKey(0), "procedural digits", name);
  const labels = Uint8Array.from(integers(fold(key, "classes"), count, PATHS.length));
  const shapes = PATHS.map(shapeOf);
  const pixels = new Uint8Array(count * 784);
  labels.forEach((label, i) =>
    drawDigit(shapes[label]!, fold(key, i), pixels.subarray(i * 784, (i + 1) * 784))
  );
  return { count, height: 28, width: 28, pixels, labels };
}
