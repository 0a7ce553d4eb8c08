import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import {
  equivalenceTest,
  MOST_PAIRS,
  pairsForEquivalence,
} from "../../../benchmarks/statistics/equivalence.ts";

Deno.test("equivalenceTest() agrees with SciPy", () => {
  // SciPy 1.10.1: max(scipy.stats.ttest_1samp(d, -m, alternative='greater').pvalue,
  //                   scipy.stats.ttest_1samp(d, m, alternative='less').pvalue)
  // and scipy.stats.t.interval(0.9, n - 1, d.mean(), d.std(ddof=1) / n**.5)
  const cases: readonly [readonly number[], number, number, number, number][] = [
    [[0.1, -0.2, 0.05, 0.3, -0.1], 0.5, 0.0027285599787742814, -0.15338839, 0.21338839],
    [[1, 1.2, 0.8], 2, 0.006536228780173254, 0.66282911, 1.33717089],
    [[0.4, 0.5, 0.6, 0.3], 0.5, 0.24751267302985558, 0.29809104, 0.60190896],
    [
      [-0.3, 0.1, -0.2, 0, 0.05, -0.1, 0.2, -0.15],
      0.25,
      0.005805456356894274,
      -0.16179849,
      0.06179849,
    ],
  ];
  for (const [differences, margin, p, low, high] of cases) {
    const result = equivalenceTest(differences, margin);
    assertAlmostEquals(result.p, p, 1e-10);
    assertAlmostEquals(result.interval.low, low, 1e-7);
    assertAlmostEquals(result.interval.high, high, 1e-7);
  }
});

Deno.test("equivalenceTest() is at most α exactly when the interval lies within the margin", () => {
  for (let trial = 0; trial < 50; trial++) {
    const differences = [...normal(fold(rootKey(5), trial), 4)];
    const { p, interval } = equivalenceTest(differences, 1.5, 0.1);
    assertEquals(p <= 0.1, interval.low >= -1.5 && interval.high <= 1.5);
  }
});

Deno.test("equivalenceTest() goes by the distance alone when all differences are equal", () => {
  assertEquals(equivalenceTest([0.1, 0.1, 0.1], 0.2).p, 0);
  assertEquals(equivalenceTest([0.3, 0.3, 0.3], 0.2).p, 1);
  assertEquals(equivalenceTest([0.2, 0.2], 0.2).p, 1);
});

Deno.test("equivalenceTest() throws when there is one difference, or no margin", () => {
  assertThrows(() => equivalenceTest([1], 1), RangeError, "must be >= 2, is 1");
  assertThrows(() => equivalenceTest([1, 2], 0), RangeError, "must be > 0, is 0");
  assertThrows(() => equivalenceTest([1, 2], NaN), RangeError, "must be > 0, is NaN");
});

Deno.test("pairsForEquivalence() gives a number with 80 % power, and not twice what is needed", () => {
  // Exact powers of the test at zero difference, integrated over the distribution of s with SciPy 1.10.1 (scipy.stats.chi2,
  // norm, integrate.quad): the least n that reach 80 % are 3, 4, 11 and 19.
  const cases = [[0.3, 3], [0.5, 4], [1, 11], [Math.SQRT2, 19]] as const;
  for (const [std, least] of cases) {
    const n = pairsForEquivalence(std, 1)!;
    assert(n >= least && n <= least + 1, `${std}: ${n}`);
  }
  assertEquals(pairsForEquivalence(1e-9, 1), 2);
  assertEquals(pairsForEquivalence(20, 1), undefined);
  assert(pairsForEquivalence(10, 1)! <= MOST_PAIRS);
});
