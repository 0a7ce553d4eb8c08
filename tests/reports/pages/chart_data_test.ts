import { assertEquals } from "@std/assert";
import type { CellRecord, Curve } from "../../../benchmarks/record/record.ts";
import { chartData, groupCharts } from "../../../reports/pages/chart_data.ts";
import { chartSvg } from "../../../reports/pages/chart_svg.ts";
import { linearTicks, logarithmicTicks } from "../../../reports/pages/ticks.ts";
import type { CurveWords } from "../../../reports/benchmarks/benchmark_report.ts";
import { reportGroups, SUITE } from "../../../reports/catalogue.ts";
import { makeRecord, makeRecords, store } from "../fixtures.ts";

function withCurve(seed: number, y: Curve["y"]): CellRecord {
  const curve = {
    ...{ name: "loss", label: "loss", unit: "", xLabel: "epoch", xUnit: "" },
    ...{ x: y.map((_, i) => i), y },
  };
  return { ...makeRecord({ seed }), curves: [curve] };
}

function lossOf(...curves: readonly Curve["y"][]) {
  const records = curves.map((y, seed) => store(withCurve(seed, y)));
  return chartData(reportGroups(records)[0]!, "loss");
}

Deno.test("chartData() gives mean, lowest and highest over seeds", () => {
  const [series] = lossOf([1, 2], [3, 6]).series;
  assertEquals([series!.mean, series!.low, series!.high], [[2, 4], [1, 2], [3, 6]]);
  assertEquals(series!.seeds, 2);
});

Deno.test("chartData() follows a diverged seed up to where it diverged", () => {
  const [series] = lossOf([1, 2, 3], [3, "NaN"]).series;
  assertEquals([series!.x, series!.mean], [[0, 1, 2], [2, 2, 3]]);
});

Deno.test("chartData() takes a logarithmic axis when a loss falls by a large factor", () => {
  assertEquals(lossOf([100, 50, 2]).logarithmic, true);
  assertEquals(lossOf([3, 2, 1]).logarithmic, false);
  assertEquals(lossOf([100, 2, -1]).logarithmic, false);
});

Deno.test("chartData() draws the published number only where it compares", () => {
  const lines = (standIn: string) =>
    chartData(reportGroups([store(makeRecord({ standIn }))])[0]!, "testMse").lines;
  assertEquals(lines("").map((line) => [line.label, line.y]), [
    ["ODE²VAE-KL, published", 0.0188],
  ]);
  assertEquals(lines("Drawn by a generator."), []);
});

Deno.test("groupCharts() orders the curves and marks the unseen angle", () => {
  const charts = groupCharts(reportGroups(makeRecords())[0]!);
  assertEquals(charts.map((chart) => chart.name), [
    "testMse",
    "errorPerAngle",
    "validationLogLikelihood",
    "loss",
    "reconstruction",
  ]);
  assertEquals(charts[1]!.marks.map((mark) => mark.x), [288]);
});

Deno.test("chartData() draws no published line of a row by another protocol", () => {
  const linesOf = (model: string) => {
    const record = makeRecord();
    const group = reportGroups([store({ ...record, cell: { ...record.cell, model } })])[0]!;
    return chartData(group, "testMse").lines.map(({ label }) => label);
  };
  assertEquals(linesOf("ode2vae-kl"), ["ODE²VAE-KL, published"]);
  assertEquals(linesOf("inimnet"), []);
});

Deno.test("chartSvg() draws a line for each model and a band where there are seeds", () => {
  const two = chartSvg(lossOf([1, 2], [3, 6])).text;
  assertEquals(two.match(/class="line/g)?.length, 1);
  assertEquals(two.match(/class="band/g)?.length, 1);
  assertEquals(chartSvg(lossOf([1, 2])).text.includes("band"), false);
  assertEquals(/NaN|Infinity/.test(chartSvg(lossOf([1, 1])).text), false);
});

Deno.test("chartSvg() labels each tick with a text of its own when the axis is short and far from zero", () => {
  const chart = lossOf([15671, 15665, 15660.5]);
  const svg = chartSvg(chart).text;
  assertEquals(chart.yTicks.length > 1, true);
  for (const tick of chart.yTicks) assertEquals(svg.includes(`>${tick}</text>`), true, `${tick}`);
});

Deno.test("groupCharts() gives curves of one name but other units charts of their own", () => {
  const [nats, bits] = ["nats", "bits"].map((unit, seed) => {
    const record = withCurve(seed, [1000, 2]);
    const model = ["ode2vae-kl", "ode2vae"][seed]!;
    const curves = record.curves.map((curve) => ({ ...curve, unit }));
    return store({ ...record, cell: { ...record.cell, model }, curves });
  });
  const charts = groupCharts(reportGroups([nats!, bits!])[0]!);
  assertEquals(charts.map(({ title, series }) => [title, series.map(({ model }) => model)]), [
    ["Loss (nats) over epoch", ["ode2vae-kl"]],
    ["Loss (bits) over epoch", ["ode2vae"]],
  ]);
  // Another colour than the first model's, as on all charts.
  assertEquals(charts.map(({ series }) => series[0]!.colour), [0, 1]);
  assertEquals(groupCharts(reportGroups([nats!])[0]!).map(({ title }) => title), ["Training loss"]);
});

Deno.test("chartData() leaves out a mark beyond the axis and says so, and labels few places", () => {
  const chart = (words: CurveWords) =>
    chartData(
      reportGroups([store(withCurve(0, [3, 2, 1]))], {
        ...SUITE,
        reports: { rmnist: { curves: { loss: words } } },
      })[0]!,
      "loss",
    );
  const { marks, note } = chart({ mark: { x: 7, label: "never shown" } });
  assertEquals([marks, note], [[], "Not drawn, beyond the axis: never shown (at 7). "]);
  assertEquals(chart({ mark: { x: 2, label: "never shown" } }).note, "");
  for (const xStep of [1e-9, 1e-320, 0.5, 1e300]) {
    const svg = chartSvg(chart({ xStep })).text;
    assertEquals([xStep, svg.match(/<text/g)!.length < 40], [xStep, true]);
    assertEquals([xStep, /NaN|Infinity/.exec(svg)], [xStep, null]);
  }
});

Deno.test("linearTicks() ends also where a step is lost in rounding", () => {
  for (const [low, high] of [[1e16, 1e16 + 2], [-1e308, 1e308], [0, 5e-324]] as const) {
    assertEquals(linearTicks(low, high).length < 12, true);
  }
});

Deno.test("linearTicks() and logarithmicTicks() are round numbers inside the range", () => {
  assertEquals(linearTicks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assertEquals(linearTicks(-540, -98, 5), [-500, -400, -300, -200, -100]);
  assertEquals(linearTicks(2, 2), [2]);
  assertEquals(logarithmicTicks(0.9, 120), [1, 2, 5, 10, 20, 50, 100]);
  assertEquals(logarithmicTicks(0.018, 0.09), [0.02, 0.03, 0.04, 0.05, 0.07]);
});

Deno.test("chartSvg() draws what differs by hundreds of decades, and leaves out what is beyond", () => {
  for (const y of [[1e300, 1e-300, 5e-324], [-1e300, 1e300], [1e308, 1, "Infinity", 2]] as const) {
    const chart = lossOf(y);
    const svg = chartSvg(chart).text;
    assertEquals(/NaN|Infinity/.test(svg), false, svg);
    assertEquals(chart.yTicks.length >= 2 && chart.yTicks.length < 20, true, `${chart.yTicks}`);
  }
  assertEquals(lossOf([1e308, 1, "Infinity", 2]).series[0]!.mean, [1, 2]);
});

Deno.test("chartData() and chartSvg() take 200,000 points", () => {
  const long = Array.from({ length: 100_000 }, (_, i) => 1 / (1 + i));
  const chart = lossOf(long, long.map((value) => 2 * value));
  assertEquals(chart.series[0]!.mean.length, long.length);
  assertEquals(chartSvg(chart).text.length < 10_000, true);
});
