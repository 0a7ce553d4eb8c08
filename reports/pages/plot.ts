/**
 * Axes and lines of still drawings: what a reader without JavaScript sees, and what prints.
 *
 * @module
 */
import { MOST_COORDINATE } from "../../benchmarks/record/limits.ts";
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup } from "../markup.ts";
import { linearTicks, tickDigits } from "./ticks.ts";

/** Ends of an axis. */
export type Range = readonly [low: number, high: number];
/** From a value to its place in a drawing. */
export type Scale = (value: number) => number;
/** A place in a drawing. */
export type Place = readonly [x: number, y: number];

/** Whether a value is drawn: not where it, or a distance from it, is beyond the range of numbers. */
export function isDrawable(value: number): boolean {
  return Math.abs(value) <= MOST_COORDINATE;
}

/** Lowest and highest value; undefined where there is none. */
export function rangeOf(values: readonly number[]): Range | undefined {
  if (values.length === 0) return undefined;
  // Spread arguments of many values would overflow the stack.
  return values.reduce<Range>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}

/** Size of a drawing, and the room for labels, in its own units; it scales with the page. */
export interface Box {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** An axis of a plot. */
export interface Axis {
  readonly range: Range;
  /** Positions of labels; round numbers by default. */
  readonly ticks?: readonly number[];
  /** True for a logarithmic axis; false by default. */
  readonly logarithmic?: boolean;
}

/** Axes and what is drawn inside them. */
export interface Plot {
  /** What the drawing shows, in a sentence, for those who cannot see it. */
  readonly description: string;
  readonly box: Box;
  /** Title of the x axis. */
  readonly xTitle: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Draws the content. */
  readonly draw: (toX: Scale, toY: Scale) => Markup;
}

function scaleOf(
  { range: [low, high], logarithmic = false }: Axis,
  from: number,
  to: number,
): Scale {
  const warp: Scale = logarithmic ? Math.log10 : (value) => value;
  return (value) => from + (warp(value) - warp(low)) / (warp(high) - warp(low) || 1) * (to - from);
}

/** A tick of the y axis: the zeros of a small one would take more room than there is. */
function tickText(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential().replace(/^-/, "−")
    : formatShort(value, tickDigits);
}

/** A plot as inline SVG; colours come from the page's style sheet. */
export function plotSvg({ description, box, xTitle, x, y, draw }: Plot): Markup {
  const { width, height, left, right, top, bottom } = box;
  const [end, floor] = [width - right, height - bottom];
  const toX = scaleOf(x, left, end);
  const toY = scaleOf(y, floor, top);
  const { ticks: xTicks = linearTicks(...x.range, 5) } = x;
  const { ticks: yTicks = linearTicks(...y.range, 6) } = y;
  return html`
    <svg class="still" viewBox="0 0 ${width} ${height}" role="img"
      aria-label="${description}">${yTicks.map((value) => {
        const at = toY(value);
        return html`
          <line class="grid" x1="${left}" x2="${end}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}" />
          <text class="tick" x="${left - 7}" y="${(at + 4).toFixed(
            1,
          )}" text-anchor="end">${tickText(value)}</text>
        `;
      })}${xTicks.map((value) => {
        const at = toX(value);
        return html`<text class="tick" x="${at.toFixed(1)}" y="${floor + 16}" text-anchor="${
          at > end - 5 ? "end" : "middle"
        }">${formatShort(value)}</text>`;
      })}${draw(toX, toY)}<text class="tick" x="${(left + end) / 2}" y="${height -
        5}" text-anchor="middle">${xTitle}</text></svg>
  `;
}

/** A dashed vertical line across a plot. */
export function markLine(at: number, { height, top, bottom }: Box): Markup {
  const x = at.toFixed(1);
  return html`
    <line class="mark" x1="${x}" x2="${x}" y1="${top}" y2="${height - bottom}" />
  `;
}

/** Rows of a table of values beside a drawing; all of them are in the record. */
export const TABLE_ROWS = 16;

/** Indices of at most `most` evenly spaced ones of `n`, the first and the last among them. */
export function spacedIndices(n: number, most: number): readonly number[] {
  const count = Math.min(n, most);
  return Array.from({ length: count }, (_, i) => Math.round(i * (n - 1) / Math.max(1, count - 1)));
}

/** Indices of about `most` evenly spaced points of `n`, the last one among them. */
export function thinnedIndices(n: number, most: number): readonly number[] {
  const step = Math.max(1, Math.ceil(n / most));
  const kept = Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
  if (n > 0 && kept.at(-1) !== n - 1) kept.push(n - 1);
  return kept;
}

/**
 * A line through places, to a tenth of a unit, as the data of an SVG path. All but the first are steps from the rounded
 * place before, so that no rounding adds up: a third shorter than positions, and a site has hundreds of lines.
 */
export function linePath(places: readonly Place[]): string {
  const tenths = places.map((place) => place.map((at) => Math.round(10 * at)));
  return tenths.map(([x = 0, y = 0], i) => {
    if (i === 0) return `M${x / 10} ${y / 10}`;
    const [fromX = 0, fromY = 0] = tenths[i - 1]!;
    const dy = (y - fromY) / 10;
    return `l${(x - fromX) / 10}${dy < 0 ? "" : " "}${dy}`;
  }).join("");
}

/** The area between two lines, as the data of an SVG path. */
export function bandPath(upper: readonly Place[], lower: readonly Place[]): string {
  return `${linePath(upper)}${linePath(lower.toReversed()).replace("M", "L")}Z`;
}

/** Dots at places. */
export function dots(places: readonly Place[], colour: number, radius: number): Markup {
  return html`${
    places.map(([x, y]) =>
      html`
        <circle class="dot s${colour}" r="${radius}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" />
      `
    )
  }`;
}
