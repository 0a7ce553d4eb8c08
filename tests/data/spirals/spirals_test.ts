/** The spirals: what they depend on, where their points lie, what is hidden. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { frameOf, observedFrames } from "../../../data/sequences.ts";
import {
  makeSpirals,
  SPIRAL_POINTS,
  spiralPoint,
  type Spirals,
} from "../../../data/spirals/spirals.ts";

const counts = (train: number, validation: number, test: number) => ({ train, validation, test });
const few = await makeSpirals({ counts: counts(3, 2, 60) });

Deno.test("spiralPoint() has the points of the released generator", () => {
  // numpy: zs = 6π + 1 - ts, ts = linspace(0, 6π, 500); 15/zs (cos, sin)(zs) + (-5, 0); .3 ts (cos, sin)(ts) + (5, 0).
  const points = [
    [false, 0, 5, 0],
    [false, 123, 4.907923412443153, -1.390840496568719],
    [false, 499, 10.654866776461628, 0],
    [true, 0, -4.591701969552484, 0.635886506580343],
    [true, 123, -5.863620726893076, 0.47707165953030956],
    [true, 499, 3.104534588022096, 12.622064772118447],
  ] as const;
  for (const [clockwise, index, x, y] of points) {
    const point = spiralPoint(clockwise, index);
    assertAlmostEquals(point[0], x, 1e-9);
    assertAlmostEquals(point[1], y, 1e-9);
  }
});

Deno.test("makeSpirals() is a function of the seed, and a spiral does not depend on the counts", async () => {
  const more = await makeSpirals({ counts: counts(4, 2, 61) });
  const first = ({ groups: [group] }: Spirals) => group!.train;
  assertEquals(first(more).frames.slice(0, 600), first(few).frames);
  assertEquals(first(more).observed.slice(0, 90), first(few).observed);
  assertNotEquals(more.sha256, few.sha256);
  assertEquals((await makeSpirals({ counts: counts(3, 2, 60) })).sha256, few.sha256);
  assertNotEquals((await makeSpirals({ counts: counts(3, 2, 60), seed: 1 })).sha256, few.sha256);
});

Deno.test("makeSpirals() observes so many points of the window, and has no others", () => {
  for (const { observations, train, validation, test } of few.groups) {
    for (const [sequences, frameCount] of [[train, 100], [validation, 100], [test, 200]] as const) {
      assertEquals([sequences.frameCount, sequences.observedCount], [frameCount, observations]);
      for (let s = 0; s < sequences.count; s++) {
        const observed = observedFrames(sequences, s);
        assertEquals(new Set(observed).size, observations);
        assertEquals(observed.toSorted(), observed);
        for (let frame = 0; frame < frameCount; frame++) {
          const there = observed.includes(frame) || frame >= 100;
          assertEquals(frameOf(sequences, s, frame).every(Number.isFinite), there);
        }
      }
    }
  }
  // Not the same points of every spiral.
  const { train } = few.groups[0]!;
  assertNotEquals(observedFrames(train, 0), observedFrames(train, 1));
});

Deno.test("makeSpirals() adds noise to observations and none to the points asked for, within the spiral", async () => {
  const quiet = await makeSpirals({ counts: counts(3, 2, 60), noise: 0.1 });
  const { test } = few.groups[0]!;
  let [sum, square, n] = [0, 0, 0];
  few.testWindows.forEach(({ clockwise, start }, s) => {
    assert(start >= 100 && start + 200 <= SPIRAL_POINTS);
    for (const frame of [...observedFrames(test, s), 100, 199]) {
      spiralPoint(clockwise, start + frame).forEach((truth, axis) => {
        const error = frameOf(test, s, frame)[axis]! - truth;
        if (frame >= 100) return assert(Math.abs(error) < 1e-6);
        [sum, square, n] = [sum + error, square + error ** 2, n + 1];
        // The same noise to another scale.
        const other = frameOf(quiet.groups[0]!.test, s, frame)[axis]! - truth;
        assertAlmostEquals(other, error / 3, 1e-5);
      });
    }
  });
  assertAlmostEquals(sum / n, 0, 0.02);
  assertAlmostEquals(Math.sqrt(square / n), 0.3, 0.015);
  assertEquals(quiet.testWindows, few.testWindows);
});

Deno.test("makeSpirals() draws both directions alike, and test windows up to the last with 200 points", async () => {
  const { testWindows } = await makeSpirals({ counts: counts(1, 1, 2000), observations: [1] });
  const clockwise = testWindows.filter((window) => window.clockwise).length;
  assert(Math.abs(clockwise - 1000) < 100, `${clockwise} of 2000`);
  const starts = testWindows.map(({ start }) => start);
  assertEquals([Math.min(...starts), Math.max(...starts)], [100, 300]);
});

Deno.test("makeSpirals() trains and validates on windows of the whole spirals", async () => {
  const { groups: [group] } = await makeSpirals({
    ...{ counts: counts(600, 600, 1), observations: [100], noise: 1e-6 },
  });
  const points = [false, true].map((clockwise) =>
    Array.from({ length: SPIRAL_POINTS }, (_, i) => spiralPoint(clockwise, i))
  );
  for (const { frames, count } of [group!.train, group!.validation]) {
    const starts = Array.from({ length: count }, (_, s) => {
      const [x, y] = frames.subarray(s * 200);
      const [[one], [other]] = points.map((spiral) =>
        spiral.flatMap(([u, v], i) => Math.hypot(u - x!, v - y!) < 1e-4 ? [i] : [])
      ) as [number[], number[]];
      return one ?? other!;
    });
    const [first, last] = [Math.min(...starts), Math.max(...starts)];
    assert(first >= 100 && first < 105 && last > 395 && last <= 399, `${first} to ${last}`);
  }
});

Deno.test("makeSpirals() refuses what cannot be made, in one line", async () => {
  const refused = [
    [{ noise: 0 }, "noise must be a positive number, is 0"],
    [{ observations: [30, 101] }, "at most the window's 100, is 101"],
    [{ observations: [0] }, "a number of observations must be a whole number >= 1, is 0"],
    [{ counts: counts(1, 0, 1) }, "the validation count must be a whole number >= 1, is 0"],
  ] as const;
  for (const [changes, words] of refused) {
    await assertRejects(() => makeSpirals(changes), RangeError, words);
  }
});
