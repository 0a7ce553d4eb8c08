/** The physics of bouncing balls: what collisions conserve, and how far balls overlap. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type Balls,
  BOX,
  moveBalls,
  SPEED,
  startBalls,
} from "../../../data/bouncing_balls/simulation.ts";
import { fold, rootKey } from "../../../data/random/mod.ts";

const RADIUS = 1.2;
const key = (sequence: number) => fold(rootKey(7), "simulation test", sequence);

/** Twice the kinetic energy of balls of mass 1. */
const squaredSpeed = ({ velocities }: Balls) => velocities.reduce((sum, v) => sum + v * v, 0);
/** Momentum along one axis. */
const momentum = ({ velocities }: Balls, axis: 0 | 1) =>
  velocities.reduce((sum, v, i) => i % 2 === axis ? sum + v : sum, 0);
/** Least distance between two balls. */
function distance({ positions }: Balls): number {
  let least = Infinity;
  for (let i = 0; i < positions.length; i += 2) {
    for (let j = 0; j < i; j += 2) {
      const [x, y] = [positions[i]! - positions[j]!, positions[i + 1]! - positions[j + 1]!];
      least = Math.min(least, Math.hypot(x, y));
    }
  }
  return least;
}

Deno.test("moveBalls() conserves momentum and kinetic energy where balls collide", () => {
  let collisions = 0;
  for (let s = 0; s < 200; s++) {
    // In the middle of the box, so that no wall is met in these frames.
    const balls: Balls = {
      positions: Float64Array.of(4, 5, 6.5, 5.01 * (1 + s / 2000), 5.2, 7.1),
      velocities: startBalls(key(s), 3, RADIUS).velocities,
    };
    const before = [squaredSpeed(balls), momentum(balls, 0), momentum(balls, 1)];
    const velocities = balls.velocities.slice();
    for (let frame = 0; frame < 3; frame++) moveBalls(balls, RADIUS);
    if (balls.velocities.some((v, i) => v !== velocities[i])) collisions++;
    const after = [squaredSpeed(balls), momentum(balls, 0), momentum(balls, 1)];
    after.forEach((value, i) => assertAlmostEquals(value, before[i]!, 1e-9));
  }
  assert(collisions > 50, `${collisions} of 200 collided`);
});

Deno.test("moveBalls() exchanges the velocities of two balls that meet head-on, and turns one at a wall", () => {
  const pair: Balls = {
    positions: Float64Array.of(3, 5, 5.45, 5),
    velocities: Float64Array.of(0.3, 0.1, -0.2, 0.05),
  };
  moveBalls(pair, RADIUS);
  assertAlmostEquals(pair.velocities[0]!, -0.2, 1e-2);
  assertAlmostEquals(pair.velocities[2]!, 0.3, 1e-2);
  const single: Balls = {
    positions: Float64Array.of(BOX - RADIUS - 0.1, 5),
    velocities: Float64Array.of(0.4, 0.25),
  };
  moveBalls(single, RADIUS);
  // Half a frame to the right, beyond the wall by 0.1; half a frame back.
  assertEquals([...single.velocities], [-0.4, 0.25]);
  assertAlmostEquals(single.positions[0]!, BOX - RADIUS - 0.1, 1e-12);
  assertAlmostEquals(single.positions[1]!, 5.25, 1e-12);
});

Deno.test("moveBalls() keeps the energy over 1,000 frames, and overlaps to what sub-steps allow", () => {
  // Two balls approach each other by at most √2 times the joint speed.
  const [ofPair, ofWall] = [SPEED * Math.SQRT2 / 2, SPEED / 2];
  let beyond = 0;
  for (let s = 0; s < 60; s++) {
    const balls = startBalls(key(s), 3, RADIUS);
    assertAlmostEquals(squaredSpeed(balls), SPEED ** 2, 1e-12);
    for (let frame = 0; frame < 1000; frame++) {
      moveBalls(balls, RADIUS);
      assert(distance(balls) > 2 * RADIUS - ofPair, `sequence ${s}, frame ${frame}`);
      const outside = Math.max(...balls.positions.map((x) => Math.abs(x - BOX / 2))) -
        (BOX / 2 - RADIUS);
      // Pushed at the wall by another ball, one goes on for a second sub-step.
      assert(outside < 2 * ofWall, `sequence ${s}, frame ${frame}: ${outside}`);
      if (outside > ofWall) beyond++;
    }
    assertAlmostEquals(squaredSpeed(balls), SPEED ** 2, 1e-6);
  }
  assert(beyond <= 6, `${beyond} of 60,000 frames beyond a sub-step`);
});

Deno.test("startBalls() places balls apart from each other and from walls, and throws when they do not fit", () => {
  for (let s = 0; s < 200; s++) {
    const balls = startBalls(key(s), 3, RADIUS);
    assert(distance(balls) >= 2 * RADIUS);
    assert(balls.positions.every((x) => x >= RADIUS && x <= BOX - RADIUS));
  }
  assertEquals(startBalls(key(3), 3, RADIUS), startBalls(key(3), 3, RADIUS));
  assertThrows(() => startBalls(key(0), 3, 3), RangeError, "radius is 3");
});
