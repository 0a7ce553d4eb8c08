import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Metric } from "../../benchmarks/record/record.ts";
import { reportGroups } from "../../reports/catalogue.ts";
import { formatSeeds, summariseGroup } from "../../reports/summary.ts";
import { makeRecord, store } from "./fixtures.ts";

function testMse(value: Metric["value"]): Metric[] {
  return [{ name: "testMse", label: "MSE", value, unit: "per pixel", direction: "lower" }];
}

function summaryOf(records: Parameters<typeof makeRecord>[0][]) {
  return summariseGroup(reportGroups(records.map((options) => store(makeRecord(options))))[0]!)[0]!;
}

Deno.test("summariseGroup() averages over seeds", () => {
  const summary = summaryOf([0.018, 0.019, 0.02].map((value, seed) => ({
    seed,
    metrics: testMse(value),
  })));
  const { spread, interval } = summary.metrics[0]!;
  assertAlmostEquals(spread!.mean, 0.019, 1e-12);
  assertAlmostEquals(spread!.std!, 0.001, 1e-12);
  // 4.302652729749462 · 0.001 / √3
  assertAlmostEquals(interval!.high - spread!.mean, 0.0024841377118437, 1e-9);
  assertEquals(formatSeeds(summary), "3 seeds");
});

Deno.test("summariseGroup() counts seeds that diverged and never averages them in silence", () => {
  const summary = summaryOf([
    { seed: 0, metrics: testMse(0.018) },
    { seed: 1, status: "diverged", metrics: testMse(0.9) },
    { seed: 2, status: "failed", metrics: [] },
  ]);
  assertEquals(summary.metrics[0]!.spread!.n, 1);
  assertEquals(formatSeeds(summary), "1/2 converged, 1 unfinished");
});

Deno.test("summariseGroup() counts a value of a completed seed that is not a number as that, not as diverged", () => {
  const other = { ...testMse(2)[0]!, name: "other" };
  const summary = summaryOf([
    { seed: 0, metrics: [...testMse(0.018), other] },
    { seed: 1, metrics: [...testMse("NaN"), other] },
    { seed: 2, status: "diverged", metrics: [] },
  ]);
  const [metric, sound] = summary.metrics;
  assertEquals([metric!.spread!.n, metric!.notANumber, sound!.spread!.n], [1, 1, 2]);
  assertEquals(formatSeeds(summary, metric), "2/3 converged, 1 not a number");
  assertEquals(formatSeeds(summary, sound), "2/3 converged");
});

Deno.test("summariseGroup() averages values of one unit, and counts seeds without the metric", () => {
  const other = { ...testMse(2)[0]!, name: "other" };
  const summary = summaryOf([
    { seed: 0, metrics: [...testMse(0.018), other] },
    { seed: 1, metrics: [{ ...testMse(18)[0]!, unit: "per thousand pixels" }, other] },
    { seed: 2, metrics: [other] },
  ]);
  const [metric, sound] = summary.metrics;
  assertEquals([metric!.spread!.mean, metric!.spread!.n, metric!.absent], [0.018, 1, 2]);
  assertEquals(formatSeeds(summary, metric), "3 seeds, 2 without it");
  assertEquals(formatSeeds(summary, sound), "3 seeds");
});
