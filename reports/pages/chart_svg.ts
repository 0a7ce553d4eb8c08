/**
 * A chart as a still drawing: what a reader without JavaScript sees, and what prints.
 *
 * @module
 */
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import type { BandSeries, ChartCurve, ChartData } from "./chart_data.ts";
import { html, type Markup } from "../markup.ts";
import {
  band,
  bandPath,
  dashedLine,
  dots,
  extremeIndices,
  line,
  linePath,
  markLine,
  plotSvg,
  rangeOf,
  type Scale,
  TICK_TEXT,
} from "./plot.ts";
import { linearTicks } from "./ticks.ts";

const BOX = { width: 640, height: 300, left: 58, right: 26, top: 22, bottom: 40 };
/** Points of a line and of each side of a band: more make a page large, and look the same. */
const MOST_POINTS = { line: 90, band: 36 };
/** Such points of all series together; with more series each has fewer, but at least {@link LEAST_POINTS}. */
const MOST_OF_ALL = { line: 400, band: 160 };
const LEAST_POINTS = { line: 36, band: 16 };
/** The same where a page is about the only series: a site has such a page for every record. */
const ALONE = { line: 60, band: 0 };

/** Points of each of so many series. */
function pointsOf(count: number): { readonly line: number; readonly band: number } {
  const points = (kind: "line" | "band") =>
    Math.max(
      LEAST_POINTS[kind],
      Math.min(MOST_POINTS[kind], Math.floor(MOST_OF_ALL[kind] / count)),
    );
  return { line: points("line"), band: points("band") };
}

function drawSeries(
  series: BandSeries,
  toX: Scale,
  toY: Scale,
  asDots: boolean,
  most = MOST_POINTS,
): Markup {
  const at = (values: readonly number[], most: number) =>
    extremeIndices(values, asDots ? Infinity : most)
      .map((i) => [toX(series.x[i]!), toY(values[i]!)] as const);
  const middle = at(series.mean, most.line);
  // A line of one point would not be seen.
  if (asDots || middle.length === 1) return dots(middle, series.colour, 4);
  return html`${
    series.seeds > 1 &&
    band(
      bandPath(at(series.high, most.band), at(series.low, most.band)),
      series.colour,
    )
  }${line(linePath(middle), series.colour, series.label)}`;
}

function drawCurve({ x, y, colour }: ChartCurve, toX: Scale, toY: Scale): Markup {
  return dashedLine(linePath(x.map((at, i) => [toX(at), toY(y[i]!)] as const)), colour);
}

function xTicks(chart: ChartData, low: number, high: number): readonly number[] {
  if (chart.xTicks !== undefined) return chart.xTicks;
  const ticks = low === high ? [low] : linearTicks(low, high, 6);
  // There is no half epoch.
  return chart.series.every(({ x }) => x.every(Number.isInteger))
    ? ticks.filter(Number.isInteger)
    : ticks;
}

/**
 * The chart as inline SVG; colours come from the page's style sheet where there is one.
 *
 * @param alone True for lines of fewer points, without values to read off.
 */
export function chartSvg(chart: ChartData, alone = false): Markup {
  const xs = [...chart.series, ...(chart.curves ?? [])].flatMap(({ x }) => x);
  const [x0, x1] = rangeOf(xs) ?? [0, 0];
  return plotSvg({
    description: chartDescription(chart),
    readable: !alone,
    box: BOX,
    xTitle: chart.xLabel,
    x: {
      range: [x0, x1],
      ticks: xTicks(chart, x0, x1),
      logarithmic: chart.logarithmicX ?? false,
    },
    y: { range: chart.yRange, ticks: chart.yTicks, logarithmic: chart.logarithmic },
    draw: (toX, toY) => {
      // Outliers beyond the axis run along its ends.
      const inY: Scale = (y) => toY(Math.min(chart.yRange[1], Math.max(chart.yRange[0], y)));
      const points = pointsOf(chart.series.length);
      return html`${
        chart.marks.map(({ x, label }) =>
          html`
            ${markLine(toX(x), BOX)}<text ${TICK_TEXT} x="${toX(x).toFixed(
              1,
            )}" y="${BOX.top - 8}"
              text-anchor="middle">${label}</text>
          `
        )
      }${
        chart.series.map((series) =>
          drawSeries(series, toX, inY, chart.dots === true, alone ? ALONE : points)
        )
      }${(chart.curves ?? []).map((curve) => drawCurve(curve, toX, inY))}${
        // Beside the plot, where they cross no line.
        chart.lines.map(({ y, colour }) =>
          line(`M${BOX.width - BOX.right + 4} ${inY(y).toFixed(1)}h20`, colour)
        )}`;
    },
  });
}

/** What a chart shows, in a sentence, for those who cannot see it. */
export function chartDescription(chart: ChartData): string {
  const ends = chart.series.map((series) => `${series.label} ${formatShort(series.mean.at(-1)!)}`)
    .join(", ");
  return `${chart.title}: ${chart.yLabel} over ${chart.xLabel}. Last values: ${ends}.`;
}
