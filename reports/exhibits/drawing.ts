/**
 * What the renderers of exhibits share: axes of a still drawing, legends and tables of values.
 *
 * @module
 */
import type { Exhibit, Quantity } from "../../models/training/exhibit.ts";
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup, scrolling } from "../markup.ts";
import { withUnit } from "../pages/labels.ts";
import { linearTicks, tickDigits } from "../pages/ticks.ts";

/** An exhibit of one model. */
export interface Shown<E extends Exhibit = Exhibit> {
  /** Registry name of the model. */
  readonly model: string;
  /** Display name of the model. */
  readonly method: string;
  /** Seed of the record. */
  readonly seed: number;
  /** What is shown. */
  readonly exhibit: E;
}

/** Ends of an axis. */
export type Range = readonly [low: number, high: number];
/** From a value to its place in a drawing. */
export type Scale = (value: number) => number;

/** Width of a drawing in its own units; it scales with the page. */
export const WIDTH = 360;
/** Left edge of what is inside the axes. */
export const LEFT = 40;
/** Right edge of what is inside the axes. */
export const END = WIDTH - 10;
const TOP = 8;
const BOTTOM = 36;
/** Rows of a table of values: more would be read by a program, from the record. */
const TABLE_ROWS = 24;

/** Lowest and highest finite value; undefined where there is none. */
export function finiteRange(values: readonly number[]): Range | undefined {
  // A spread argument of a long recording would overflow the stack.
  const [low, high] = values.filter(Number.isFinite).reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  return low! <= high! ? [low!, high!] : undefined;
}

/** Ends of an axis a twentieth beyond the values; [-1, 1] where there are none. */
export function axisRange(values: readonly number[]): Range {
  const [low, high] = finiteRange(values) ?? [0, 0];
  const margin = 0.05 * (high - low) || 1;
  return [low - margin, high + margin];
}

/** "angle (degrees)". */
export function axisTitle({ label, unit }: Quantity): string {
  return withUnit(label, unit);
}

/** "from −1.5 to 2", of the finite values. */
export function span(values: readonly number[]): string {
  const range = finiteRange(values);
  return range === undefined
    ? "without a finite value"
    : `from ${formatShort(range[0], 3)} to ${formatShort(range[1], 3)}`;
}

/** Axes and what is drawn inside them. */
export interface Plot {
  /** What the drawing shows, in a sentence, for those who cannot see it. */
  readonly description: string;
  /** Title of the x axis. */
  readonly xTitle: string;
  readonly xRange: Range;
  readonly yRange: Range;
  /** Height in units of {@link WIDTH}; 150 by default. */
  readonly height?: number;
  /** Positions of labels on the x axis; round numbers by default. */
  readonly xTicks?: readonly number[];
  /** Draws the content. */
  readonly draw: (toX: Scale, toY: Scale, floor: number) => Markup;
}

/** A plot as inline SVG; colours come from the page's style sheet. */
export function plotSvg(plot: Plot): Markup {
  const { description, xTitle, xRange, yRange, height = 150, draw } = plot;
  const floor = height - BOTTOM;
  const toX: Scale = (x) => LEFT + (x - xRange[0]) / (xRange[1] - xRange[0] || 1) * (END - LEFT);
  const toY: Scale = (y) => floor - (y - yRange[0]) / (yRange[1] - yRange[0] || 1) * (floor - TOP);
  const xTicks = plot.xTicks ?? linearTicks(...xRange, 5);
  return html`
    <svg class="still" viewBox="0 0 ${WIDTH} ${height}" role="img"
      aria-label="${description}">${linearTicks(...yRange, 6).map((y) => {
        const at = toY(y);
        return html`
          <line class="grid" x1="${LEFT}" x2="${END}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}" />
          <text class="tick" x="${LEFT - 6}" y="${(at + 4).toFixed(
            1,
          )}" text-anchor="end">${formatShort(y, tickDigits)}</text>
        `;
      })}${xTicks.map((x) => {
        const at = toX(x);
        return html`<text class="tick" x="${at.toFixed(1)}" y="${floor + 16}" text-anchor="${
          at > END - 5 ? "end" : "middle"
        }">${formatShort(x, tickDigits)}</text>`;
      })}${draw(toX, toY, floor)}<text class="tick" x="${(LEFT + END) / 2}" y="${height -
        4}" text-anchor="middle">${xTitle}</text></svg>
  `;
}

/** Names of series or classes beside their colours. */
export function legend(
  entries: readonly { readonly label: string; readonly colour: number; readonly dots?: boolean }[],
): Markup {
  return html`<ul class="legend">${
    entries.map(({ label, colour, dots = false }) =>
      html`<li><span class="${dots ? "swatch dots" : "swatch"} s${
        colour % COLOURS
      }"></span>${label}</li>`
    )
  }</ul>`;
}

/** Colours of the style sheet: s0, s1, … */
export const COLOURS = 13;

/** Positions of at most {@link TABLE_ROWS} of `n` rows, evenly spaced, the first and the last among them. */
export function tableRows(n: number): readonly number[] {
  const rows = Math.min(n, TABLE_ROWS);
  return Array.from({ length: rows }, (_, i) => Math.round(i * (n - 1) / Math.max(1, rows - 1)));
}

/** A table of values that is folded away; the first cell of each row names it. */
export function valuesTable(
  caption: string,
  heads: readonly (string | Markup)[],
  rows: readonly (readonly string[])[],
): Markup {
  return html`
    <details>
      <summary>Values</summary>
      ${scrolling(
        `Values: ${caption}`,
        html`
          <table class="matrix">
            <caption>${caption}.</caption>
            <thead>
              <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
            </thead>
            <tbody>${rows.map(([name, ...cells]) =>
              html`<tr><th scope="row">${name}</th>${
                cells.map((cell) => html`<td>${cell}</td>`)
              }</tr>`
            )}</tbody>
          </table>
        `,
      )}
    </details>
  `;
}
