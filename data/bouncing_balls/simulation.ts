/**
 * Balls of equal mass in a square box, as in the generator of the RTRBM (Sutskever, Hinton and Taylor 2008): straight
 * paths, elastic collisions with walls and with each other, two sub-steps a frame.
 *
 * @module
 */
import { fold, type Key, normal, uniform } from "../random/mod.ts";

/** Side of the box. */
export const BOX = 10;
/** Norm of all velocities of a sequence taken together, in lengths a frame. */
export const SPEED = 0.5;
/** Sub-steps of a frame. */
const SUB_STEPS = 2;
/** Least coordinate that a ball starts from, as in the generator. */
const START = 2;
/** Random places that are tried for the balls of a sequence. */
const ATTEMPTS = 10_000;

/** Where balls are and how they move: (balls, 2) each, x to the right and y downwards. */
export interface Balls {
  /** Centres. */
  readonly positions: Float64Array;
  /** Lengths a frame. */
  readonly velocities: Float64Array;
}

/**
 * Balls at random places where none touches another or a wall, with velocities of random directions and joint norm
 * {@link SPEED}.
 *
 * @throws RangeError when no such places are found
 */
export function startBalls(key: Key, count: number, radius: number): Balls {
  const directions = Float64Array.from(normal(fold(key, "velocities"), 2 * count));
  const norm = Math.hypot(...directions);
  const velocities = directions.map((value) => SPEED * value / norm);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const positions = Float64Array.from(
      uniform(fold(key, "positions", attempt), 2 * count),
      (share) => START + (BOX - START) * share,
    );
    if (areApart(positions, radius)) return { positions, velocities };
  }
  throw new RangeError(
    `Cannot place balls: ${count} of them must fit in a box of side ${BOX} without touching, radius is ${radius}`,
  );
}

function areApart(positions: Float64Array, radius: number): boolean {
  for (let i = 0; i < positions.length; i += 2) {
    const [x, y] = [positions[i]!, positions[i + 1]!];
    if (Math.min(x, y) < radius || Math.max(x, y) > BOX - radius) return false;
    for (let j = 0; j < i; j += 2) {
      if (Math.hypot(x - positions[j]!, y - positions[j + 1]!) < 2 * radius) return false;
    }
  }
  return true;
}

/**
 * Moves balls on by one frame, in place. Who overlaps at the end of a sub-step turns in the next one. A ball that another
 * one pushes at a wall in between turns a sub-step later.
 */
export function moveBalls({ positions, velocities }: Balls, radius: number): void {
  for (let step = 0; step < SUB_STEPS; step++) {
    for (let i = 0; i < positions.length; i++) {
      positions[i]! += velocities[i]! / SUB_STEPS;
      const speed = Math.abs(velocities[i]!);
      if (positions[i]! < radius) velocities[i] = speed;
      if (positions[i]! > BOX - radius) velocities[i] = -speed;
    }
    for (let i = 0; i < positions.length; i += 2) {
      for (let j = 0; j < i; j += 2) collide(positions, velocities, i, j, radius);
    }
  }
}

/** Two balls of equal mass that overlap exchange their velocities along the line through their centres. */
function collide(
  positions: Float64Array,
  velocities: Float64Array,
  i: number,
  j: number,
  radius: number,
): void {
  const x = positions[i]! - positions[j]!;
  const y = positions[i + 1]! - positions[j + 1]!;
  const squared = x * x + y * y;
  if (squared >= 4 * radius * radius) return;
  const exchanged = ((velocities[i]! - velocities[j]!) * x +
    (velocities[i + 1]! - velocities[j + 1]!) * y) / squared;
  velocities[i]! -= exchanged * x;
  velocities[i + 1]! -= exchanged * y;
  velocities[j]! += exchanged * x;
  velocities[j + 1]! += exchanged * y;
}
