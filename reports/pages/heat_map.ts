/**
 * A small matrix as a heat map: a still drawing whose colours follow the page's scheme, and a table of the values.
 *
 * @module
 */
import { fromJsonNumber } from "../../benchmarks/record/json_number.ts";
import type { LabelledMatrix, MatrixAxis } from "../../benchmarks/record/record.ts";
import { html, type Markup } from "../markup.ts";
import { formatFixed, formatShort } from "../../benchmarks/statistics/numbers.ts";

const WIDTH = 360;
const LEFT = 50;
const TOP = 8;
const SIDE = WIDTH - LEFT - 10;
/** Steps of the scale under the map. */
const SCALE_STEPS = 20;
/** At most so many labels on an axis. */
const MOST_TICKS = 4;

/** Positive values take the first colour, negative ones the second, each in the strength of its magnitude. */
function cell(value: number, most: number): { readonly colour: string; readonly opacity: string } {
  const strength = most > 0 ? Math.abs(value) / most : 0;
  return { colour: value < 0 ? "s1" : "s0", opacity: String(Number(strength.toFixed(3))) };
}

/** Indices of the coordinates that carry a label. */
function labelled({ coordinates }: MatrixAxis): readonly number[] {
  const step = Math.ceil(coordinates.length / MOST_TICKS);
  return coordinates.map((_, i) => i).filter((i) => i % step === 0);
}

/** Lowest and highest finite value; [0, 0] where there is none. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? [0, 0] : [Math.min(...finite), Math.max(...finite)];
}

function scale(low: number, high: number, y: number): Markup {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const most = Math.max(-from, to);
  const width = SIDE / SCALE_STEPS;
  return html`
    ${Array.from({ length: SCALE_STEPS }, (_, i) => {
      const value = from + (i + 0.5) / SCALE_STEPS * (to - from);
      const { colour, opacity } = cell(value, most);
      const x = (LEFT + i * width).toFixed(2);
      return html`
        <rect class="cell ${colour}" x="${x}" y="${y}" width="${width.toFixed(2)}" height="10"
          fill-opacity="${opacity}" />
      `;
    })}<rect class="frame" x="${LEFT}" y="${y}" width="${SIDE}" height="10" />
    <text class="tick" x="${LEFT}" y="${y + 25}">${formatShort(from, 3)}</text>
    <text class="tick" x="${LEFT + SIDE}" y="${y + 25}" text-anchor="end">${formatShort(
      to,
      3,
    )}</text>
  `;
}

/** The matrix as inline SVG, first row on top. */
export function heatMapSvg(matrix: LabelledMatrix, description: string): Markup {
  const [rows, columns] = [matrix.rows.coordinates.length, matrix.columns.coordinates.length];
  const size = SIDE / columns;
  const values = matrix.values.map(fromJsonNumber);
  const [low, high] = rangeOf(values);
  const most = Math.max(Math.abs(low), Math.abs(high));
  const floor = TOP + rows * size;
  const at = (i: number) => ((i + 0.5) * size).toFixed(1);
  return html`
    <svg class="still" viewBox="0 0 ${WIDTH} ${Math.ceil(floor + 78)}" role="img"
      aria-label="${description}"><g shape-rendering="crispEdges">${values.map((value, i) => {
        if (!Number.isFinite(value)) return undefined;
        const { colour, opacity } = cell(value, most);
        const [x, y] = [LEFT + (i % columns) * size, TOP + Math.floor(i / columns) * size];
        return html`
          <rect class="cell ${colour}" x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${size
            .toFixed(2)}"
            height="${size.toFixed(2)}" fill-opacity="${opacity}" />
        `;
      })}<rect class="frame" x="${LEFT}" y="${TOP}" width="${SIDE}" height="${(rows * size).toFixed(
        1,
      )}"/></g>${labelled(matrix.rows).map((i) =>
        html`<text class="tick" x="${LEFT - 7}" y="${TOP + Number(at(i)) + 4}" text-anchor="end">${
          formatShort(matrix.rows.coordinates[i]!)
        }</text>`
      )}${labelled(matrix.columns).map((i) =>
        html`<text class="tick" x="${LEFT + Number(at(i))}" y="${
          (floor + 17).toFixed(1)
        }" text-anchor="middle">${formatShort(matrix.columns.coordinates[i]!)}</text>`
      )}<text class="tick" x="${LEFT + SIDE / 2}" y="${(floor + 35).toFixed(
        1,
      )}" text-anchor="middle">${matrix.columns.label}</text>${scale(
        low,
        high,
        Math.round(floor + 46),
      )}</svg>
  `;
}

/** Every value in a table that scrolls by itself. */
export function matrixTable(matrix: LabelledMatrix, title: string): Markup {
  const columns = matrix.columns.coordinates;
  return html`
    <details>
      <summary>Values</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Values of ${title}">
        <table class="matrix">
          <caption>${title}: ${matrix.label}. Rows and columns: ${matrix.columns.label}.</caption>
          <thead>
            <tr><th scope="col">${matrix.rows.label}</th>${columns.map((x) =>
              html`<th scope="col">${formatShort(x)}</th>`
            )}</tr>
          </thead>
          <tbody>${matrix.rows.coordinates.map((y, i) =>
            html`<tr><th scope="row">${formatShort(y)}</th>${
              columns.map((_, j) =>
                html`<td>${
                  formatFixed(fromJsonNumber(matrix.values[i * columns.length + j]!), 3)
                }</td>`
              )
            }</tr>`
          )}</tbody>
        </table>
      </div>
    </details>
  `;
}
