/** The frames of bouncing balls: what they depend on, how they are drawn, and errors that other code measured too. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { makeBouncingBalls } from "../../../data/bouncing_balls/bouncing_balls.ts";
import { drawBalls } from "../../../data/bouncing_balls/frames.ts";
import { BOX } from "../../../data/bouncing_balls/simulation.ts";
import { frameOf } from "../../../data/sequences.ts";

const counts = (train: number, validation: number, test: number) => ({ train, validation, test });

Deno.test("makeBouncingBalls() is a function of the seed, and a sequence does not depend on the counts", async () => {
  const few = await makeBouncingBalls({ counts: counts(3, 2, 2) });
  const more = await makeBouncingBalls({ counts: counts(4, 2, 3) });
  assertEquals(more.train.frames.slice(0, few.train.frames.length), few.train.frames);
  assertEquals(more.test.frames.slice(0, few.test.frames.length), few.test.frames);
  assertNotEquals(more.sha256, few.sha256);
  assertEquals((await makeBouncingBalls({ counts: counts(3, 2, 2) })).sha256, few.sha256);
  const other = await makeBouncingBalls({ counts: counts(3, 2, 2), seed: 1 });
  assertNotEquals(other.sha256, few.sha256);
  // Splits differ.
  assertNotEquals(few.train.frames.slice(0, 1024), few.test.frames.slice(0, 1024));
  const { train } = few;
  assertEquals([train.count, train.frameCount, train.observedCount], [3, 20, 20]);
  assertEquals(train.frameShape, [32, 32]);
});

Deno.test("makeBouncingBalls() draws each training frame when it is asked for, as in all of them", async () => {
  const { train, test } = await makeBouncingBalls({ counts: counts(3, 1, 1) });
  const frame = frameOf(train, 2, 5);
  assert(frame.buffer !== frameOf(train, 2, 5).buffer, "drawn anew");
  assertEquals(train.frames.length, 3 * 20 * 1024);
  assertEquals(train.frames.slice((2 * 20 + 5) * 1024, (2 * 20 + 6) * 1024), frame);
  // A copy with other frames has those.
  const blind = { ...train, frames: train.frames.map(() => NaN) };
  assertEquals(frameOf(blind, 2, 5), new Float32Array(1024).fill(NaN));
  assert(frameOf(test, 0, 5).buffer === test.frames.buffer, "the test's are in memory");
});

Deno.test("makeBouncingBalls() keeps the paths of the test sequences, which give their frames", async () => {
  const { test, testPaths, options } = await makeBouncingBalls({ counts: counts(1, 1, 2) });
  for (const [sequence, frame] of [[0, 0], [1, 7], [1, 19]] as const) {
    const at = (sequence * 20 + frame) * 6;
    const drawn = new Float32Array(32 * 32);
    drawBalls(testPaths.positions.subarray(at, at + 6), options, drawn);
    assertEquals(drawn, frameOf(test, sequence, frame));
  }
  // Without a collision in a frame, positions move by velocities.
  const { positions, velocities } = testPaths;
  const free = positions.subarray(0, 6 * 39).filter((x, i) =>
    Math.abs(x + velocities[i]! - positions[i + 6]!) < 1e-12
  );
  assert(free.length > 120, `${free.length} of 234`);
});

Deno.test("makeBouncingBalls() makes hard discs of other sizes, numbers and lengths", async () => {
  const { train } = await makeBouncingBalls({
    ...{ counts: counts(2, 1, 1), resolution: 28, frameCount: 10, edges: "hard" },
    ...{ balls: 2, radius: 1 },
  });
  assertEquals([train.frames.length, train.frameShape], [2 * 10 * 28 * 28, [28, 28]]);
  assert(train.frames.every((value) => value === 0 || value === 1));
  // Discs of radius 1 in a box of 10×10.
  const lit = train.frames.reduce((sum, value) => sum + value, 0) / train.frames.length;
  assertAlmostEquals(lit, 2 * Math.PI / BOX ** 2, 0.003);
});

Deno.test("makeBouncingBalls() refuses options that are no positive numbers", async () => {
  for (
    const [wrong, message] of [
      [{ counts: counts(0, 1, 1) }, "the train count must be a whole number >= 1, is 0"],
      [{ balls: 1.5 }, "the number of balls must be a whole number >= 1, is 1.5"],
      [{ resolution: 0 }, "resolution must be a whole number >= 1, is 0"],
      [{ radius: -1 }, "radius must be a positive number, is -1"],
    ] as const
  ) {
    await assertRejects(() => makeBouncingBalls(wrong), RangeError, message);
  }
});

Deno.test("drawBalls() has a pixel's brightness at its middle, x to the right, y downwards, 1 at most", () => {
  const drawing = { radius: 1.2, resolution: 32, edges: "soft" } as const;
  const frame = new Float32Array(32 * 32);
  drawBalls([3, 6], drawing, frame);
  for (const [row, column] of [[19, 9], [22, 9], [19, 13], [15, 6], [0, 0]] as const) {
    const squared = ((column + 0.5) * 10 / 32 - 3) ** 2 + ((row + 0.5) * 10 / 32 - 6) ** 2;
    assertAlmostEquals(frame[row * 32 + column]!, Math.exp(-((squared / 1.44) ** 4)), 1e-7);
  }
  drawBalls([3, 6], drawing, frame);
  assertEquals(Math.max(...frame), 1);
});

Deno.test("bouncing balls have the errors of the mean image and of the last frame that other code has", async () => {
  // Over 400 sequences of a port of the original generator to NumPy: 0.0824 and 0.0132.
  const { train: { frames, count } } = await makeBouncingBalls({ counts: counts(200, 1, 1) });
  const size = 32 * 32;
  const mean = new Float64Array(size);
  frames.forEach((value, i) => mean[i % size]! += value / (count * 20));
  let [spread, step] = [0, 0];
  frames.forEach((value, i) => {
    spread += (value - mean[i % size]!) ** 2 / frames.length;
    if (Math.floor(i / size) % 20 === 3) step += (value - frames[i - size]!) ** 2 / (count * size);
  });
  console.log(`mean image ${spread.toFixed(4)}, last frame at step 1 ${step.toFixed(4)}`);
  assertAlmostEquals(spread, 0.0824, 0.05 * 0.0824);
  assertAlmostEquals(step, 0.0132, 0.05 * 0.0132);
});
