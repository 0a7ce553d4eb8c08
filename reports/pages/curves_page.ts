/**
 * The page of live curves: those of each benchmark's main results, drawn by Chart.js, with lines to hide and values to read
 * off. All other pages have their curves as still drawings, and do without a library.
 *
 * @module
 */
import { counted } from "../../benchmarks/statistics/numbers.ts";
import type { ReportGroup } from "../catalogue.ts";
import { html, jsonForScript } from "../markup.ts";
import { groupTitle } from "./benchmark_page.ts";
import { type ChartCurve, type ChartData, groupCharts } from "./chart_data.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { dashesOf } from "./palette.ts";
import { spacedIndices } from "./plot.ts";

/** File name of the page. */
export const CURVES_PAGE = "curves.html";

/** Points of a line: the page has every curve of the site. All values are in the records. */
const MOST_POINTS = 40;

/** Dashes of published values. */
const PUBLISHED_DASHES: readonly number[] = [3, 4];

const short = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(4)));

/** A chart as the script takes it: lines often share their places, so that these stand beside them, each list once. */
function liveChart({ title, xLabel, yLabel, logarithmic, series, lines, curves = [] }: ChartData) {
  const places = new Map<string, number>();
  const line = (
    { label, colour, x, y }: ChartCurve,
    dashes = dashesOf(colour),
  ) => {
    const kept = spacedIndices(x.length, MOST_POINTS);
    const key = JSON.stringify(short(kept.map((i) => x[i]!)));
    if (!places.has(key)) places.set(key, places.size);
    return { label, colour, dashes, x: places.get(key)!, y: short(kept.map((i) => y[i]!)) };
  };
  const xs = series.flatMap(({ x }) => [x[0]!, x.at(-1)!]);
  const ends = [Math.min(...xs), Math.max(...xs)];
  const drawn = [
    ...series.map(({ mean, ...one }) => line({ ...one, y: mean })),
    ...curves.map((one) => line(one, PUBLISHED_DASHES)),
    ...lines.map(({ y, ...one }) => line({ ...one, x: ends, y: [y, y] }, PUBLISHED_DASHES)),
  ];
  const x: readonly number[][] = [...places.keys()].map((key) => JSON.parse(key));
  return { title, xLabel, yLabel, logarithmic, x, lines: drawn };
}

/** The page. @param groups the main results of each benchmark */
export function curvesPage(groups: readonly ReportGroup[], frame: SiteFrame): string {
  const shown = groups.map((group) => ({
    title: `${group.about.title}, ${groupTitle(group)}`,
    charts: groupCharts(group).map(liveChart),
  })).filter(({ charts }) => charts.length > 0);
  const body = html`
    <header>
      <h1>Curves</h1>
      <p>Means over seeds of every curve of the main results, with published values
    dashed. Choose a curve; a line's name in the legend hides it. Each benchmark's pages have the same curves as still drawings,
    with the range over seeds.</p>
    </header>
    <main
      id="main"><noscript><p>This page needs JavaScript; the benchmarks' pages do not.</p></noscript>
    <div id="live" hidden><div class="controls"><label>Results <select id="live-group"></select></label>
    <label>Curve <select id="live-chart"></select></label>
    <label><input type="checkbox" id="live-log"> logarithmic axis</label></div>
    <div class="live-plot"><canvas id="live-canvas" role="img" aria-label="Chart of the chosen curve"></canvas></div>
    <p id="live-note" class="explain" aria-live="polite"></p></div>
    <script type="application/json" id="live-data">${jsonForScript(shown)}</script></main>
  `;
  const charts = shown.reduce((sum, { charts }) => sum + charts.length, 0);
  return htmlDocument({
    path: CURVES_PAGE,
    title: "Curves",
    description: `Every curve of the main results, drawn live: ${counted(charts, "curve")} of ${
      counted(shown.length, "table")
    }.`,
    body,
    live: true,
  }, frame);
}
