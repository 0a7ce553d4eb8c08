/**
 * Pictures of the plane: points with classes, and densities and vector fields on a grid.
 *
 * @module
 */
import type { PlaneField, PlanePoints } from "../../models/training/exhibit.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import { mean } from "../../benchmarks/statistics/spread.ts";
import { counted, formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, legend, type Markup, valuesTable } from "../markup.ts";
import { withUnit } from "../pages/labels.ts";
import { dots, plotSvg, type Range, type Scale } from "../pages/plot.ts";
import { encodePng, HEAT, pngDataUri } from "../pages/png.ts";
import { axisRange, axisTitle, boxOf, finiteRange, type Shown, span } from "./drawing.ts";

const BOX = boxOf(350);
/** At most so many arrows along an axis: more would touch. */
const MOST_ARROWS = 20;
/** At most so many rows and columns in the table of a field. */
const MOST_CELLS = 9;
/** Beside a field: black to pale as in its picture. */
const SCALE = pngDataUri(encodePng(Uint8Array.from({ length: 256 }, (_, i) => i), 256, 1, HEAT));

/** The scatter plot of one model, and where each class lies. */
export function pointsFigure(
  { exhibit, method }: Shown<PlanePoints>,
  withValues: boolean,
): Markup {
  const { x, y, classes, points } = exhibit;
  const members = classes.map((label, colour) => {
    const own = points.filter(([, , index]) => index === colour);
    return { label, colour, xs: own.map(([x]) => x), ys: own.map(([, y]) => y) };
  });
  const counts = members.map(({ label, xs }) => `${label} ${xs.length}`).join(", ");
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const svg = plotSvg({
    description: `${points.length} points, ${method}: ${x.label} ${span(xs)}, ${y.label} ` +
      `${span(ys)}; ${counts}.`,
    xTitle: axisTitle(x),
    box: BOX,
    x: { range: axisRange(xs) },
    y: { range: axisRange(ys) },
    draw: (toX, toY) =>
      html`${
        members.map(({ colour, xs, ys }) =>
          dots(xs.map((x, i) => [toX(x), toY(ys[i]!)]), colour, 2)
        )
      }`,
  });
  const centre = (values: readonly number[]) =>
    values.length === 0 ? "–" : formatShort(mean(values), 3);
  return html`<p>Vertical axis: ${axisTitle(y)}. ${
    counted(points.length, "point")
  }: ${counts}.</p>${
    classes.length > 1 &&
    legend(members.map(({ label, colour }) => ({ label, colour, kind: "dots" })))
  }${svg}${
    withValues && valuesTable(
      `${exhibit.label}, ${method}`,
      `${method}: points and their mean by class.`,
      ["Class", "Points", `Mean ${axisTitle(x)}`, `Mean ${axisTitle(y)}`],
      members.map(({ label, xs, ys }) => [label, String(xs.length), centre(xs), centre(ys)]),
      "matrix",
    )
  }`;
}

/** A density as a picture, the greatest y on top. */
function densityImage({ columns, rows }: PlaneField, density: readonly number[]): string {
  const [low, high] = finiteRange(density) ?? [0, 0];
  const bytes = new Uint8ClampedArray(rows * columns);
  density.forEach((value, i) => {
    const row = rows - 1 - Math.floor(i / columns);
    // Halves: the distance of two large numbers may be beyond the range of numbers.
    const share = (value / 2 - low / 2) / (high / 2 - low / 2 || 1);
    bytes[row * columns + i % columns] = Number.isFinite(value) ? 255 * share : 0;
  });
  return pngDataUri(encodePng(new Uint8Array(bytes.buffer), columns, rows, HEAT));
}

/** Position of a row or column of the grid. */
function gridAt([low, high]: Range, count: number, i: number): number {
  return count === 1 ? (low + high) / 2 : low + (high - low) * i / (count - 1);
}

/** At most `most` indices below `count`, evenly spaced. */
function someOf(count: number, most: number): number[] {
  const step = Math.ceil(count / most);
  const first = Math.floor((count - 1) % step / 2);
  return Array.from({ length: Math.ceil((count - first) / step) }, (_, i) => first + i * step);
}

/** A range with half of one of `count` steps more at each end: what is drawn at a grid point lies around it. */
function widened([low, high]: Range, count: number): Range {
  const half = (high - low) / (2 * Math.max(1, count - 1));
  return [low - half, high + half];
}

function arrows(field: PlaneField, vectors: readonly number[], toX: Scale, toY: Scale): Markup {
  const { columns, rows, xRange, yRange } = field;
  const [some, others] = [someOf(columns, MOST_ARROWS), someOf(rows, MOST_ARROWS)];
  const lengths = vectors.filter((_, i) => i % 2 === 0)
    .map((u, i) => Math.hypot(u, vectors[2 * i + 1]!));
  const [, most] = finiteRange(lengths) ?? [0, 1];
  // The longest arrow is as long as two neighbours are apart.
  const apart = Math.min(
    Math.abs(toX(xRange[1]) - toX(xRange[0])) / some.length,
    Math.abs(toY(yRange[1]) - toY(yRange[0])) / others.length,
  );
  const d = others.flatMap((row) =>
    some.map((column) => {
      const at = row * columns + column;
      const [u, v] = [vectors[2 * at]!, -vectors[2 * at + 1]!].map((value) =>
        value / (most || 1) * apart
      ) as [number, number];
      if (!Number.isFinite(u + v)) return "";
      const x = toX(gridAt(xRange, columns, column)) - u / 2;
      const y = toY(gridAt(yRange, rows, row)) - v / 2;
      const step = (dx: number, dy: number) => `${dx.toFixed(1)} ${dy.toFixed(1)}`;
      // The head is two strokes back from the tip.
      return `M${step(x, y)}l${step(u, v)}m${step(-0.3 * u - 0.2 * v, 0.2 * u - 0.3 * v)}l${
        step(0.3 * u + 0.2 * v, -0.2 * u + 0.3 * v)
      }l${step(-0.3 * u + 0.2 * v, -0.2 * u - 0.3 * v)}`;
    })
  ).join("");
  return html`
    <path stroke="#595f69" stroke-width="1" class="${field.density === undefined
      ? "arrows"
      : "arrows over"}" d="${d}" />
  `;
}

function fieldTable(
  { exhibit, method }: Shown<PlaneField>,
  density: readonly number[] | undefined,
  vectors: readonly number[] | undefined,
): Markup {
  const { x, y, columns, rows, xRange, yRange, unit, label } = exhibit;
  const some = someOf(columns, MOST_CELLS);
  const text = (at: number) =>
    density === undefined
      ? `${formatShort(vectors![2 * at]!, 3)}; ${formatShort(vectors![2 * at + 1]!, 3)}`
      : formatShort(density[at]!, 3);
  const what = density === undefined ? "components along both axes" : "values";
  return valuesTable(
    `${label}, ${method}`,
    `${method}: ${withUnit(label, unit)}, ${what} at some points of the grid. Columns: ${
      axisTitle(x)
    }.`,
    [axisTitle(y), ...some.map((i) => formatShort(gridAt(xRange, columns, i), 3))],
    someOf(rows, MOST_CELLS).toReversed().map((row) => [
      formatShort(gridAt(yRange, rows, row), 3),
      ...some.map((column) => text(row * columns + column)),
    ]),
    "matrix",
  );
}

/** The density and the vector field of one model, and some of their values. */
export function fieldFigure(shown: Shown<PlaneField>, withValues: boolean): Markup {
  const { exhibit, method } = shown;
  const { x, y, xRange, yRange, columns, rows, unit } = exhibit;
  const density = exhibit.density?.map(fromJsonNumber);
  const vectors = exhibit.vectors?.map(fromJsonNumber);
  const range = finiteRange(density ?? []);
  const peak = range === undefined ? -1 : density!.indexOf(range[1]);
  const where = peak < 0
    ? ""
    : `, greatest at ${x.label} ${
      formatShort(gridAt(xRange, columns, peak % columns), 3)
    }, ${y.label} ${formatShort(gridAt(yRange, rows, Math.floor(peak / columns)), 3)}`;
  const gaps = density?.filter((value) => !Number.isFinite(value)).length ?? 0;
  const facts = [
    ...(density === undefined ? [] : [span(density) + where]),
    ...(gaps === 0 ? [] : [`${gaps} not finite, drawn black`]),
    ...(vectors === undefined ? [] : [`arrows with components ${span(vectors)}`]),
  ].join("; ");
  const [wideX, wideY] = [widened(xRange, columns), widened(yRange, rows)];
  const svg = plotSvg({
    description: `${exhibit.label}, ${method}, over ${axisTitle(x)} and ${axisTitle(y)}: ${facts}.`,
    xTitle: axisTitle(x),
    // Arrows need more room than the cells of a density.
    box: BOX,
    x: { range: vectors === undefined ? wideX : widened(wideX, Math.min(columns, MOST_ARROWS)) },
    y: { range: vectors === undefined ? wideY : widened(wideY, Math.min(rows, MOST_ARROWS)) },
    draw: (toX, toY) => {
      const [left, top] = [toX(wideX[0]), toY(wideY[1])];
      return html`${
        density !== undefined && html`
          <image href="${densityImage(
            exhibit,
            density,
          )}" x="${left}" y="${top}" width="${toX(wideX[1]) - left}"
            height="${toY(wideY[0]) - top}" preserveAspectRatio="none" />
        `
      }${vectors !== undefined && arrows(exhibit, vectors, toX, toY)}`;
    },
  });
  return html`<p>Vertical axis: ${axisTitle(y)}. ${withUnit("Values", unit)}: ${facts}.</p>${svg}${
    range !== undefined &&
    html`<p class="scale">${
      formatShort(range[0], 3)
    } <img src="${SCALE}" alt="to" width="96" height="10">
${formatShort(range[1], 3)}</p>`
  }${withValues && fieldTable(shown, density, vectors)}`;
}
