import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { readThrees } from "../../data/mnist.ts";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { rootKey } from "../../data/random/mod.ts";
import { sha256Hex } from "../../data/files.ts";
import { realDataDir } from "./_fixtures.ts";

const COUNT = 400;
const PIXELS = 784;
const IMAGES = proceduralThrees(COUNT);

Deno.test("proceduralThrees() keeps its bytes, and its first images when more are drawn", async () => {
  assertEquals(proceduralThrees(10), IMAGES.slice(0, 10 * PIXELS));
  assertNotEquals(proceduralThrees(1, rootKey(1)), IMAGES.slice(0, PIXELS));
  // Golden: drawn with + - * / and square roots only, so the same on every machine.
  assertEquals(
    await sha256Hex(Uint8Array.from(IMAGES)),
    "8396580dad32f8a8c78081dedb5c655f7f91b38b6e219108899ee740006002ba",
  );
});

Deno.test("proceduralThrees() leaves an empty border and centres the ink as MNIST does", () => {
  for (let i = 0; i < COUNT; i++) {
    const image = IMAGES.subarray(i * PIXELS, (i + 1) * PIXELS);
    let ink = 0, rows = 0, columns = 0, border = 0;
    image.forEach((value, p) => {
      const row = Math.floor(p / 28), column = p % 28;
      ink += value;
      rows += value * row;
      columns += value * column;
      if (row === 0 || row === 27 || column === 0 || column === 27) border += value;
    });
    assertEquals(border, 0, `image ${i}`);
    assertAlmostEquals(rows / ink, 14, 0.5, `image ${i}`);
    assertAlmostEquals(columns / ink, 14, 1, `image ${i}`);
    // MNIST's threes have between 0.04 and 0.31 of full ink.
    assert(ink / PIXELS / 255 > 0.03 && ink / PIXELS / 255 < 0.33, `image ${i}`);
  }
});

Deno.test("proceduralThrees() opens to the left: two gaps there, ink on the right of both bowls", () => {
  const mean = meanImage(IMAGES, COUNT);
  const at = (row: number, column: number) => mean[row * 28 + column]!;
  const inside = (rows: readonly number[], column: number) =>
    Math.max(...rows.map((row) => at(row, column)));
  assert(inside([9, 10], 9) < 0.3, "upper gap");
  assert(inside([17, 18], 9) < 0.2, "lower gap");
  assert(inside([8, 9, 10], 17) > 0.4, "upper bowl");
  assert(inside([16, 17, 18], 18) > 0.4, "lower bowl");
});

Deno.test("proceduralThrees() varies: no two images are equal and their spread is a digit's", async () => {
  const images = Array.from(
    { length: COUNT },
    (_, i) => IMAGES.slice(i * PIXELS, (i + 1) * PIXELS),
  );
  assertEquals(new Set(images.map((image) => image.join())).size, COUNT);
  // Mean squared distance to the mean image, per pixel; MNIST's threes: 0.05.
  const spread = spreadOf(IMAGES, COUNT);
  assert(spread > 0.02 && spread < 0.08, `spread ${spread}`);
  const real = realDataDir();
  if (real !== undefined) {
    const threes = await readThrees(real);
    const ratio = spread / spreadOf(threes!, COUNT);
    assert(ratio > 0.5 && ratio < 1.5, `ratio ${ratio}`);
  }
});

Deno.test("proceduralThrees() draws 400 in less than two seconds", () => {
  const start = performance.now();
  proceduralThrees(COUNT);
  assert(performance.now() - start < 2000);
});

Deno.test("proceduralThrees() throws when the count is no whole number", () => {
  assertThrows(() => proceduralThrees(-1), RangeError, "is -1");
  assertEquals(proceduralThrees(0).length, 0);
});

function meanImage(images: Uint8Array, count: number): Float64Array {
  const mean = new Float64Array(PIXELS);
  for (let i = 0; i < count * PIXELS; i++) mean[i % PIXELS]! += images[i]! / 255 / count;
  return mean;
}

function spreadOf(images: Uint8Array, count: number): number {
  const mean = meanImage(images, count);
  let sum = 0;
  for (let i = 0; i < count * PIXELS; i++) sum += (images[i]! / 255 - mean[i % PIXELS]!) ** 2;
  return sum / count / PIXELS;
}
