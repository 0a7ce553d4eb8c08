/**
 * A chart on a page: still drawing, data for the live chart, legend and a table of the values.
 *
 * @module
 */
import { html, jsonForScript, legend, type Markup, raw, valuesTable } from "../markup.ts";
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import type { BandSeries, ChartData } from "./chart_data.ts";
import { chartDescription, chartSvg } from "./chart_svg.ts";
import { spacedIndices, TABLE_ROWS, thinnedIndices } from "./plot.ts";

/** Points of a live line: more than a chart has columns of pixels for. */
const LIVE_POINTS = 250;

/** What the live chart is drawn from: the chart with long series thinned. All values are in the records. */
function liveChart(chart: ChartData): ChartData {
  return {
    ...chart,
    series: chart.series.map((series) => {
      const kept = thinnedIndices(series.x.length, LIVE_POINTS);
      const at = (values: readonly number[]) => kept.map((i) => values[i]!);
      const { x, mean, low, high } = series;
      return { ...series, x: at(x), mean: at(mean), low: at(low), high: at(high) };
    }),
  };
}

function chartLegend({ series, lines, curves = [] }: ChartData): Markup {
  return legend([
    ...series,
    ...[...lines, ...curves].map(({ label, colour }) => (
      { label, colour, kind: "dashed" as const }
    )),
  ]);
}

function valueAt(series: BandSeries, x: number): string {
  const i = series.x.indexOf(x);
  if (i < 0) return "–";
  const centre = formatShort(series.mean[i]!);
  const [low, high] = [formatShort(series.low[i]!), formatShort(series.high[i]!)];
  return low === high ? centre : `${centre} (${low} to ${high})`;
}

/** At most {@link TABLE_ROWS} evenly spaced positions of all series, ends included. */
function dataTable(chart: ChartData): Markup {
  const all = [...new Set(chart.series.flatMap((series) => series.x))].sort((a, b) => a - b);
  const positions = spacedIndices(all.length, TABLE_ROWS).map((i) => all[i]!);
  return valuesTable(
    chart.title,
    chart.valuesCaption ??
      `${chart.yLabel}: mean (lowest to highest) over seeds, at ${positions.length} ` +
        "positions. All values are in the records.",
    [chart.xLabel, ...chart.series.map(({ label }) => label)],
    positions.map((x) => [formatShort(x), ...chart.series.map((series) => valueAt(series, x))]),
  );
}

/** Caption of a chart of means over seeds. */
function seedsCaption(chart: ChartData): string {
  const seeds = Math.max(...chart.series.map((series) => series.seeds));
  const band = seeds > 1
    ? `Line: mean over seeds; band: lowest to highest of up to ${seeds} seeds.`
    : "One seed.";
  const axis = chart.logarithmic ? " Logarithmic axis." : "";
  return `Vertical axis: ${chart.yLabel}. ${chart.note}${band}${axis}`;
}

/** Level of a figure's heading: one below that of its section. */
export type FigureHeading = "h3" | "h4";

function heading(level: FigureHeading, chart: ChartData): Markup {
  const title = html`${chart.title}`.text;
  return html`<figcaption>${raw(`<${level}>${title}</${level}>`)}<p>${
    chart.caption ?? seedsCaption(chart)
  }</p></figcaption>`;
}

/**
 * The figure of one chart where it is to stay as drawn, without data for a live chart.
 *
 * @param withValues False where the values can be had from the same page in another form.
 */
export function stillFigure(chart: ChartData, withValues = true): Markup {
  return html`<figure data-chart="${chart.name}">
${heading("h3", chart)}
${chartLegend(chart)}
<div class="plot">${chartSvg(chart)}</div>
${withValues && dataTable(chart)}
</figure>`;
}

/** The figure of one chart. */
export function chartFigure(chart: ChartData, level: FigureHeading = "h4"): Markup {
  return html`<figure class="chart" data-chart="${chart.name}">
${heading(level, chart)}
${chartLegend(chart)}
<div class="plot">${chartSvg(chart)}</div>
<script type="application/json">${
    jsonForScript({ ...liveChart(chart), description: chartDescription(chart) })
  }</script>
${dataTable(chart)}
</figure>`;
}
