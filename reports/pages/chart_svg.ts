/**
 * A chart as a still drawing: what a reader without JavaScript sees, and what prints.
 *
 * @module
 */
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import type { BandSeries, ChartCurve, ChartData } from "./chart_data.ts";
import { html, type Markup } from "../markup.ts";
import { linearTicks, linePath, thinnedIndices, tickDigits } from "./ticks.ts";

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 58;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 40;
/** Points of a line: one for every four columns of pixels looks the same, and a page holds hundreds of lines. */
const MOST_POINTS = 160;

type Scale = (value: number) => number;

function drawSeries(series: BandSeries, toX: Scale, toY: Scale): Markup {
  // A line of one point would not be seen.
  if (series.x.length === 1) return drawDots(series, toX, toY);
  const kept = thinnedIndices(series.x.length, MOST_POINTS);
  const at = (values: readonly number[]) =>
    kept.map((i) => [toX(series.x[i]!), toY(values[i]!)] as const);
  const band = series.seeds > 1
    ? html`
      <path class="band s${series.colour}" d="${linePath(at(series.high))}${linePath(
        at(series.low).toReversed(),
      ).replace("M", "L")}Z" />
    `
    : undefined;
  return html`
    ${band}<path class="line s${series.colour}" d="${linePath(at(series.mean))}" />
  `;
}

function drawDots(series: BandSeries, toX: Scale, toY: Scale): Markup {
  return html`
    ${series.x.map((x, i) =>
      html`<circle class="dot s${series.colour}" r="4" cx="${toX(x).toFixed(1)}" cy="${
        toY(series.mean[i]!).toFixed(1)
      }" />`
    )}
  `;
}

function drawCurve({ x, y, colour }: ChartCurve, toX: Scale, toY: Scale): Markup {
  const points = x.map((at, i) => [toX(at), toY(y[i]!)] as const);
  return html`
    <path class="published s${colour}" d="${linePath(points)}" />
  `;
}

function xTicks(chart: ChartData, low: number, high: number): readonly number[] {
  const { xStep, series } = chart;
  if (chart.xTicks !== undefined) return chart.xTicks;
  if (xStep === undefined) {
    const ticks = linearTicks(low, high, 8);
    // There is no half epoch.
    return series.every(({ x }) => x.every(Number.isInteger))
      ? ticks.filter(Number.isInteger)
      : ticks;
  }
  const first = Math.ceil(low / xStep);
  return Array.from(
    { length: Math.floor(high / xStep) - first + 1 },
    (_, i) => (first + i) * xStep,
  );
}

/** The chart as inline SVG; colours come from the page's style sheet. */
export function chartSvg(chart: ChartData): Markup {
  const xs = [...chart.series, ...(chart.curves ?? [])].flatMap(({ x }) => x);
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const [y0, y1] = chart.yRange;
  const warpBy = (logarithmic = false) => logarithmic ? Math.log10 : (value: number) => value;
  const warp = warpBy(chart.logarithmic);
  const warpX = warpBy(chart.logarithmicX);
  const toX: Scale = (x) =>
    LEFT + ((warpX(x) - warpX(x0)) / (warpX(x1) - warpX(x0) || 1)) * (WIDTH - LEFT - RIGHT);
  const toY: Scale = (y) =>
    HEIGHT - BOTTOM -
    ((warp(y) - warp(y0)) / (warp(y1) - warp(y0) || 1)) * (HEIGHT - TOP - BOTTOM);
  const end = WIDTH - RIGHT;
  const floor = HEIGHT - BOTTOM;
  return html`
    <svg class="still" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
      aria-label="${chartDescription(chart)}">${chart.yTicks.map((y) =>
        html`
          <line class="grid" x1="${LEFT}" x2="${end}" y1="${toY(y).toFixed(1)}" y2="${toY(y)
            .toFixed(1)}" />
          <text class="tick" x="${LEFT - 8}" y="${(toY(y) + 4).toFixed(
            1,
          )}" text-anchor="end">${formatShort(y, tickDigits)}</text>
        `
      )}${xTicks(chart, x0, x1).map((x) =>
        html`<text class="tick" x="${toX(x).toFixed(1)}" y="${floor + 17}" text-anchor="middle">${
          formatShort(x)
        }</text>`
      )}${chart.marks.map((mark) =>
        html`
          <line class="mark" x1="${toX(mark.x).toFixed(1)}" x2="${toX(mark.x).toFixed(
            1,
          )}" y1="${TOP}" y2="${floor}" />
          <text class="tick" x="${(toX(mark.x) + 5).toFixed(1)}" y="${TOP + 10}">${mark
            .label}</text>
        `
      )}${chart.lines.map((line) =>
        html`
          <line class="published s${line.colour}" x1="${LEFT}" x2="${end}" y1="${toY(line.y)
            .toFixed(1)}"
            y2="${toY(line.y).toFixed(1)}" />
        `
      )}${chart.series.map((series) =>
        (chart.dots ? drawDots : drawSeries)(series, toX, toY)
      )}${(chart.curves ?? []).map((curve) =>
        drawCurve(curve, toX, toY)
      )}<text class="tick" x="${(LEFT + end) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${chart
        .xLabel}</text></svg>
  `;
}

/** What a chart shows, in a sentence, for those who cannot see it. */
export function chartDescription(chart: ChartData): string {
  const ends = chart.series.map((series) => `${series.label} ${formatShort(series.mean.at(-1)!)}`)
    .join(", ");
  return `${chart.title}: ${chart.yLabel} over ${chart.xLabel}. Last values: ${ends}.`;
}
