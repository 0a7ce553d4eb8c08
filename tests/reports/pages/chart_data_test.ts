import { assertEquals } from "@std/assert";
import type { CellRecord, Curve } from "../../../benchmarks/record/record.ts";
import { chartData, groupCharts, undrawnFigures } from "../../../reports/pages/chart_data.ts";
import { chartFigure } from "../../../reports/pages/chart_figure.ts";
import { chartSvg } from "../../../reports/pages/chart_svg.ts";
import { curvesPage } from "../../../reports/pages/curves_page.ts";
import { COLOURS } from "../../../reports/pages/palette.ts";
import { extremeIndices } from "../../../reports/pages/plot.ts";
import { linearTicks, logarithmicTicks } from "../../../reports/pages/ticks.ts";
import type { CurveWords, PublishedFigure } from "../../../reports/benchmarks/benchmark_report.ts";
import { reportGroups, SUITE } from "../../../reports/catalogue.ts";
import { YILDIZ_2019 } from "../../../reports/sources.ts";
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

Deno.test("chartFigure() and curvesPage() dash lines whose colours have begun anew", () => {
  const names = Array.from({ length: COLOURS + 2 }, (_, i) => `model-${i}`);
  const records = names.map((model) => {
    const record = withCurve(0, [1, 2]);
    return store({ ...record, cell: { ...record.cell, benchmark: "own", model } });
  });
  const groups = reportGroups(records, { benchmarks: {}, reports: {} });
  const figure = chartFigure(chartData(groups[0]!, "loss")).text;
  // In the legend and in the plot.
  assertEquals(figure.match(/stroke-dasharray="9 4"/g)?.length, 2 * 2);
  const live = curvesPage(groups, {
    assets: { style: "", script: "", tables: "", chartJs: "", curves: "" },
    pages: [],
  });
  assertEquals(live.match(/"dashes":\[9,4\]/g)?.length, 2);
  assertEquals(live.match(/"dashes":\[\]/g)?.length, COLOURS);
});

Deno.test("groupCharts() gives curves of one name but other units charts of their own", () => {
  const [nats, bits] = ["nats", "bits"].map((unit, seed) => {
    const record = withCurve(seed, [1000, 2]);
    const model = ["ode2vae", "ode2vae-kl"][seed]!;
    const curves = record.curves.map((curve) => ({ ...curve, unit }));
    return store({ ...record, cell: { ...record.cell, model }, curves });
  });
  const charts = groupCharts(reportGroups([nats!, bits!])[0]!);
  assertEquals(charts.map(({ title, series }) => [title, series.map(({ model }) => model)]), [
    ["Loss (nats) over epoch", ["ode2vae"]],
    ["Loss (bits) over epoch", ["ode2vae-kl"]],
  ]);
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

Deno.test("chartData() has an axis on which small differences are seen, and leaves out extremes", () => {
  const near = lossOf([0.017, 0.018, 0.0175]);
  assertEquals([near.logarithmic, near.yRange], [false, [0.01695, 0.01805]]);
  const steady = Array.from({ length: 200 }, (_, i) => -300 + (i % 7));
  const spiked = lossOf(steady.with(190, -2e7));
  assertEquals(spiked.yRange[0] > -310 && spiked.yRange[1] > -294, true);
  assertEquals(spiked.note, "The axis leaves out extremes; all values: −20000000 to −294. ");
  const svg = chartSvg(spiked).text;
  // The outlier runs along the end of the axis.
  assertEquals(/l[\d.]+ ?-?\d{4}/.test(svg), false);
});

Deno.test("extremeIndices() keeps ends and every spike, however short", () => {
  const values = Array.from({ length: 1000 }, (_, i) => i % 2).with(501, 9).with(777, -9);
  const kept = extremeIndices(values, 90);
  assertEquals([501, 777, 0, 999].every((i) => kept.includes(i)), true);
  assertEquals([kept.length <= 92, kept], [true, kept.toSorted((a, b) => a - b)]);
  assertEquals(extremeIndices([3, 1, 2], 90), [0, 1, 2]);
});

Deno.test("chartSvg() draws a curve of one point as a dot in the middle, with ticks", () => {
  const svg = chartSvg(lossOf([0.0237])).text;
  const [, x] = /class="points[^"]*" d="M([\d.]+) /.exec(svg)!;
  assertEquals(Number(x), (58 + 614) / 2);
  assertEquals([/class="line/.test(svg), svg.match(/<text/g)!.length > 3], [false, true]);
});

Deno.test("chartSvg() has its colours as attributes, where a server forbids styles", () => {
  const svg = chartSvg(chartData(reportGroups(makeRecords())[0]!, "testMse")).text;
  for (const [path] of svg.matchAll(/<(?:path|line)[^>]*>/g)) {
    assertEquals([path, /\b(?:stroke|fill)="#[0-9a-f]{6}"/.test(path)], [path, true]);
  }
  assertEquals([/style=/.test(svg), /<g fill="none"/.test(svg)], [false, true]);
});

Deno.test("undrawnFigures() says which published figures no chart has, and why", () => {
  const figure: PublishedFigure = {
    ...{ curve: "loss", location: "Figure 4", source: YILDIZ_2019, note: "Read off." },
    curves: [{ method: "A", model: "a", x: [0, 1], y: [1, 2] }],
  };
  const other = { ...figure, curve: "absent", location: "Figure 5" };
  const foreign = { ...figure, protocol: "on other data", location: "Figure 6" };
  const reports = { rmnist: { figures: [figure, other, foreign] } };
  const sentences = (record: CellRecord) => {
    const group = reportGroups([store(record)], { ...SUITE, reports })[0]!;
    return undrawnFigures(group, groupCharts(group));
  };
  const [absent, protocol] = [
    "Not drawn: Figure 5 (Yıldız et al. 2019), as no record has the curve absent.",
    "Not drawn: Figure 6 (Yıldız et al. 2019), as it is by another protocol: on other data.",
  ];
  assertEquals(sentences(withCurve(0, [3, 2])), [absent, protocol]);
  assertEquals(sentences({ ...withCurve(0, [3, 2]), standIn: "Drawn." }), [
    "Not drawn: Figure 4 (Yıldız et al. 2019), as the results do not compare with it.",
    ...[absent, protocol],
  ]);
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

Deno.test("logarithmicTicks() has powers of ten where more labels have no room", () => {
  assertEquals(logarithmicTicks(0.0014, 0.43).length, 7);
  assertEquals(logarithmicTicks(0.0014, 0.43, 6), [0.01, 0.1]);
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
