import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { fold, integers, normal, permutation, rootKey, uniform } from "../../../data/random/mod.ts";

const KEY = rootKey(2019);
const N = 200_000;

Deno.test("uniform() stays in [0, 1) and fits the uniform distribution when many are drawn", () => {
  const x = uniform(KEY, N).toSorted();
  assert(x[0]! >= 0 && x[N - 1]! < 1);
  assertLess(kolmogorov(x, (v) => v), CRITICAL);
  assertAlmostEquals(moment(x, 1), 1 / 2, 5 * Math.sqrt(1 / 12 / N));
  assertAlmostEquals(moment(x, 2), 1 / 3, 5 * Math.sqrt(4 / 45 / N));
});

Deno.test("normal() fits the normal distribution when many are drawn", () => {
  const x = normal(KEY, N).toSorted();
  assertLess(kolmogorov(x, normalCdf), CRITICAL);
  // Five standard errors of each moment: √(var(xᵏ) / n) with var 1, 2, 15, 96.
  for (const [order, exact, variance] of [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]] as const) {
    assertAlmostEquals(moment(x, order), exact, 5 * Math.sqrt(variance / N));
  }
  // Tails: about 2 in 200,000 lie beyond 4.4, none beyond what 32 bits can give.
  assert(x[N - 1]! > 3.8);
  assertLess(Math.max(-x[0]!, x[N - 1]!), 6.67);
});

Deno.test("normal() and uniform() are not correlated when drawn from one key, two keys or neighbours", () => {
  const x = normal(KEY, N);
  const limit = 5 / Math.sqrt(N);
  assertLess(Math.abs(correlation(x, uniform(KEY, N))), limit);
  assertLess(Math.abs(correlation(x, normal(fold(KEY, 1), N))), limit);
  assertLess(Math.abs(correlation(normal(fold(KEY, 1), N), normal(fold(KEY, 2), N))), limit);
  assertLess(Math.abs(correlation(x.subarray(1), x.subarray(0, N - 1))), limit);
  const even = x.filter((_, i) => i % 2 === 0), odd = x.filter((_, i) => i % 2 === 1);
  assertLess(Math.abs(correlation(even.map((v) => v * v), odd.map((v) => v * v))), 2 * limit);
});

Deno.test("draws are a function of the key and do not depend on how many are drawn", () => {
  for (const draw of [uniform, normal]) {
    const long = draw(KEY, 10_001);
    assertEquals(draw(KEY, 10_001), long);
    for (const n of [0, 1, 2, 3, 5, 4095, 4096, 4097, 8193]) {
      assertEquals(draw(KEY, n), long.slice(0, n));
    }
  }
  assertEquals(integers(KEY, 300, 10), integers(KEY, 600, 10).slice(0, 300));
});

// Golden values of this generator: a change here changes every result of the suite. Philox words checked in philox_test.
Deno.test("uniform(), integers() and permutation() keep their values when the code changes", () => {
  const words = [...uniform(rootKey(0), 4)].map((v) => v * 2 ** 24);
  assertEquals(words, GOLDEN.uniform);
  assertEquals([...integers(rootKey(1), 10, 7)], GOLDEN.integers);
  assertEquals([...permutation(rootKey(2), 8)], GOLDEN.permutation);
});

Deno.test("integers() are equally likely when the bound is no power of two", () => {
  const bound = 7;
  const counts = new Float64Array(bound);
  for (const value of integers(KEY, N, bound)) counts[value]! += 1;
  const expected = N / bound;
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 99.99th percentile of χ² with 6 degrees of freedom.
  assertLess(chiSquared, 27.9);
});

Deno.test("integers() are unbiased when the bound does not divide 2^32", () => {
  // 3/8 of 2^32: without rejection values of residue 0 and 1 would come from three words each, of residue 2 from two.
  const counts = new Float64Array(3);
  for (const value of integers(KEY, N, 3 * 2 ** 29)) counts[value % 3]! += 1;
  const chiSquared = counts.reduce((sum, count) => sum + (count - N / 3) ** 2 / (N / 3), 0);
  // 99.99th percentile of χ² with 2 degrees of freedom; the bias would give about 5,000.
  assertLess(chiSquared, 18.5);
  assertEquals(Math.max(...integers(KEY, 100, 1)), 0);
});

Deno.test("permutation() holds each number once and reaches all orders equally often", () => {
  assertEquals(permutation(KEY, 1000).toSorted(), Int32Array.from({ length: 1000 }, (_, i) => i));
  assertEquals([...permutation(KEY, 0)], []);
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = permutation(fold(KEY, i), 4).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  const chiSquared = [...counts.values()].reduce(
    (sum, count) => sum + (count - 1000) ** 2 / 1000,
    0,
  );
  // 99.99th percentile of χ² with 23 degrees of freedom.
  assertLess(chiSquared, 57.1);
});

Deno.test("draws throw when a count or a bound is out of range", () => {
  assertThrows(() => uniform(KEY, -1), RangeError, "is -1");
  assertThrows(() => normal(KEY, 1.5), RangeError, "is 1.5");
  assertThrows(() => integers(KEY, 1, 0), RangeError, "is 0");
  assertThrows(() => integers(KEY, 1, 2 ** 31 + 1), RangeError, "2147483649");
  assertThrows(() => permutation(KEY, NaN), RangeError, "NaN");
});

const GOLDEN = {
  "uniform": [5588030, 1388950, 10914146, 14526168],
  "integers": [2, 4, 5, 6, 2, 0, 3, 3, 2, 1],
  "permutation": [4, 5, 1, 3, 6, 0, 7, 2],
};

/** √n D must stay below this with probability 0.9999. */
const CRITICAL = 2.23;

/** √n times the largest distance between an empirical distribution and `cdf`. */
function kolmogorov(sorted: Float32Array, cdf: (x: number) => number): number {
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    const p = cdf(x);
    distance = Math.max(distance, p - i / n, (i + 1) / n - p);
  });
  return distance * Math.sqrt(n);
}

/** Standard normal distribution: the series of Marsaglia, "Evaluating the normal distribution" (2004). */
function normalCdf(x: number): number {
  let sum = x, term = x, previous = NaN;
  for (let i = 3; sum !== previous; i += 2) {
    previous = sum;
    term *= x * x / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

function moment(x: Float32Array, order: number): number {
  return x.reduce((sum, value) => sum + value ** order, 0) / x.length;
}

function correlation(x: Float32Array, y: Float32Array): number {
  const meanX = moment(x, 1), meanY = moment(y, 1);
  let xy = 0, xx = 0, yy = 0;
  x.forEach((value, i) => {
    const dx = value - meanX, dy = y[i]! - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xy / Math.sqrt(xx * yy);
}
