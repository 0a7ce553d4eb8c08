/**
 * Discs in images of balls: how many there are, where, and how fast they move.
 *
 * @module
 */
import { drawBalls, type Drawing } from "../../data/bouncing_balls/frames.ts";
import { BOX } from "../../data/bouncing_balls/simulation.ts";

/** Least share of a disc's brightness that makes one. */
const LEAST = 0.5;
/** No more discs are looked for. */
const MOST = 9;
/** Each step halves the distance to the centre, from at most a pixel. */
const REFINEMENTS = 12;
/** Lengths that a disc may move in a frame; a true ball moves half of it at most. */
const LONGEST_MOVE = 1;

/** A disc's centre in a box of side 10: x to the right, y downwards. */
export type Centre = readonly [x: number, y: number];

/**
 * Finds discs one after the other: the place where a disc accounts for most of the frame, moved to the centroid of what it
 * covers, then taken away from the frame.
 *
 * @param frame (resolution, resolution) in [0, 1]
 */
export function findDiscs(frame: Float32Array, drawing: Drawing): Centre[] {
  const { resolution } = drawing;
  const pixel = BOX / resolution;
  const rest = frame.slice();
  const centres: Centre[] = [];
  const middle = (resolution >> 1) * pixel + pixel / 2;
  const template = discAt([middle, middle], drawing);
  const offsets = [...template.keys()].filter((at) => template[at]! > 0.01).map((at) => ({
    rows: Math.floor(at / resolution) - (resolution >> 1),
    columns: at % resolution - (resolution >> 1),
    weight: template[at]!,
  }));
  const full = offsets.reduce((sum, { weight }) => sum + weight ** 2, 0);
  while (centres.length < MOST) {
    let [best, at] = [LEAST * full, -1];
    for (let place = 0; place < rest.length; place++) {
      if (rest[place]! < LEAST / 2) continue;
      const [row, column] = [Math.floor(place / resolution), place % resolution];
      let sum = 0;
      for (const { rows, columns, weight } of offsets) {
        const c = column + columns;
        // Rows beyond the frame have no pixel there either.
        if (c >= 0 && c < resolution) sum += weight * (rest[(row + rows) * resolution + c] ?? 0);
      }
      if (sum > best) [best, at] = [sum, place];
    }
    if (at < 0) break;
    let centre: Centre = [
      (at % resolution + 0.5) * pixel,
      (Math.floor(at / resolution) + 0.5) * pixel,
    ];
    for (let i = 0; i < REFINEMENTS; i++) centre = centroid(rest, discAt(centre, drawing), drawing);
    discAt(centre, drawing).forEach((value, i) => rest[i] = Math.max(0, rest[i]! - value));
    centres.push(centre);
  }
  return centres;
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
