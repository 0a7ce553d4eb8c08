/**
 * Generated frames for the sizes whose data set would be a download or a simulation of its own: for a step's speed only
 * their shape and scale matter.
 *
 * @module
 */
import { fold, type Key, normal, uniform } from "../../data/random/mod.ts";

const DISCS = 3;
/** Waves of which a curve is the sum. */
const WAVES = 4;

/**
 * Images of three soft discs, each of which swings along an ellipse: (sequences, frames, side, side) in [0, 1]. The
 * discs' profile, min(1, Σ exp(−(d²/r²)⁴)), and their share of the image are those of the bouncing balls.
 */
export function movingDiscs(
  key: Key,
  sequences: number,
  frames: number,
  side: number,
): Float32Array {
  const images = new Float32Array(sequences * frames * side * side);
  const phases = uniform(fold(key, "phases"), sequences * DISCS * 2);
  const speeds = uniform(fold(key, "speeds"), sequences * DISCS * 2);
  const radius = 0.12 * side;
  // Along one axis: from one wall to the other and back, once in 30 to 90 frames, so at most 3 pixels of 32 a frame.
  const place = (i: number, frame: number) => {
    const angle = 2 * Math.PI * (phases[i]! + frame * (1 + 2 * speeds[i]!) / 90);
    return side / 2 + (side / 2 - radius) * Math.sin(angle);
  };
  for (let at = 0; at < images.length; at++) {
    const [x, y] = [at % side, Math.floor(at / side) % side];
    const frame = Math.floor(at / side ** 2) % frames;
    const first = Math.floor(at / (side ** 2 * frames)) * DISCS;
    let sum = 0;
    for (let disc = first; disc < first + DISCS; disc++) {
      const [dx, dy] = [x + 0.5 - place(2 * disc, frame), y + 0.5 - place(2 * disc + 1, frame)];
      sum += Math.exp(-(((dx * dx + dy * dy) / radius ** 2) ** 4));
    }
    images[at] = Math.min(1, sum);
  }
  return images;
}

/**
 * Smooth curves, sums of a few waves of periods from 40 frames (a stride at 120 Hz takes about 130) on, each of standard
 * deviation 1: (sequences, frames, dimensions).
 */
export function smoothCurves(
  key: Key,
  sequences: number,
  frames: number,
  dimensions: number,
): Float32Array {
  const curves = new Float32Array(sequences * frames * dimensions);
  const amplitudes = normal(fold(key, "amplitudes"), sequences * dimensions * WAVES * 2);
  for (let at = 0; at < curves.length; at++) {
    const [frame, dimension] = [Math.floor(at / dimensions) % frames, at % dimensions];
    const curve = Math.floor(at / (dimensions * frames)) * dimensions + dimension;
    let sum = 0;
    for (let wave = 0; wave < WAVES; wave++) {
      const angle = 2 * Math.PI * (wave + 1) * frame / (40 * WAVES);
      const i = 2 * (curve * WAVES + wave);
      sum += amplitudes[i]! * Math.sin(angle) + amplitudes[i + 1]! * Math.cos(angle);
    }
    curves[at] = sum / Math.sqrt(WAVES);
  }
  return curves;
}
