import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { findDiscs, kineticEnergy } from "../../../benchmarks/bouncing_balls/discs.ts";
import { BOUNCING_BALLS, makeBouncingBalls } from "../../../data/bouncing_balls/bouncing_balls.ts";
import { drawBalls } from "../../../data/bouncing_balls/frames.ts";
import { frameOf } from "../../../data/sequences.ts";

Deno.test("findDiscs() finds every ball of rendered sequences, to a sixth of a pixel", async () => {
  const { test, testPaths, options } = await makeBouncingBalls({
    counts: { train: 1, validation: 1, test: 20 },
  });
  const squares: number[] = [];
  for (let frame = 0; frame < 20 * 20; frame += 13) {
    const centres = findDiscs(frameOf(test, Math.floor(frame / 20), frame % 20), options);
    assertEquals(centres.length, 3, `frame ${frame}`);
    const truth = testPaths.positions.subarray(frame * 6, frame * 6 + 6);
    for (let ball = 0; ball < 6; ball += 2) {
      const distances = centres.map(([x, y]) => Math.hypot(x - truth[ball]!, y - truth[ball + 1]!));
      squares.push(Math.min(...distances) ** 2);
    }
  }
  assert(Math.sqrt(Math.max(...squares)) < 10 / 32 / 6, `${Math.sqrt(Math.max(...squares))}`);
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  assert(Math.sqrt(mean) < 0.01, `${Math.sqrt(mean)}`);
});

Deno.test("findDiscs() finds nothing in even frames or in discs of less than half the brightness", () => {
  const drawn = new Float32Array(32 * 32);
  drawBalls([3, 4], BOUNCING_BALLS, drawn);
  const found = (frame: Float32Array) => findDiscs(frame, BOUNCING_BALLS);
  for (const grey of [0, 0.4, 0.7, 1]) {
    assertEquals(found(new Float32Array(32 * 32).fill(grey)), [], `${grey}`);
  }
  assertEquals(found(drawn.map((value) => 0.45 * value)), []);
  const [[x, y], ...others] = found(drawn.map((value) => 0.6 * value)) as [[number, number]];
  assertEquals(others, []);
  assertAlmostEquals(x, 3, 0.02);
  assertAlmostEquals(y, 4, 0.02);
  const hard = { radius: 1, resolution: 28, edges: "hard" } as const;
  const small = new Float32Array(28 * 28);
  drawBalls([3, 4, 8.9, 1.1], hard, small);
  assertEquals(findDiscs(small, hard).length, 2);
});

Deno.test("kineticEnergy() is half the sum of squared moves of the nearest discs", () => {
  const before = [[2, 2], [7, 7]] as const;
  assertAlmostEquals(kineticEnergy(before, [[7.1, 7], [2, 2.3]]), (0.01 + 0.09) / 2, 1e-12);
  // A disc that is gone, or that would have moved too far, has no energy.
  assertAlmostEquals(kineticEnergy(before, [[2, 2.3]]), 0.045, 1e-12);
  assertEquals(kineticEnergy(before, []), 0);
});

Deno.test("kineticEnergy() of rendered sequences is the simulator's where nothing collides", async () => {
  const { test, testPaths, options } = await makeBouncingBalls({
    counts: { train: 1, validation: 1, test: 10 },
  });
  let free = 0;
  for (let s = 0; s < 10; s++) {
    const at = s * 20 * 6;
    const moved = [...Array(6).keys()].every((i) =>
      Math.abs(
        testPaths.positions[at + i]! + testPaths.velocities[at + i]! -
          testPaths.positions[at + 6 + i]!,
      ) < 1e-9
    );
    if (!moved) continue;
    free++;
    const [before, after] = [0, 1].map((frame) => findDiscs(frameOf(test, s, frame), options));
    assertAlmostEquals(kineticEnergy(before!, after!), 0.125, 0.02);
  }
  assert(free > 3, `${free} of 10`);
});
