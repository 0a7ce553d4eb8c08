import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { rootKey, uniform } from "../../../data/random/mod.ts";
import { holm } from "../../../benchmarks/statistics/holm.ts";

Deno.test("holm() gives the adjusted p-values when computed by hand", () => {
  // In R, p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"); by hand: 4·0.005, 3·0.01, 2·0.03, then 0.04 below its predecessor.
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((value, i) => assertAlmostEquals(adjusted[i]!, value, 1e-15));
  assertEquals(holm([]), []);
  assertEquals(holm([0.2]), [0.2]);
  assertEquals(holm([0.9, 0.8]), [1, 1]);
});

Deno.test("holm() keeps the chance of one false rejection when no test has anything to find", () => {
  const [trials, tests] = [2000, 6];
  const p = uniform(rootKey(4), trials * tests);
  let families = 0;
  for (let i = 0; i < trials; i++) {
    const own = holm([...p.subarray(i * tests, (i + 1) * tests)]);
    if (own.some((value) => value <= 0.05)) families++;
  }
  // 1 - (1 - 0.05/6)⁶ = 4.9 %; uncorrected it would be 26 %.
  assert(families / trials < 0.05 + 2 * Math.sqrt((0.05 * 0.95) / trials), `${families}`);
  assert(families / trials > 0.03, `${families}`);
});
