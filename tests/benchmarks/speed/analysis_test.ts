import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type CostSample,
  fitCost,
  fitPowerLaw,
  fitWithConstant,
  medianStep,
  memoryTrend,
  operationsExponent,
  peakRates,
  predict,
  sharesOfPeak,
  stepRate,
  timesBaseline,
} from "../../../benchmarks/speed/analysis.ts";
import { exampleAxis, exampleSeries, exampleSteps, OURS, THEIRS } from "./_examples.ts";

const { peak, sizes: [SIZE] } = exampleSteps();

Deno.test("medianStep() is the middle when steps are unsorted", () => {
  assertEquals([medianStep(OURS), medianStep(THEIRS)], [0.5, 2]);
});

Deno.test("stepRate() and timesBaseline() are those of the median step", () => {
  assertEquals([OURS, THEIRS].map((contestant) => stepRate(contestant, SIZE!)), [34.2e9, 8.55e9]);
  assertEquals([OURS, THEIRS].map((contestant) => timesBaseline(contestant, SIZE!)), [1, 4]);
});

Deno.test("peakRates() are the best of any library with as many threads, by the fastest and the median product", () => {
  // 2 GFLOP: A's median of 0.03 s is slower than B's of 0.028 s.
  assertEquals(peakRates(peak, 2)?.map((rate) => rate.toFixed(0)), ["125000000000", "71428571429"]);
  assertEquals(peakRates(peak, 1), undefined);
  const shares = sharesOfPeak(OURS, SIZE!, peak)?.map((share) => share.toFixed(6));
  assertEquals(shares, ["0.273600", "0.478800"]);
  assertEquals(sharesOfPeak(THEIRS, SIZE!, peak), undefined);
});

Deno.test("operationsExponent() is 1 along sequences, and nears 2 along the field's width", () => {
  const exponent = (id: string) => operationsExponent(exampleAxis(id, () => 1).points);
  assertAlmostEquals(exponent("mocap_many/sequences"), 1, 0.01);
  assertAlmostEquals(exponent("mocap_many/fieldHidden"), 2, 0.05);
});

const samples = (law: (size: number) => number): CostSample[] =>
  [4, 8, 16, 32, 64].map((size) => ({ size, seconds: law(size) }));

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
  const law = fitWithConstant(samples((size) => 0.05 + 0.001 * size))!;
  for (const [size, seconds] of [[4, 0.054], [64, 0.114]] as const) {
    assertAlmostEquals(predict(law, size), seconds, 1e-6);
  }
  assertAlmostEquals(predict({ coefficient: 2, exponent: 3, exponentError: 0 }, 2), 16, 1e-12);
});

Deno.test("fitCost() throws when there are too few sizes or a value is not > 0", () => {
  const few = samples((size) => size).slice(0, 3);
  const message = "Cannot fit a cost: there must be at least 4 sizes, is 3";
  assertThrows(() => fitCost(few), RangeError, message);
  assertThrows(() => fitPowerLaw(few.slice(0, 2)), RangeError, "at least 3 sizes");
  for (const seconds of [0, -1, NaN, Infinity]) {
    assertThrows(() => fitCost(samples(() => seconds)), RangeError, `is ${seconds} s`);
  }
});

const line = (bytes: (step: number) => number) =>
  Array.from({ length: 21 }, (_, i) => ({ step: 50 * i, residentBytes: bytes(50 * i) }));

Deno.test("memoryTrend() finds an exact line, and leaves the warm-up out", () => {
  const trend = memoryTrend(line((step) => step < 200 ? 1 : 1e8 + 1234 * step));
  assertEquals(trend.fromStep, 200);
  assertAlmostEquals(trend.bytesPerStep, 1234, 1e-6);
  assertAlmostEquals(trend.bytesPerStepError, 0, 1e-6);
  assertAlmostEquals(trend.residentBytes, 1e8 + 1234 * 600, 1e-3);
  assertAlmostEquals(trend.growthShare, 1234000 / (1e8 + 1234 * 600), 1e-9);
});

Deno.test("memoryTrend() gives the slope and standard error of scipy.stats.linregress", () => {
  // linregress([200, 300, …, 1000], 2**20 * [640, …, 660]), SciPy 1.17.1
  const mebibytes = [500, 600, 640, 652, 655, 658, 654, 661, 659, 662, 660];
  const series = mebibytes.map((size, i) => ({ step: 100 * i, residentBytes: size * 2 ** 20 }));
  const trend = memoryTrend(series);
  assertAlmostEquals(trend.bytesPerStep, 21146.282666666673, 1e-6);
  assertAlmostEquals(trend.bytesPerStepError, 5651.002721702113, 1e-6);
  assertAlmostEquals(trend.growthShare, 0.030757498729028988, 1e-12);
  assertEquals(trend.verdict, "growing");
});

Deno.test("memoryTrend() says flat when memory stays, shrinks or hardly grows", () => {
  const verdict = (leak: number) => memoryTrend(exampleSeries(leak)).verdict;
  assertEquals([0, -20_000, 2_000].map(verdict), ["flat", "flat", "flat"]);
  assertEquals([10_000, 100_000].map(verdict), ["growing", "growing"]);
  // 2 % of about 400 MiB in 1000 steps are 8.4 kB a step; the saw-tooth hides a few hundred bytes of that.
  assertEquals([7_500, 9_500].map(verdict), ["flat", "growing"]);
});

Deno.test("memoryTrend() throws when there is too little to fit", () => {
  for (const series of [[], line(() => 1).slice(0, 1)]) {
    assertThrows(() => memoryTrend(series), RangeError, "at least 3 samples after the warm-up");
  }
});
