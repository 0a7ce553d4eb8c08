/**
 * A chart on a page: drawing, legend and a table of the values.
 *
 * @module
 */
import { folded, html, legend, type Markup, raw, valuesTable } from "../markup.ts";
import { counted, formatShort } from "../../benchmarks/statistics/numbers.ts";
import type { BandSeries, ChartData } from "./chart_data.ts";
import { chartSvg } from "./chart_svg.ts";
import { spacedIndices, valueRows } from "./plot.ts";

function chartLegend({ series, curves = [] }: ChartData): Markup {
  return legend([
    ...series,
    ...curves.map(({ label, colour }) => ({ label, colour, kind: "dashed" as const })),
  ]);
}

function valueAt(series: BandSeries, x: number): string {
  const i = series.x.indexOf(x);
  if (i < 0) return "–";
  const centre = formatShort(series.mean[i]!);
  const [low, high] = [formatShort(series.low[i]!), formatShort(series.high[i]!)];
  return low === high ? centre : `${centre} (${low} to ${high})`;
}

/** A few evenly spaced positions of all series, ends included. */
function dataTable(chart: ChartData): Markup {
  const all = [...new Set(chart.series.flatMap((series) => series.x))].sort((a, b) => a - b);
  const positions = spacedIndices(all.length, valueRows(chart.series.length)).map((i) => all[i]!);
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
  const lines = chart.lines.length > 0 ? " Dashes beside the plot: published values." : "";
  return `Vertical axis: ${chart.yLabel}. ${chart.note}${band}${axis}${lines}`;
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
 * The figure of one chart.
 *
 * @param alone True on a page about the only series, which has its values in another form: legend and table are left out.
 */
export function chartFigure(
  chart: ChartData,
  level: FigureHeading = "h4",
  alone = false,
): Markup {
  return html`<figure class="chart" data-chart="${chart.name}">
${heading(level, chart)}
${!alone && chartLegend(chart)}
<div class="plot">${chartSvg(chart, alone)}</div>
${!alone && dataTable(chart)}
</figure>`;
}

/** Charts of a group that are open; those after them are folded. */
const OPEN_CHARTS = 4;

/** All charts of a group in one grid, and those beyond the first few in a folded one. */
export function chartGrid(
  charts: readonly ChartData[],
  level: FigureHeading,
  alone = false,
): Markup {
  const grid = (some: readonly ChartData[]) =>
    html`<div class="charts">${some.map((chart) => chartFigure(chart, level, alone))}</div>`;
  const more = charts.slice(OPEN_CHARTS);
  return html`${grid(charts.slice(0, OPEN_CHARTS))}${
    more.length > 0 &&
    folded(
      `${counted(more.length, "more curve")}: ${more.map(({ title }) => title).join("; ")}`,
      grid(more),
    )
  }`;
}
