/**
 * A small matrix as a heat map: a still drawing whose colours follow the page's scheme, and a table of the values.
 *
 * @module
 */
import type { MatrixAxis, MatrixExhibit } from "../../models/training/exhibit.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup, valuesTable } from "../markup.ts";
import { withUnit } from "../pages/labels.ts";
import { hexOf } from "../pages/palette.ts";
import { spacedIndices, TICK_TEXT } from "../pages/plot.ts";
import { axisTitle, finiteRange, type Shown, span, WIDTH } from "./drawing.ts";

const LEFT = 50;
const TOP = 8;
const SIDE = WIDTH - LEFT - 10;
/** Steps of the scale under the map. */
const SCALE_STEPS = 20;
/** At most so many labels on an axis. */
const MOST_TICKS = 4;
/** At most so many rows and columns in the table of values; all are in the record. */
const MOST_CELLS = 9;

/** A coloured rectangle: its colour says the sign of the value, its strength the magnitude. */
interface Cell {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** Steps of a colour's strength: more would not be told apart. */
const STRENGTHS = 32;

/** Cells of one size as thick lines, those of a colour and strength in one path: there are many. */
function drawCells(cells: readonly Cell[], width: number, height: number, most: number): Markup {
  const tenth = (value: number) => Number(value.toFixed(1));
  const strength = ({ value }: Cell) => Math.round(STRENGTHS * Math.abs(value) / most);
  return html`${
    [0, 1].map((colour) => {
      const own = cells.filter(({ value }) => colour === 0 ? value > 0 : value < 0);
      const equal = [...Map.groupBy(own, strength)].filter(([steps]) => steps > 0);
      return equal.length > 0 &&
        html`<g stroke="${hexOf(colour)}" stroke-width="${tenth(height)}" class="cell s${colour}">${
          equal.map(([steps, some]) =>
            html`
              <path stroke-opacity="${steps / STRENGTHS}" d="${some.map(({ x, y }) =>
                `M${tenth(x)} ${tenth(y + height / 2)}h${tenth(width)}`
              ).join("")}" />
            `
          )
        }</g>`;
    })
  }`;
}

/** Label of each row or column. */
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
  const cells = Array.from({ length: SCALE_STEPS }, (_, i) => {
    const share = (i + 0.5) / SCALE_STEPS;
    return { x: LEFT + i * width, y, value: (1 - share) * from + share * to };
  });
  return html`
    ${drawCells(
      cells,
      width,
      10,
      most,
    )}<rect fill="none" stroke="#595f69" class="frame" x="${LEFT}" y="${y}"
      width="${SIDE}" height="10" />
    <text x="${LEFT}" y="${y + 25}">${formatShort(from, 3)}</text>
    <text x="${LEFT + SIDE}" y="${y +
      25}" text-anchor="end">${formatShort(
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
  const cells = values.map((value, i) => ({
    x: LEFT + (i % columns) * width,
    y: TOP + Math.floor(i / columns) * height,
    value,
  }));
  const floor = TOP + rows * height;
  return html`
    <svg class="still" viewBox="0 0 ${WIDTH} ${Math.ceil(floor + 78)}" role="img"
      aria-label="${description}">
      <g
        shape-rendering="crispEdges">${drawCells(
          cells,
          width,
          height,
          most,
        )}<rect fill="none" stroke="#595f69" class="frame" x="${LEFT}" y="${TOP}" width="${SIDE}" height="${(rows *
          height)
          .toFixed(1)}"/></g>
      <g
        ${TICK_TEXT}>${labelled(matrix.rows).map(([i, name]) =>
          html`<text x="${LEFT - 7}" y="${
            TOP + Number(((i + 0.5) * height).toFixed(1)) + 4
          }" text-anchor="end">${name}</text>`
        )}${labelled(matrix.columns).map(([i, name]) =>
          html`
            <text x="${LEFT +
              Number(((i + 0.5) * width).toFixed(1))}" y="${(floor + 17).toFixed(1)}"
              text-anchor="middle">${name}</text>
          `
        )}<text x="${LEFT + SIDE / 2}" y="${(floor + 35).toFixed(
          1,
        )}" text-anchor="middle">${axisTitle(matrix.columns)}</text>${scale(
          low,
          high,
          Math.round(floor + 46),
        )}</g>
    </svg>
  `;
}

/** The first row of the matrix, in a sentence. */
function description({ method, exhibit }: Shown<MatrixExhibit>): string {
  const { rows, columns, values, label, unit } = exhibit;
  const row = namesOf(columns).map((name, i) =>
    `${formatShort(fromJsonNumber(values[i]!))} at ${name}`
  );
  return `${withUnit(label, unit)}, ${method}: ${rows.label} ${namesOf(rows)[0]} with each ` +
    `${axisTitle(columns)}: ${row.join(", ")}.`;
}

/** The heat map of one model and its values. */
export function matrixFigure(of: Shown<MatrixExhibit>, withValues: boolean): Markup {
  const { exhibit: { label, unit, rows, columns, values }, exhibit, method } = of;
  const names = namesOf(columns);
  const shown = (axis: MatrixAxis) => spacedIndices(axis.coordinates.length, MOST_CELLS);
  return html`<p>Rows: ${axisTitle(rows)}. Columns: ${axisTitle(columns)}. ${
    withUnit("Values", unit)
  } ${span(values.map(fromJsonNumber))}.</p>${matrixSvg(exhibit, description(of))}${
    withValues && valuesTable(
      `${label}, ${method}`,
      `${method}: ${withUnit(label, unit)}. Columns: ${axisTitle(columns)}.`,
      [axisTitle(rows), ...shown(columns).map((j) => names[j]!)],
      shown(rows).map((i) => [
        namesOf(rows)[i]!,
        ...shown(columns).map((j) => formatShort(fromJsonNumber(values[i * names.length + j]!))),
      ]),
      "matrix",
    )
  }`;
}
