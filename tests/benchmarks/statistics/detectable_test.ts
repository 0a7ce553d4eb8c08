import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import {
  fewestPairs,
  signFlipDetectable,
  tDetectable,
} from "../../../benchmarks/statistics/detectable.ts";
import { signFlipTest } from "../../../benchmarks/statistics/sign_flip.ts";
import { sampleStd } from "../../../benchmarks/statistics/spread.ts";

Deno.test("fewestPairs() is the least n with 2^(1 - n) <= α", () => {
  const cases = [[0.05, 6], [0.0625, 5], [0.1, 5], [0.0125, 8], [0.01, 8], [0.5, 2]] as const;
  for (const [alpha, n] of cases) {
    assertEquals(fewestPairs(alpha), n);
    const ones = (count: number) => signFlipTest(new Array(count).fill(1)).p;
    assert(ones(n) <= alpha && ones(n - 1) > alpha);
  }
});

Deno.test("tDetectable() is Bloom's multiple", () => {
  // scipy.stats.t.ppf(.975, 2) + scipy.stats.t.ppf(.8, 2), then 9 degrees and 85 %; SciPy 1.10.1
  assertAlmostEquals(tDetectable(2, 0.05, 0.8), 5.363312901691097, 1e-9);
  assertAlmostEquals(tDetectable(9, 0.05, 0.85), 3.3618733591356147, 1e-9);
});

Deno.test("signFlipDetectable() agrees with a simulation that flips every sign in NumPy", () => {
  // Effect in sample standard deviations at which numpy.random.default_rng(1)'s 20,000 samples (4,000 for n = 10) are
  // rejected with the wanted power, all 2^n sign flips enumerated, by bisection.
  const cases = [
    [6, 0.05, 0.85, 1.9006],
    [8, 0.05, 0.85, 1.2743],
    [8, 0.0125, 0.8, 1.9035],
    [10, 0.05, 0.8, 1.0185],
  ] as const;
  for (const [n, alpha, power, expected] of cases) {
    assertAlmostEquals(signFlipDetectable(n, alpha, power)! / expected, 1, 0.06);
  }
});

Deno.test("signFlipDetectable() is found with the wanted power when the test sees it", () => {
  for (const [n, alpha] of [[7, 0.05], [13, 0.05]] as const) {
    const effect = signFlipDetectable(n, alpha, 0.8)!;
    const trials = 300;
    let rejected = 0;
    for (let trial = 0; trial < trials; trial++) {
      const sample = [...normal(fold(rootKey(21), n, trial), n)];
      const std = sampleStd(sample);
      const { p, mean } = signFlipTest(sample.map((value) => value + effect * std));
      if (p <= alpha && mean > 0) rejected++;
    }
    // ±3 standard errors of 300 trials: 0.023 each; the simulated effect has 0.013 of its own.
    assertAlmostEquals(rejected / trials, 0.8, 0.08);
  }
});

Deno.test("signFlipDetectable() is undefined when the pairs cannot reach the level", () => {
  assertEquals(signFlipDetectable(5, 0.05, 0.8), undefined);
  assertEquals(signFlipDetectable(7, 0.0125, 0.8), undefined);
});
