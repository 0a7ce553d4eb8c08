/**
 * Discs in images of balls: how many there are, where, and how fast they move.
 *
 * @module
 */
import { drawBalls, type Drawing } from "../../data/bouncing_balls/frames.ts";
import { BOX } from "../../data/bouncing_balls/simulation.ts";

/** Least share of a disc's brightness above its surroundings that makes one. */
const LEAST = 0.5;
/** Brightness of a soft disc at the end of the surroundings that it must stand out from, 1.4 radii from its centre. */
const AROUND = 1e-6;
/** No more discs are looked for. */
const MOST = 9;
/** Each step about halves the distance to the centre. */
const STEPS = 12;
/** A step this short is the last, in lengths of a box of side 10. */
const SHORT = 1e-3;
/** Times that all discs are placed anew, each where the others leave the frame to it. */
const ROUNDS = 2;
/** Lengths that a disc may move in a frame; a true ball moves half of it at most. */
const LONGEST_MOVE = 1;

/** A disc's centre in a box of side 10: x to the right, y downwards. */
export type Centre = readonly [x: number, y: number];

/**
 * Finds discs one after the other: the place where one stands out most, moved to the centroid of what it covers, then
 * taken away from the frame.
 *
 * @param frame (resolution, resolution) in [0, 1]
 */
export function findDiscs(frame: Float32Array, drawing: Drawing): Centre[] {
  const centres: Centre[] = [];
  for (let rest = frame; centres.length < MOST; rest = without(frame, centres, drawing)) {
    const place = brightestDisc(rest, drawing);
    if (place === undefined) break;
    centres.push(settled(rest, place, drawing));
  }
  for (let round = 0; round < ROUNDS; round++) {
    centres.forEach((centre, i) => {
      const rest = without(frame, centres.toSpliced(i, 1), drawing);
      centres[i] = settled(rest, centre, drawing);
    });
  }
  return centres;
}

/** The middle of the pixel where a disc stands out most; undefined where none does by half of its brightness. */
function brightestDisc(frame: Float32Array, drawing: Drawing): Centre | undefined {
  const { resolution } = drawing;
  const pixel = BOX / resolution;
  const half = resolution >> 1;
  const middle: Centre = [(half + 0.5) * pixel, (half + 0.5) * pixel];
  const template = discAt(middle, drawing);
  const soft = discAt(middle, { ...drawing, edges: "soft" });
  const around = [...soft.keys()].filter((at) => soft[at]! > AROUND);
  const level = around.reduce((sum, at) => sum + template[at]!, 0) / around.length;
  // Less their mean, so that a frame that is bright throughout has no disc.
  const offsets = around.map((at) => ({
    rows: Math.floor(at / resolution) - half,
    columns: at % resolution - half,
    weight: template[at]! - level,
  }));
  const full = around.reduce((sum, at) => sum + (template[at]! - level) * template[at]!, 0);
  let [best, at] = [LEAST * full, -1];
  for (let place = 0; place < frame.length; place++) {
    if (frame[place]! < LEAST / 2) continue;
    const [row, column] = [Math.floor(place / resolution), place % resolution];
    let sum = 0;
    for (const { rows, columns, weight } of offsets) {
      // Beyond the frame it goes on as at its edge.
      const r = Math.min(resolution - 1, Math.max(0, row + rows));
      const c = Math.min(resolution - 1, Math.max(0, column + columns));
      sum += weight * frame[r * resolution + c]!;
    }
    if (sum > best) [best, at] = [sum, place];
  }
  return at < 0
    ? undefined
    : [(at % resolution + 0.5) * pixel, (Math.floor(at / resolution) + 0.5) * pixel];
}

/** A frame less discs. */
function without(frame: Float32Array, centres: readonly Centre[], drawing: Drawing): Float32Array {
  const discs = new Float32Array(frame.length);
  drawBalls(centres.flat(), drawing, discs);
  return frame.map((value, i) => Math.max(0, value - discs[i]!));
}

/** A disc moved to the centroid of what it covers. */
function settled(frame: Float32Array, start: Centre, drawing: Drawing): Centre {
  let centre = start;
  for (let step = 0; step < STEPS; step++) {
    const next = centroid(frame, discAt(centre, drawing), drawing);
    // Nothing is covered where others have taken all of it.
    if (!Number.isFinite(next[0])) return centre;
    const move = Math.hypot(next[0] - centre[0], next[1] - centre[1]);
    centre = next;
    if (move < SHORT) break;
  }
  return centre;
}

function discAt(centre: Centre, drawing: Drawing): Float32Array {
  const frame = new Float32Array(drawing.resolution ** 2);
  drawBalls(centre, drawing, frame);
  return frame;
}

/** Centroid of what a disc covers of a frame. */
function centroid(frame: Float32Array, disc: Float32Array, { resolution }: Drawing): Centre {
  let [sum, x, y] = [0, 0, 0];
  disc.forEach((value, i) => {
    if (value === 0) return;
    const weight = value * frame[i]!;
    sum += weight;
    x += weight * (i % resolution + 0.5);
    y += weight * (Math.floor(i / resolution) + 0.5);
  });
  return [x / sum * BOX / resolution, y / sum * BOX / resolution];
}

/** Kinetic energy of discs of mass 1 from one frame to the next, of those that are found in both. */
export function kineticEnergy(before: readonly Centre[], after: readonly Centre[]): number {
  return before.reduce((sum, [x, y]) => {
    const moves = after.map((centre) => Math.hypot(centre[0] - x, centre[1] - y));
    const move = Math.min(...moves, Infinity);
    return sum + (move <= LONGEST_MOVE ? move ** 2 / 2 : 0);
  }, 0);
}
