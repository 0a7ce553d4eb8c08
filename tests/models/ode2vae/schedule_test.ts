import { assertAlmostEquals, assertEquals } from "@std/assert";
import { learningRate, subsequenceLength } from "../../../models/ode2vae/settings.ts";
import { RMNIST_SETTINGS } from "../../../models/ode2vae/settings.ts";

Deno.test("subsequenceLength() grows by one frame every two epochs from a fifth of the sequence", () => {
  assertEquals([0, 1, 2, 3, 4, 17, 18, 999].map((e) => subsequenceLength(e, 11, 1)), [
    2,
    2,
    3,
    3,
    4,
    10,
    11,
    11,
  ]);
});

Deno.test("subsequenceLength() is full first at the epochs of the released code", () => {
  for (const [frames, epoch] of [[300, 480], [16, 26], [11, 18]] as const) {
    assertEquals(subsequenceLength(epoch, frames, 1), frames);
    assertEquals(subsequenceLength(epoch - 1, frames, 1), frames - 1);
  }
});

Deno.test("subsequenceLength() leaves room for one window when the sequence is short", () => {
  assertEquals(subsequenceLength(0, 11, 3), 4);
});

Deno.test("learningRate() falls by 0.995 every 200 steps", () => {
  const rate = (step: number) => learningRate(step, RMNIST_SETTINGS.optimisation);
  assertEquals([rate(0), rate(199)], [1e-3, 1e-3]);
  assertAlmostEquals(rate(200), 0.995e-3, 1e-15);
  assertAlmostEquals(rate(5999), 1e-3 * 0.995 ** 29, 1e-15);
});
