import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { DataError, sha256Hex } from "../../data/files.ts";
import { readThrees, TRAIN_THREES } from "../../data/mnist.ts";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import {
  buildRotatingMnist,
  type RotatingMnist,
  sourceSha256,
  turnedDigits,
} from "../../data/rotating_mnist.ts";
import { BILINEAR, type RotationRecipe, SPLINE } from "../../data/rotation_recipe.ts";
import { realDataDir } from "./_fixtures.ts";

const PIXELS = 784;
const RECIPES: readonly (readonly [string, RotationRecipe])[] = [
  ["bilinear", BILINEAR],
  ["spline", SPLINE],
];
const drawn = (threes: Uint8Array, recipe = BILINEAR) => turnedDigits(threes, "procedural", recipe);

for (const [name, recipe] of RECIPES) {
  Deno.test(`buildRotatingMnist() has the published sizes and hides frame 3 and four others by the ${name} recipe`, async () => {
    const set = await buildRotatingMnist(drawn(proceduralThrees(400), recipe));
    for (const [split, count] of [[set.train, 360], [set.validation, 40]] as const) {
      assertEquals(split.count, count);
      assertEquals(split.frames.length, count * 16 * PIXELS);
      assertEquals(split.observed.length, count * 11);
      for (let i = 0; i < count; i++) {
        const observed = observedOf(split, i);
        assertEquals(new Set(observed).size, 11);
        assertEquals(observed, observed.toSorted((a, b) => a - b));
        assert(observed.every((frame) => frame >= 0 && frame < 16 && frame !== 3));
      }
      assert(split.frames.every((value) => value >= 0 && value <= 1));
    }
    // Each of the 15 other frames is missing from 4/15 of the 360 sequences: 96 ± 8.4; within five deviations.
    for (let frame = 0; frame < 16; frame++) {
      const hidden = 360 - set.train.observed.filter((observed) => observed === frame).length;
      if (frame === 3) assertEquals(hidden, 360);
      else assertAlmostEquals(hidden, 96, 42);
    }
  });
}

Deno.test("buildRotatingMnist() takes digits in file order, training first, by the bilinear recipe", async () => {
  const threes = proceduralThrees(7);
  const set = await buildRotatingMnist(drawn(threes), { train: 4, validation: 3 });
  const first = [
    ...frame(set.train, 0, 0),
    ...frame(set.train, 3, 0),
    ...frame(set.validation, 0, 0),
  ];
  const expected = [0, 3, 4].flatMap((i) => [...threes.subarray(i * PIXELS, (i + 1) * PIXELS)]);
  assertEquals(first, expected.map((value) => Math.fround(value / 255)));
});

Deno.test("buildRotatingMnist() gives the same SHA-256 for the same digits and another for others", async () => {
  const counts = { train: 3, validation: 2 };
  const threes = proceduralThrees(6);
  const set = await buildRotatingMnist(drawn(threes), counts);
  assertEquals((await buildRotatingMnist(drawn(threes), counts)).sha256, set.sha256);
  // Golden: these bytes must be the same on every machine. Made by this test's first run.
  assertEquals(set.sha256, "4bfcfd2fe7d912e86184e7e41871d82f9651456bfaf371083cb075a9e98d6950");
  const others = [
    buildRotatingMnist(drawn(threes.map((v, i) => i === 400 ? v ^ 1 : v)), counts),
    buildRotatingMnist(drawn(threes), { train: 2, validation: 3 }),
    buildRotatingMnist(drawn(threes), { train: 3, validation: 3 }),
    buildRotatingMnist(drawn(threes), { ...counts, test: 1 }),
    buildRotatingMnist(drawn(threes, SPLINE), counts),
  ];
  for (const other of others) assertNotEquals((await other).sha256, set.sha256);
});

Deno.test("buildRotatingMnist() throws when digits are too few or a count is none", async () => {
  const threes = proceduralThrees(3);
  await assertRejects(
    () => buildRotatingMnist(drawn(threes), { train: 3, validation: 1 }),
    DataError,
    "the number of sequences must be at least 4, is 3",
  );
  await assertRejects(
    () => buildRotatingMnist(drawn(threes), { train: 0, validation: 1 }),
    RangeError,
    "the train count must be a whole number >= 1, is 0",
  );
});

Deno.test("buildRotatingMnist() shuffles by the authors' recipe, and tests further digits when asked to", async () => {
  const counts = { train: 4, validation: 2, test: 3 };
  const source = drawn(proceduralThrees(12), SPLINE);
  const set = await buildRotatingMnist(source, counts);
  const all = Array.from({ length: 12 }, (_, i) => {
    const frames = new Float32Array(16 * PIXELS);
    source.copyFrames(i, frames);
    return frames;
  });
  const digitsOf = ({ count, frames }: Split) =>
    Array.from({ length: count }, (_, i) => {
      const own = frames.subarray(i * 16 * PIXELS, (i + 1) * 16 * PIXELS);
      return all.findIndex((other) => other.every((value, p) => value === own[p]));
    });
  const digits = [set.train, set.validation, set.test].flatMap(digitsOf);
  assertEquals(new Set(digits).size, 9, "no digit is in two splits");
  assertNotEquals(digits, digits.toSorted((a, b) => a - b));
  const without = await buildRotatingMnist(source, { train: 4, validation: 2 });
  assertEquals(without.test, without.train);
  assertEquals(without.train, set.train);
  // Golden: these bytes must be the same on every machine. Made by this test's first run.
  assertEquals(set.sha256, "29c63beb7647d99b05fb7a830a134b9552e643103727f691757b9bda48ca8f22");
});

Deno.test("a recipe's degrees say where each frame stands", () => {
  assertEquals(BILINEAR.degrees[3], 67.5);
  assertEquals([SPLINE.degrees[0], SPLINE.degrees[15]], [359.99, 0]);
  assertAlmostEquals(SPLINE.degrees[3]!, 288, 0.01);
  assertEquals([BILINEAR.framesPerTurn, SPLINE.framesPerTurn], [16, 15]);
});

// Where the machine has MNIST the numbers of baselines.md are reproduced; elsewhere the same trivial predictions on drawn
// threes must come in the same order, so that this test asserts something everywhere.
const realDir = realDataDir();

if (realDir !== undefined) {
  Deno.test("the authors' digits are 1,042, and give the errors of trivial predictions that are known", async () => {
    const source = turnedDigits((await readThrees(realDir, TRAIN_THREES))!, "mnist-train", SPLINE);
    assertEquals(source.count, 1042);
    // All sequences in file order, frames in the loader's order.
    assertEquals(
      await sourceSha256(source),
      "b4cc5e4d2c3fa8c6b1a39ef076d81dc3b4ba0ba0595c0ca86c1d7426b1e43155",
    );
    const set = await buildRotatingMnist(source);
    assertEquals(set.sha256, "e3c4b676afb30f0d9e6223556368877ec31dcb7f2c15c45ea0065f86d12a1407");
    // With another shuffle of the same digits: 0.0526, 0.0609, 0.0417; pixel variance at frame 3 0.0663.
    const errors = trivialErrors(set);
    assertAlmostEquals(errors.meanOfAll, 0.0526, 0.001);
    assertAlmostEquals(errors.nearest, 0.0609, 0.0015);
    assertAlmostEquals(errors.linear, 0.0417, 0.0015);
  });

  Deno.test("buildRotatingMnist() reproduces the trivial references when built from MNIST", async () => {
    const threes = await readThrees(realDir);
    assertEquals(threes?.length, 1010 * PIXELS);
    const set = await buildRotatingMnist(turnedDigits(threes!, "mnist-t10k", BILINEAR));
    assertEquals(set.sha256, "da7880f07a608c789910b9c4677f7b15623ce11eaa75a7715730adf1756ee35c");
    // The digits alone: SHA-256 of the 400 upright frames, which no rotation recipe touches.
    const upright = threes!.slice(0, 400 * PIXELS);
    assertEquals(
      await sha256Hex(Uint8Array.from(upright)),
      "edae851046b05576ddc96f59e00b05510009df424f03bff915e459f264fcb7fa",
    );
    const errors = trivialErrors(set);
    assertAlmostEquals(errors.meanImage, 0.0406, 0.00005);
    // Two frames equally near: the earlier one (the later one gives 0.072).
    assertAlmostEquals(errors.nearest, 0.067, 0.0005);
    assertAlmostEquals(errors.meanOfAll, 0.061, 0.001);
    // Depends on which frames are missing: 0.0462 ± 0.0007 over 200 other draws, of which 0.0465 was one.
    assertAlmostEquals(errors.linear, 0.0465, 0.0015);
    assertAlmostEquals(errors.linear, 0.04542, 0.00001);
  });
} else {
  Deno.test("buildRotatingMnist() orders the trivial references as on MNIST when built from drawn threes", async () => {
    const set = await buildRotatingMnist(drawn(proceduralThrees(400)));
    const errors = trivialErrors(set);
    assert(errors.linear < errors.nearest, JSON.stringify(errors));
    assert(errors.meanImage < errors.meanOfAll, JSON.stringify(errors));
    assert(errors.linear > 0.01 && errors.linear < 0.1, JSON.stringify(errors));
  });
}

type Split = RotatingMnist["train"];

function frame(split: Split, sequence: number, index: number): Float32Array {
  const at = (sequence * 16 + index) * PIXELS;
  return split.frames.subarray(at, at + PIXELS);
}

function observedOf(split: Split, sequence: number): number[] {
  return [...split.observed.subarray(sequence * 11, (sequence + 1) * 11)];
}

/** Per-pixel errors at frame 3 of the trivial predictions, written apart from the suite's own references. */
function trivialErrors(
  { train, framesPerTurn }: RotatingMnist,
): Record<"meanImage" | "meanOfAll" | "nearest" | "linear", number> {
  const errors = { meanImage: 0, meanOfAll: 0, nearest: 0, linear: 0 };
  const mean = new Float64Array(PIXELS), all = new Float64Array(PIXELS);
  for (let i = 0; i < train.count; i++) {
    frame(train, i, 3).forEach((v, p) => mean[p]! += v / train.count);
    for (const k of observedOf(train, i)) {
      frame(train, i, k).forEach((v, p) => all[p]! += v / (train.count * 11));
    }
  }
  for (let i = 0; i < train.count; i++) {
    const truth = frame(train, i, 3);
    const observed = observedOf(train, i);
    // Angles go round: with frames 0, 1 and 2 missing the last one stands before frame 3.
    const before = observed.findLast((k) => k < 3) ?? observed.at(-1)! - framesPerTurn;
    const after = observed.find((k) => k > 3)!;
    const low = frame(train, i, before < 0 ? observed.at(-1)! : before),
      high = frame(train, i, after);
    const weight = (3 - before) / (after - before);
    const blend = Float64Array.from(low, (v, p) => (1 - weight) * v + weight * high[p]!);
    errors.meanImage += mse(truth, mean) / train.count;
    errors.meanOfAll += mse(truth, all) / train.count;
    errors.nearest += mse(truth, 3 - before <= after - 3 ? low : high) / train.count;
    errors.linear += mse(truth, blend) / train.count;
  }
  return errors;
}

function mse(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let p = 0; p < PIXELS; p++) sum += (a[p]! - b[p]!) ** 2;
  return sum / PIXELS;
}
