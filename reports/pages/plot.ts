/**
 * Axes and lines of still drawings: what a reader without JavaScript sees, and what prints.
 *
 * @module
 */
import { MOST_COORDINATE } from "../../benchmarks/record/limits.ts";
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup, raw } from "../markup.ts";
import { COLOURS, dashesOf, hexOf } from "./palette.ts";
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
  /** Label of a tick of the y axis; the number by default. */
  readonly text?: (value: number) => string;
}

/** Axes and what is drawn inside them. */
export interface Plot {
  /** What the drawing shows, in a sentence, for those who cannot see it. */
  readonly description: string;
  readonly box: Box;
  /** True where a script reads values off the lines, by what the drawing says of its axes; false by default. */
  readonly readable?: boolean;
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

/** A tick: the zeros of a small or large one would take more room than there is. */
function tickText(value: number): string {
  const size = Math.abs(value);
  return value !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential().replace(/^-/, "−").replace("+", "")
    : formatShort(value, tickDigits);
}

/** A range that has a length: a single value gets some room on both sides. */
export function widened([low, high]: Range): Range {
  if (high > low) return [low, high];
  const room = 0.1 * Math.abs(low) || 1;
  return [low - room, high + room];
}

/**
 * A plot as inline SVG. Its attributes draw it on a white page where no style sheet is allowed; the page's style sheet
 * gives it the colours of the reader's scheme.
 */
export function plotSvg({ description, box, readable, xTitle, x, y, draw }: Plot): Markup {
  const { width, height, left, right, top, bottom } = box;
  const [end, floor] = [width - right, height - bottom];
  const toX = scaleOf({ ...x, range: widened(x.range) }, left, end);
  const toY = scaleOf({ ...y, range: widened(y.range) }, floor, top);
  const { ticks: xTicks = linearTicks(...widened(x.range), 5) } = x;
  const { ticks: yTicks = linearTicks(...widened(y.range), 6) } = y;
  const tenth = (value: number) => String(Math.round(10 * value) / 10);
  const grid = yTicks.map((value) => `M${left} ${tenth(toY(value))}H${end}`).join("");
  const ends = ({ range, logarithmic }: Axis) =>
    `${widened(range).join(" ")}${logarithmic === true ? " log" : ""}`;
  const data = readable === true &&
    html`
      data-x="${ends(x)}" data-y="${ends(y)}" data-box="${left} ${end} ${floor} ${top}"
    `;
  const label = (x: string | number, y: string | number, text: string, anchor = "") =>
    html`
      <text x="${x}" y="${y}" ${anchor !== "" && raw(` text-anchor="${anchor}"`)}>${text}</text>
    `;
  return html`
    <svg class="still" viewBox="0 0 ${width} ${height}" role="img" aria-label="${description}"
      ${data}>
      <path class="grid" stroke="#dcdddb" d="${grid}" />
      <g fill="none" stroke-width="2">${draw(toX, toY)}</g>
      <g ${TICK_TEXT} text-anchor="middle">${yTicks.map((value) =>
        label(left - 7, tenth(toY(value) + 4), (y.text ?? tickText)(value), "end")
      )}${xTicks.map((value) =>
        label(tenth(toX(value)), floor + 16, tickText(value), toX(value) > end - 5 ? "end" : "")
      )}${xTitle !== "" && label((left + end) / 2, height - 5, xTitle)}</g>
    </svg>
  `;
}

/** Attributes of labels, or of a group of them. */
export const TICK_TEXT: Markup = raw(
  'class="tick" fill="#595f69" font-size="13" font-family="sans-serif"',
);

/** A dashed vertical line across a plot. */
export function markLine(at: number, { height, top, bottom }: Box): Markup {
  const x = at.toFixed(1);
  return html`
    <line stroke="#595f69" stroke-width="1" stroke-dasharray="3 3" class="mark" x1="${x}"
      x2="${x}"
      y1="${top}" y2="${height - bottom}" />
  `;
}

/** A line in the colour of the text: the truth beside models. @param d data of its path */
export function inkLine(d: string): Markup {
  return html`
    <path stroke="#1b1d21" class="line" d="${d}" />
  `;
}

/** A line of a plot. @param d data of its path @param label shown where the pointer rests on it */
export function line(d: string, colour: number, label?: string): Markup {
  const dashes = dashesOf(colour).join(" ");
  const dashed = dashes === "" ? "" : raw(` stroke-dasharray="${dashes}"`);
  return html`
    <path stroke="${hexOf(colour)}" ${dashed} class="line s${colour %
      COLOURS}" d="${d}">${label !== undefined && html`<title>${label}</title>`}</path>
  `;
}

/** A dashed line of a plot, of a published or fitted curve. @param d data of its path */
export function dashedLine(d: string, colour: number): Markup {
  return html`
    <path stroke="${hexOf(colour)}" stroke-dasharray="2 5" class="published s${colour %
      COLOURS}" d="${d}" />
  `;
}

/** The area between two lines of a plot. @param d data of its path */
export function band(d: string, colour: number): Markup {
  return html`
    <path fill="${hexOf(colour)}" fill-opacity="0.2" class="band s${colour % COLOURS}" d="${d}" />
  `;
}

/** Rows of a table of values beside a drawing, fewer where it has many columns; all values are in the records. */
export function valueRows(columns: number): number {
  return Math.max(4, Math.min(8, Math.floor(48 / columns)));
}

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

/** Indices of about `most` of the values: the lowest and the highest of each stretch, the first and the last. */
export function extremeIndices(values: readonly number[], most: number): readonly number[] {
  const n = values.length;
  const stretches = Math.max(1, Math.floor(most / 2));
  if (n <= most) return values.map((_, i) => i);
  const kept = new Set([0, n - 1]);
  for (let k = 0; k < stretches; k++) {
    const from = Math.floor(k * n / stretches);
    const stretch = values.slice(from, Math.floor((k + 1) * n / stretches));
    for (const extreme of [Math.min(...stretch), Math.max(...stretch)]) {
      kept.add(from + stretch.indexOf(extreme));
    }
  }
  return [...kept].toSorted((a, b) => a - b);
}

/**
 * A line through places, as the data of an SVG path. All but the first are steps from the rounded place before, so that no
 * rounding adds up. A site has hundreds of lines, each twice as long with positions to a tenth.
 *
 * @param step Tenths of a unit to which places are rounded; half a unit by default.
 */
export function linePath(places: readonly Place[], step = 5): string {
  const rounded = places.map((place) => place.map((at) => step * Math.round(10 * at / step)));
  const tenths = (value: number) => String(value / 10).replace(/^(-?)0\./, "$1.");
  return rounded.map(([x, y], i) => {
    if (i === 0) return `M${x! / 10} ${y! / 10}`;
    const [fromX, fromY] = rounded[i - 1]!;
    const dy = tenths(y! - fromY!);
    return `l${tenths(x! - fromX!)}${dy.startsWith("-") ? "" : " "}${dy}`;
  }).join("");
}

/** Units by which a line without its needless places may be off: nobody sees it. */
const UNSEEN = 0.45;

/** How far a place is from the straight line between two others. */
function distance([x, y]: Place, [fromX, fromY]: Place, [toX, toY]: Place): number {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx ** 2 + dy ** 2 || 1);
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(x - fromX - part * dx, y - fromY - part * dy);
}

/** The places that a line needs to look as through all of them, the first and the last among them. */
export function neededPlaces(places: readonly Place[]): readonly Place[] {
  if (places.length < 3) return places;
  const ends = [places[0]!, places.at(-1)!] as const;
  const distances = places.slice(1, -1).map((place) => distance(place, ...ends));
  const largest = rangeOf(distances)![1];
  if (!(largest > UNSEEN)) return ends;
  const at = 1 + distances.indexOf(largest);
  return [...neededPlaces(places.slice(0, at + 1)), ...neededPlaces(places.slice(at)).slice(1)];
}

/** The area between two lines, as the data of an SVG path. It is pale and has no outline: whole units do. */
export function bandPath(upper: readonly Place[], lower: readonly Place[]): string {
  const [above, below] = [neededPlaces(upper), neededPlaces(lower).toReversed()];
  return `${linePath(above, 10)}${linePath(below, 10).replace("M", "L")}Z`;
}

/** Dots at places: lines without length, which their round ends show. One path is a fifth as long as many circles. */
export function dots(places: readonly Place[], colour: number, radius: number): Markup {
  const d = places.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
  return html`
    <path stroke="${hexOf(colour)}" stroke-width="${2 * radius}" stroke-linecap="round"
      class="points s${colour % COLOURS}" d="${d}" />
  `;
}
