import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  confidenceInterval,
  differenceToPublished,
  finiteDifference,
  mean,
  type Observation,
  plusMinus,
  sampleStd,
} from "../../../benchmarks/statistics/spread.ts";

function observe(...values: readonly number[]): Observation[] {
  return values.map((value) => ({ value, quantity: "per pixel", unit: "seed" }));
}

Deno.test("mean() is exact when all values are equal", () => {
  assertEquals(mean([0.1, 0.1, 0.1]), 0.1);
  assertEquals(mean([1, 2, 6]), 3);
});

Deno.test("mean() refuses an empty list", () => {
  assertThrows(() => mean([]), RangeError, "must be >= 1, is 0");
});

Deno.test("sampleStd() divides by n - 1", () => {
  // numpy.std([1, 2, 3, 4], ddof=1)
  assertAlmostEquals(sampleStd([1, 2, 3, 4]), 1.2909944487358056, 1e-15);
  assertThrows(() => sampleStd([1]), RangeError, "must be >= 2, is 1");
});

Deno.test("mean() and sampleStd() stay in range for huge and tiny values", () => {
  assertEquals(mean([1e308, 1e308]), 1e308);
  assertEquals(mean([1e308, -1e308]), 0);
  assertAlmostEquals(mean([-1e308, 1e308, 1e308]) / 1e308, 1 / 3, 1e-15);
  assertEquals(mean([Number.MAX_VALUE, Number.MAX_VALUE, 0, 0]), Number.MAX_VALUE / 2);
  assertEquals(mean([5e-324, 1.5e-323]), 1e-323);
  assertAlmostEquals(sampleStd([1e160, 3e160]) / 1e160, Math.SQRT2, 1e-15);
  assertAlmostEquals(sampleStd([1e-170, 3e-170]) / 1e-170, Math.SQRT2, 1e-15);
  assertEquals(sampleStd([1e308, 1e308]), 0);
  assertEquals(sampleStd([Number.MAX_VALUE, -Number.MAX_VALUE]), Infinity);
});

Deno.test("what is beyond the range of numbers is no interval, no share, and the largest difference", () => {
  const wide = plusMinus(observe(1e308, -1e308));
  assertEquals([wide.mean, confidenceInterval(wide)], [0, undefined]);
  const { absolute, relative } = differenceToPublished(plusMinus(observe(1e308)), 0.02);
  assertEquals([absolute, relative], [1e308, undefined]);
  assertEquals(finiteDifference(1e308, -1e308), Number.MAX_VALUE);
});

Deno.test("plusMinus() says what its ± is", () => {
  assertEquals(plusMinus(observe(1, 3)), {
    mean: 2,
    std: Math.SQRT2,
    ddof: 1,
    n: 2,
    unit: "seed",
    quantity: "per pixel",
  });
  assertEquals(plusMinus(observe(5)).std, undefined);
});

Deno.test("plusMinus() refuses mixed units", () => {
  const mixed = [...observe(1), { value: 2, quantity: "nats per frame", unit: "seed" } as const];
  assertThrows(() => plusMinus(mixed), TypeError, '"nats per frame" over seeds');
});

Deno.test("plusMinus() refuses a value that is not finite", () => {
  assertThrows(() => plusMinus(observe(1, NaN)), RangeError, "must be finite, is NaN");
});

Deno.test("confidenceInterval() is Student's t interval of the mean", () => {
  // scipy.stats.t.interval(0.95, 3, loc=2.5, scale=scipy.stats.sem([1, 2, 3, 4]))
  const interval = confidenceInterval(plusMinus(observe(1, 2, 3, 4)))!;
  assertAlmostEquals(interval.low, 0.4457397432391206, 1e-9);
  assertAlmostEquals(interval.high, 4.554260256760879, 1e-9);
  assertEquals(confidenceInterval(plusMinus(observe(1))), undefined);
});

Deno.test("confidenceInterval() gives none when all values are equal", () => {
  assertEquals(confidenceInterval(plusMinus(observe(0.2, 0.2, 0.2))), undefined);
});

Deno.test("differenceToPublished() gives the difference, its share, and where theirs lies", () => {
  const ours = plusMinus(observe(0.0185, 0.0187)); // interval: 0.0186 ± 12.706 × 0.0001
  const { absolute, relative, inInterval } = differenceToPublished(ours, 0.0188);
  assertAlmostEquals(absolute, -0.0002, 1e-15);
  assertAlmostEquals(relative!, -0.0002 / 0.0188, 1e-12);
  assertEquals(inInterval, true);
  assertEquals(differenceToPublished(ours, 0.0199).inInterval, false);
  assertEquals(differenceToPublished(ours, 0.0173).inInterval, false);
  assertEquals(differenceToPublished(ours, 0).relative, undefined);
  assertAlmostEquals(differenceToPublished(ours, -0.0186).relative!, 2, 1e-12);
});

Deno.test("differenceToPublished() says inside at the ends, and nothing without an interval", () => {
  const ours = plusMinus(observe(1, 2, 4));
  const { low, high } = confidenceInterval(ours)!;
  for (const end of [low, high]) assertEquals(differenceToPublished(ours, end).inInterval, true);
  for (const one of [observe(1), observe(1, 1)]) {
    assertEquals(differenceToPublished(plusMinus(one), 1).inInterval, undefined);
  }
});
