import { assertEquals } from "@std/assert";
import { reportGroups } from "../../../reports/catalogue.ts";
import { intervalPlot } from "../../../reports/pages/interval_plot.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { makeRecord, makeRecords, store } from "../fixtures.ts";

const comparison = comparisonTable(reportGroups(makeRecords())[0]!);
const svg = intervalPlot(comparison)!.text;

/** From a value to its place, by two of the axis's labels. */
function toX(value: number): number {
  const ticks = [...svg.matchAll(/<text x="([\d.]+)"[^>]*>(0\.\d+)</g)]
    .map(([, x, text]) => [Number(x), Number(text)] as const);
  const [[x0, from], [x1, to]] = [ticks[0]!, ticks.at(-1)!];
  return x0 + (value - from) / (to - from) * (x1 - x0);
}

Deno.test("intervalPlot() has a row for each model that learns: mean, interval, published value", () => {
  const rows = comparison.rows.filter(({ model }) => ["ode2vae", "ode2vae-kl"].includes(model));
  const means = [...svg.matchAll(/class="points[^"]*" d="M([\d.]+) /g)].map(([, x]) => Number(x));
  const ends = [...svg.matchAll(/class="line[^"]*" d="M([\d.]+) [\d.]+H([\d.]+)"/g)]
    .map(([, from, to]) => [Number(from), Number(to)]);
  const theirs = [...svg.matchAll(/class="theirs"\s+d="M([\d.]+) /g)].map(([, x]) => Number(x) + 5);
  const near = (a: number, b: number) => Math.abs(a - b) < 0.3;
  assertEquals([means.length, ends.length, theirs.length], [2, 2, 2]);
  rows.forEach(({ spread, interval }, i) => {
    const [low, high] = interval.slice(1, -1).split(", ").map((text) => toX(Number(text)));
    assertEquals(near(means[i]!, toX(spread!.mean)), true);
    // The ends are printed with fewer digits than they are drawn with.
    assertEquals([Math.abs(ends[i]![0]! - low!) < 3, Math.abs(ends[i]![1]! - high!) < 3], [
      true,
      true,
    ]);
    assertEquals(near(theirs[i]!, toX([0.0194, 0.0188][i]!)), true);
  });
});

Deno.test("intervalPlot() tells 0.017 and 0.018 apart, draws no interval of one seed, and nothing of none", () => {
  assertEquals(Math.abs(toX(0.018) - toX(0.017)) > 30, true);
  const single = intervalPlot(comparisonTable(reportGroups([store(makeRecord())])[0]!))!.text;
  assertEquals([/class="line/.test(single), /class="points/.test(single)], [false, true]);
  assertEquals(/NaN|Infinity/.test(single), false);
  const diverged = store(makeRecord({ status: "diverged" }));
  assertEquals(intervalPlot(comparisonTable(reportGroups([diverged])[0]!)), undefined);
});
