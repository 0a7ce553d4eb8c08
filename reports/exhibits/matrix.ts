/**
 * A small matrix as a heat map: a still drawing whose colours follow the page's scheme, and a table of the values.
 *
 * @module
 */
import type { MatrixAxis, MatrixExhibit } from "../../models/training/exhibit.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import { formatFixed, formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup } from "../markup.ts";
import { withUnit } from "../pages/labels.ts";
import { axisTitle, finiteRange, type Shown, valuesTable, WIDTH } from "./drawing.ts";

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

/** What stands at each row or column. */
function namesOf({ coordinates, names }: MatrixAxis): readonly string[] {
  return names ?? coordinates.map((at) => formatShort(at));
}

/** Indices and texts of an axis's labels: all names, but only some coordinates. */
function labelled(axis: MatrixAxis): readonly (readonly [number, string])[] {
  const step = axis.names === undefined ? Math.ceil(axis.coordinates.length / MOST_TICKS) : 1;
  return namesOf(axis).map((name, i) => [i, name] as const).filter(([i]) => i % step === 0);
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
export function matrixSvg(matrix: MatrixExhibit, description: string): Markup {
  const [rows, columns] = [matrix.rows.coordinates.length, matrix.columns.coordinates.length];
  const [width, height] = [SIDE / columns, Math.min(SIDE / columns, SIDE / rows)];
  const values = matrix.values.map(fromJsonNumber);
  const [low, high] = finiteRange(values) ?? [0, 0];
  const most = Math.max(Math.abs(low), Math.abs(high));
  const floor = TOP + rows * height;
  return html`
    <svg class="still" viewBox="0 0 ${WIDTH} ${Math.ceil(floor + 78)}" role="img"
      aria-label="${description}"><g shape-rendering="crispEdges">${values.map((value, i) => {
        if (!Number.isFinite(value)) return undefined;
        const { colour, opacity } = cell(value, most);
        const [x, y] = [LEFT + (i % columns) * width, TOP + Math.floor(i / columns) * height];
        return html`
          <rect class="cell ${colour}" x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${width
            .toFixed(2)}"
            height="${height.toFixed(2)}" fill-opacity="${opacity}" />
        `;
      })}<rect class="frame" x="${LEFT}" y="${TOP}" width="${SIDE}" height="${(rows * height)
        .toFixed(1)}"/></g>${labelled(matrix.rows).map(([i, name]) =>
          html`<text class="tick" x="${LEFT - 7}" y="${
            TOP + Number(((i + 0.5) * height).toFixed(1)) + 4
          }" text-anchor="end">${name}</text>`
        )}${labelled(matrix.columns).map(([i, name]) =>
          html`<text class="tick" x="${LEFT + Number(((i + 0.5) * width).toFixed(1))}" y="${
            (floor + 17).toFixed(1)
          }" text-anchor="middle">${name}</text>`
        )}<text class="tick" x="${LEFT + SIDE / 2}" y="${(floor + 35).toFixed(
          1,
        )}" text-anchor="middle">${axisTitle(matrix.columns)}</text>${scale(
          low,
          high,
          Math.round(floor + 46),
        )}</svg>
  `;
}

/** The first row of the matrix, in a sentence. */
function description({ method, exhibit }: Shown<MatrixExhibit>): string {
  const { rows, columns, values, label, unit } = exhibit;
  const row = namesOf(columns).map((name, i) =>
    `${formatFixed(fromJsonNumber(values[i]!), 2)} at ${name}`
  );
  return `${withUnit(label, unit)}, ${method}: ${rows.label} ${namesOf(rows)[0]} with each ` +
    `${axisTitle(columns)}: ${row.join(", ")}.`;
}

/** The heat map of one model and its values. */
export function matrixFigure(shown: Shown<MatrixExhibit>, withValues: boolean): Markup {
  const { exhibit: { label, unit, rows, columns, values }, exhibit, method } = shown;
  const names = namesOf(columns);
  return html`<p>Rows: ${axisTitle(rows)}. Columns: ${axisTitle(columns)}.${
    unit !== "" && ` Values: ${unit}.`
  }</p>${matrixSvg(exhibit, description(shown))}${
    withValues && valuesTable(
      `${method}: ${withUnit(label, unit)}. Columns: ${axisTitle(columns)}`,
      [axisTitle(rows), ...names],
      namesOf(rows).map((name, i) => [
        name,
        ...names.map((_, j) => formatFixed(fromJsonNumber(values[i * names.length + j]!), 3)),
      ]),
    )
  }`;
}
