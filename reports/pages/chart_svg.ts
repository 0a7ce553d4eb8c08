/**
 * A chart as a still drawing: what a reader without JavaScript sees, and what prints.
 *
 * @module
 */
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import type { BandSeries, ChartCurve, ChartData } from "./chart_data.ts";
import { html, type Markup } from "../markup.ts";
import {
  bandPath,
  dots,
  linePath,
  markLine,
  plotSvg,
  rangeOf,
  type Scale,
  thinnedIndices,
} from "./plot.ts";
import { linearTicks } from "./ticks.ts";

const BOX = { width: 640, height: 300, left: 58, right: 12, top: 12, bottom: 40 };
/** Points of a line: one for every four columns of pixels looks the same, and a page holds hundreds of lines. */
const MOST_POINTS = 160;

function drawSeries(series: BandSeries, toX: Scale, toY: Scale, asDots: boolean): Markup {
  const kept = thinnedIndices(series.x.length, asDots ? Infinity : MOST_POINTS);
  const at = (values: readonly number[]) =>
    kept.map((i) => [toX(series.x[i]!), toY(values[i]!)] as const);
  // A line of one point would not be seen.
  if (asDots || kept.length === 1) return dots(at(series.mean), series.colour, 4);
  return html`
    ${series.seeds > 1 && html`
      <path class="band s${series.colour}" d="${bandPath(at(series.high), at(series.low))}" />
    `}<path class="line s${series.colour}" d="${linePath(at(series.mean))}" />
  `;
}

function drawCurve({ x, y, colour }: ChartCurve, toX: Scale, toY: Scale): Markup {
  const points = x.map((at, i) => [toX(at), toY(y[i]!)] as const);
  return html`
    <path class="published s${colour}" d="${linePath(points)}" />
  `;
}

function xTicks(chart: ChartData, low: number, high: number): readonly number[] {
  if (chart.xTicks !== undefined) return chart.xTicks;
  const ticks = linearTicks(low, high, 8);
  // There is no half epoch.
  return chart.series.every(({ x }) => x.every(Number.isInteger))
    ? ticks.filter(Number.isInteger)
    : ticks;
}

/** The chart as inline SVG; colours come from the page's style sheet. */
export function chartSvg(chart: ChartData): Markup {
  const xs = [...chart.series, ...(chart.curves ?? [])].flatMap(({ x }) => x);
  const [x0, x1] = rangeOf(xs) ?? [0, 0];
  return plotSvg({
    description: chartDescription(chart),
    box: BOX,
    xTitle: chart.xLabel,
    x: {
      range: [x0, x1],
      ticks: xTicks(chart, x0, x1),
      logarithmic: chart.logarithmicX ?? false,
    },
    y: { range: chart.yRange, ticks: chart.yTicks, logarithmic: chart.logarithmic },
    draw: (toX, toY) =>
      html`${
        chart.marks.map(({ x, label }) =>
          html`${markLine(toX(x), BOX)}<text class="tick" x="${(toX(x) + 5).toFixed(1)}" y="${
            BOX.top + 10
          }">${label}</text>`
        )
      }${
        chart.lines.map(({ y, colour }) => {
          const at = toY(y).toFixed(1);
          return html`
            <line class="published s${colour}" x1="${BOX.left}" x2="${BOX.width -
              BOX.right}" y1="${at}"
              y2="${at}" />
          `;
        })
      }${chart.series.map((series) => drawSeries(series, toX, toY, chart.dots === true))}${
        (chart.curves ?? []).map((curve) => drawCurve(curve, toX, toY))
      }`,
  });
}

/** What a chart shows, in a sentence, for those who cannot see it. */
export function chartDescription(chart: ChartData): string {
  const ends = chart.series.map((series) => `${series.label} ${formatShort(series.mean.at(-1)!)}`)
    .join(", ");
  return `${chart.title}: ${chart.yLabel} over ${chart.xLabel}. Last values: ${ends}.`;
}
