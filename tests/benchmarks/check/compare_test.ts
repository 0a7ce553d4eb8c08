import { assertEquals, assertThrows } from "@std/assert";
import { compareMetric, isDrift, type MetricCheck } from "../../../benchmarks/check/compare.ts";
import type { JsonNumber } from "../../../benchmarks/record.ts";
import { pairsOf, recordWith } from "./_records.ts";

function check(
  reference: readonly JsonNumber[],
  current: readonly JsonNumber[],
  changes: Partial<MetricCheck> = {},
) {
  const pairs = pairsOf(reference, current);
  return compareMetric({
    metric: "testMse",
    pairs,
    reference: pairs.map((pair) => pair.reference),
    deterministic: false,
    ...changes,
  });
}

Deno.test("compareMetric() is identical when every trace hash is equal", () => {
  assertEquals(check([1, 2], [1, 2]), {
    model: "ode2vae-kl",
    metric: "testMse",
    unit: "per pixel",
    seeds: 2,
    identical: 2,
    values: { reference: 1.5, current: 1.5 },
    verdict: "identical",
    note: "",
  });
});

// The reference 1, 2, 3 has s = 1, and three seeds are compared: ±3 √(2 / 3) = ±2.449.
const cases = [
  ["within tolerance", [1, 2, 3], [3.4, 4.4, 5.4], "lower"],
  ["within tolerance", [1, 2, 3], [-1.4, -0.4, 0.6], "lower"],
  ["drift-worse", [1, 2, 3], [3.5, 4.5, 5.5], "lower"],
  ["drift-better", [1, 2, 3], [-1.5, -0.5, 0.5], "lower"],
  ["drift-better", [1, 2, 3], [3.5, 4.5, 5.5], "higher"],
  ["drift-worse", [1, 2, 3], [-1.5, -0.5, 0.5], "higher"],
  ["drift-worse", [2], [2.11], "lower"],
  ["within tolerance", [2], [2.09], "lower"],
] as const;

for (const [verdict, reference, current, direction] of cases) {
  Deno.test(`compareMetric() is ${verdict} when ${current} stand against ${reference} and ${direction} is better`, () => {
    const pairs = reference.map((value, seed) => ({
      reference: recordWith(value, { seed }, { direction }),
      current: recordWith(current[seed]!, { seed }, { direction }),
    }));
    const comparison = check([], [], {
      pairs,
      reference: pairs.map((pair) => pair.reference),
    });
    assertEquals(comparison.verdict, verdict);
    assertEquals(isDrift(comparison), verdict.startsWith("drift"));
  });
}

Deno.test("compareMetric() takes the spread over all reference seeds when few of them are compared", () => {
  const reference = [1, 2, 3].map((value, seed) => recordWith(value, { seed }));
  const pairs = pairsOf([1], [5.2]);
  // ±3 · 1 · √(2 / 1) = ±4.243.
  assertEquals(check([], [], { pairs, reference }).verdict, "within tolerance");
  assertEquals(check([], [], { pairs: pairsOf([1], [5.3]), reference }).verdict, "drift-worse");
});

Deno.test("compareMetric() counts the identical seeds when some differ", () => {
  const { verdict, identical, seeds } = check([1, 2, 3], [1, 2, 3.1]);
  assertEquals([verdict, identical, seeds], ["within tolerance", 2, 3]);
});

Deno.test("compareMetric() is drift when more or fewer seeds converge than in the reference", () => {
  const worse = check([1, 2, 3], [1, "NaN", "Infinity"]);
  assertEquals(worse.verdict, "drift-worse");
  assertEquals(worse.note, "2 of 3 seeds did not converge, 0 in the reference");
  assertEquals(worse.values, { reference: 1, current: 1 });
  const better = check([1, "NaN", 3], [1, 2, 3]);
  assertEquals(better.verdict, "drift-better");
  assertEquals(better.note, "0 of 3 seeds did not converge, 1 in the reference");
});

Deno.test("compareMetric() is drift-worse when a seed diverges or lacks the metric", () => {
  const reference = recordWith(1);
  for (
    const current of [
      recordWith(1, {}, { status: "diverged", metrics: [] }),
      recordWith(1, {}, { metrics: [] }),
    ]
  ) {
    const comparison = check([], [], { pairs: [{ reference, current }], reference: [reference] });
    assertEquals(comparison.verdict, "drift-worse");
    assertEquals(comparison.values, undefined);
  }
});

Deno.test("compareMetric() finds no drift when a seed diverges on both sides", () => {
  const diverged = (steps: number) =>
    recordWith(1, {}, {
      status: "diverged",
      metrics: [],
      curves: [{ name: "loss", label: "", xLabel: "", x: [steps], y: [1] }],
    });
  const pairs = [{ reference: diverged(1), current: diverged(2) }];
  const { verdict, note } = check([], [], { pairs, reference: [diverged(1)] });
  assertEquals([verdict, note], ["within tolerance", "no seed converged on both sides"]);
  const same = [{ reference: diverged(1), current: diverged(1) }];
  assertEquals(check([], [], { pairs: same, reference: [diverged(1)] }).verdict, "identical");
});

Deno.test("compareMetric() throws when there are no pairs", () => {
  assertThrows(() => check([], []), RangeError, "Cannot compare testMse");
});
