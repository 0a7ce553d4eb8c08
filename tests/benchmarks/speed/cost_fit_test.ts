import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type CostSample,
  fitCost,
  fitPowerLaw,
  fitWithConstant,
  predict,
} from "../../../benchmarks/speed/cost_fit.ts";

const sizes = [4, 8, 16, 32, 64];
const samples = (law: (size: number) => number): CostSample[] =>
  sizes.map((size) => ({ size, seconds: law(size) }));

// As measured along the sequences of mocap_many.
const MEASURED = [[10, 0.0363], [30, 0.0484], [90, 0.0837], [270, 0.193], [810, 0.555]]
  .map(([size, seconds]): CostSample => ({ size: size!, seconds: seconds! }));

Deno.test("fitPowerLaw() finds an exact power law", () => {
  for (const exponent of [0, 0.7, 1, 2, 3.3]) {
    const law = fitPowerLaw(samples((size) => 0.003 * size ** exponent));
    assertAlmostEquals(law.exponent, exponent, 1e-12);
    assertAlmostEquals(law.coefficient, 0.003, 1e-12);
    assert(law.exponentError < 1e-12);
  }
});

Deno.test("fitPowerLaw() gives the slope and standard error of scipy.stats.linregress", () => {
  // linregress(log([10, 30, 90, 270, 810]), log([0.0363, 0.0484, 0.0837, 0.193, 0.555])), SciPy 1.17.1
  const law = fitPowerLaw(MEASURED);
  assertAlmostEquals(law.exponent, 0.6223752629258237, 1e-12);
  assertAlmostEquals(law.exponentError, 0.08110128997176708, 1e-12);
  assertAlmostEquals(law.coefficient, 0.006655694076112301, 1e-12);
});

Deno.test("fitWithConstant() finds an exact power law with a constant", () => {
  for (const exponent of [0.6, 1, 1.94, 3]) {
    const law = fitWithConstant(samples((size) => 0.05 + 0.002 * size ** exponent))!;
    assertAlmostEquals(law.exponent, exponent, 1e-6);
    assertAlmostEquals(law.constant, 0.05, 1e-6);
    assertAlmostEquals(law.coefficient, 0.002, 1e-6);
    assert(law.exponentError < 1e-6 && law.constantError < 1e-6);
  }
});

Deno.test("fitWithConstant() gives the optimum and standard errors of scipy.optimize.curve_fit", () => {
  // curve_fit(lambda n, a, b, p: a + b * n**p, n, s, p0=[0.03, 6e-4, 1], sigma=s), SciPy 1.17.1; n and s as above
  const law = fitWithConstant(MEASURED)!;
  assertAlmostEquals(law.constant, 0.031401355873456764, 1e-8);
  assertAlmostEquals(law.coefficient, 0.0004655854853319433, 1e-9);
  assertAlmostEquals(law.exponent, 1.047845684234977, 1e-6);
  assertAlmostEquals(law.constantError, 0.0007086655407559063, 1e-7);
  assertAlmostEquals(law.exponentError, 0.015397287391293582, 1e-6);
});

Deno.test("fitWithConstant() gives nothing when the points do not determine it", () => {
  assertEquals(fitWithConstant(samples(() => 0.3)), undefined);
  // Steeper at its beginning than at its end: no constant >= 0 helps.
  assertEquals(fitWithConstant(samples((size) => 0.01 * size - 0.02)), undefined);
  assertEquals(fitWithConstant(samples((size) => 0.1 + Math.log(size))), undefined);
});

Deno.test("fitCost() reports the law with a constant when that is certain and counts", () => {
  const overhead = fitCost(MEASURED);
  assertEquals(overhead.reported, "withConstant");
  assertAlmostEquals(overhead.lastExponent, Math.log(0.555 / 0.193) / Math.log(3), 1e-12);
  assertEquals(fitCost(samples((size) => 0.003 * size)).reported, "powerLaw");
  // A constant of half a per cent of the fastest point.
  const tiny = fitCost(samples((size) => 0.003 * (size + 0.02)));
  assertEquals(tiny.reported, "powerLaw");
  assertAlmostEquals(tiny.withConstant!.constant, 6e-5, 1e-7);
  // One point off by a fifth leaves any constant uncertain.
  const noisy = fitCost(samples((size) => 0.003 * size * (size === 16 ? 1.2 : 1)));
  assertEquals(noisy.reported, "powerLaw");
});

Deno.test("predict() gives back what was fitted", () => {
  for (const [size, seconds] of [[4, 0.054], [64, 0.114]] as const) {
    const exact = samples((size) => 0.05 + 0.001 * size);
    assertAlmostEquals(predict(fitWithConstant(exact)!, size), seconds, 1e-6);
  }
  assertAlmostEquals(predict({ coefficient: 2, exponent: 3, exponentError: 0 }, 2), 16, 1e-12);
});

Deno.test("fitCost() throws when there are too few sizes or a value is not > 0", () => {
  const few = samples((size) => size).slice(0, 3);
  assertThrows(
    () => fitCost(few),
    RangeError,
    "Cannot fit a cost: it must be known at 4 sizes at least: current number of samples is 3",
  );
  assertThrows(() => fitPowerLaw(few.slice(0, 2)), RangeError, "3 sizes at least");
  for (const seconds of [0, -1, NaN, Infinity]) {
    assertThrows(
      () => fitCost(samples(() => seconds)),
      RangeError,
      `current value is ${seconds} s`,
    );
  }
});
