import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import { EXACT_LIMIT, signFlipTest } from "../../../benchmarks/statistics/sign_flip.ts";

Deno.test("signFlipTest() agrees with SciPy", () => {
  // SciPy 1.10.1 (Debian's python3-scipy):
  // scipy.stats.permutation_test((numpy.array(d),), numpy.mean, permutation_type='samples', n_resamples=numpy.inf).pvalue
  const cases: readonly [readonly number[], number][] = [
    [[0.4, -0.1, 0.3, 0.2], 0.25],
    [[1, 2, 3, 4, 5], 0.0625],
    [[0.1, 0.2, -0.3, 0.4, 0.1, -0.2], 0.75],
    [[-0.5, -1.25, 0.25, -0.75, -2, 0.5, -1.5], 0.109375],
    [[0, 0.2, 0, -0.1, 0.7, 0.3], 0.25],
    [
      [2.1, -0.4, 0.9, 1.3, -0.2, 0.6, 1.1, -0.8, 0.7, 0.05, 1.9, -1.4],
      0.1455078125,
    ],
  ];
  for (const [differences, p] of cases) assertEquals(signFlipTest(differences).p, p);
});

Deno.test("signFlipTest() counts the assignments by hand when there are three differences", () => {
  // Sums of ±1 ±2 ±4: -7 -5 -3 -1 1 3 5 7, each once; 1 - 2 + 4 = 3.
  assertEquals(signFlipTest([1, -2, 4]), { p: 6 / 8, smallestP: 2 / 8, mean: 1 });
  assertEquals(signFlipTest([1, 2, 4]).p, 2 / 8);
  assertEquals(signFlipTest([-3]).p, 1);
});

Deno.test("signFlipTest() counts every assignment when they are listed one by one", () => {
  for (const n of [5, 8, 11]) {
    const differences = [...normal(fold(rootKey(7), n), n)].map((value) => value + 0.3);
    const sums = Array.from(
      { length: 2 ** n },
      (_, bits) =>
        differences.reduce((sum, value, i) => sum + ((bits >> i) & 1 ? value : -value), 0),
    );
    const observed = differences.reduce((sum, value) => sum + value, 0);
    const share = (isExtreme: (sum: number) => boolean) => sums.filter(isExtreme).length / 2 ** n;
    assertEquals(
      signFlipTest(differences).p,
      share((sum) => Math.abs(sum) >= Math.abs(observed) - 1e-12),
    );
  }
});

Deno.test("signFlipTest() reaches its smallest p when all differences have one sign", () => {
  for (const n of [1, 2, 5, 6, 20, EXACT_LIMIT]) {
    const { p, smallestP } = signFlipTest(Array.from({ length: n }, (_, i) => 1 + i));
    assertEquals([p, smallestP], [2 / 2 ** n, 2 / 2 ** n]);
  }
  // A zero has no sign: five differences and a zero reach what five do.
  assertEquals(signFlipTest([1, 2, 3, 0, 4, 5]).smallestP, 0.0625);
  assertEquals(signFlipTest([1, 2, 3, 0, 4, 5]).p, 0.0625);
  assertEquals(signFlipTest([0, 0]).p, 1);
  assertEquals(signFlipTest([0, 0]).smallestP, 1);
});

Deno.test("signFlipTest() counts equal sums as equal when they are rounded differently", () => {
  // 0.1 + 0.2 - 0.3 is 5.6e-17 and not 0: with exact comparison this sum beats its own mirror image.
  assertEquals(signFlipTest([0.1, 0.2, -0.3]).p, 1);
});

Deno.test("signFlipTest() does not depend on the differences' scale", () => {
  const differences = [0.4, -0.1, 0.3, 0.2, 0.35, -0.05];
  const { p } = signFlipTest(differences);
  for (const scale of [1e-320, 1e-300, 1e-5, 1e300]) {
    assertEquals(signFlipTest(differences.map((value) => value * scale)).p, p);
  }
  assertAlmostEquals(signFlipTest([3e307, 1e308, 1.5e308]).mean / 1e308, 2.8 / 3, 1e-12);
});

Deno.test("signFlipTest() is near the normal limit when it samples, and repeatable", () => {
  const n = 60;
  const differences = [...normal(fold(rootKey(3), "sampled"), n)].map((value) => value + 0.25);
  const result = signFlipTest(differences);
  assertEquals(result.smallestP, 1 / 20_000, "it samples");
  assertEquals(result, signFlipTest(differences));
  // The sum of ±|d| has variance Σ d²; the upper tail of the normal distribution by 1 - Φ(z).
  const sum = differences.reduce((total, value) => total + value, 0);
  const z = sum / Math.sqrt(differences.reduce((total, value) => total + value * value, 0));
  assertAlmostEquals(result.p, 2 * upperNormal(z), 1.5e-2);
  const certain = signFlipTest(differences.map(Math.abs));
  assertEquals(certain.p, certain.smallestP);
  assertEquals(certain.p, 1 / 20_000);
});

/** 1 - Φ(z) by Simpson's rule. */
function upperNormal(z: number): number {
  const [steps, end] = [2000, z + 12];
  const h = (end - z) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((z + i * h) ** 2) / 2);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

Deno.test("signFlipTest() keeps the level when the differences are symmetric", () => {
  const trials = 2000;
  let rejected = 0;
  for (let trial = 0; trial < trials; trial++) {
    const differences = [...normal(fold(rootKey(11), trial), 8)];
    if (signFlipTest(differences).p <= 0.05) rejected++;
  }
  // 12 of the 256 equally likely p are <= 0.05: 4.7 %; ±3 standard errors of 2000 trials.
  const expected = 12 / 256;
  const error = Math.sqrt((expected * (1 - expected)) / trials);
  assert(Math.abs(rejected / trials - expected) < 3 * error, `${rejected} of ${trials}`);
});

Deno.test("signFlipTest() throws when there is nothing to test, or no number", () => {
  assertThrows(() => signFlipTest([]), RangeError, "must be >= 1, is 0");
  assertThrows(() => signFlipTest([1, NaN]), RangeError, "must be finite, is NaN");
  assertThrows(() => signFlipTest([1, -Infinity]), RangeError, "must be finite, is -Infinity");
});
