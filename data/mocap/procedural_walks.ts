/**
 * Made-up walks for machines without CMU's: channels that swing with one period, as those of a walker do. Only + - * / and
 * square roots are used, so that every machine makes the same bytes.
 *
 * @module
 */
import { fold, rootKey, uniform } from "../random/mod.ts";
import { WALK_CHANNELS } from "./preprocessing.ts";

const WALKS_KEY = fold(rootKey(0), "procedural walks");
/** A step and its first two overtones. */
const HARMONICS = 3;
/** Numbers that each harmonic of each channel is drawn from: its cosine and its sine. */
const DRAWS = 2 * HARMONICS * WALK_CHANNELS;

/**
 * Walks with the same gait, each at its own pace (110 to 150 frames a period), from its own phase and a little different.
 *
 * @param frameCounts frames of each walk; a walk does not depend on those of others
 * @returns a walk (frames, 50) for each
 */
export function proceduralWalks(frameCounts: readonly number[]): readonly Float64Array[] {
  const gait = uniform(fold(WALKS_KEY, "gait"), DRAWS);
  return frameCounts.map((frameCount, i) => proceduralWalk(gait, i, frameCount));
}

function proceduralWalk(gait: Float32Array, index: number, frameCount: number): Float64Array {
  const own = uniform(fold(WALKS_KEY, "walk", index), DRAWS);
  const [pace, start] = uniform(fold(WALKS_KEY, "pace", index), 2) as unknown as [number, number];
  // The point ((1 - t²) / (1 + t²), 2t / (1 + t²)) of the unit circle is at the angle 2·atan(t).
  const turn = onCircle(0.021 + 0.0075 * pace);
  let [x, y] = onCircle(4 * start - 2);
  const walk = new Float64Array(frameCount * WALK_CHANNELS);
  for (let frame = 0; frame < frameCount; frame++) {
    let [cos, sin] = [1, 0];
    for (let harmonic = 0; harmonic < HARMONICS; harmonic++) {
      [cos, sin] = [cos * x - sin * y, cos * y + sin * x];
      for (let channel = 0; channel < WALK_CHANNELS; channel++) {
        const at = 2 * (harmonic * WALK_CHANNELS + channel);
        const amplitude = (k: number) =>
          (20 * (gait[k]! - 0.5) + 4 * (own[k]! - 0.5)) / (harmonic + 1) ** 2;
        walk[frame * WALK_CHANNELS + channel]! += amplitude(at) * cos + amplitude(at + 1) * sin;
      }
    }
    [x, y] = [x * turn[0] - y * turn[1], x * turn[1] + y * turn[0]];
  }
  return walk;
}

function onCircle(t: number): readonly [number, number] {
  return [(1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)];
}
