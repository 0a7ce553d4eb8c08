/**
 * Lines with bands and points over a common axis, a small panel for each quantity.
 *
 * @module
 */
import type { Traces } from "../../models/training/exhibit.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import { capitalise, formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, legend, type Markup, valuesTable } from "../markup.ts";
import {
  type Axis,
  band as bandOf,
  bandPath,
  dots,
  isDrawable,
  line,
  linePath,
  markLine,
  neededPlaces,
  plotSvg,
  type Range,
  type Scale,
  spacedIndices,
  thinnedIndices,
  valueRows,
} from "../pages/plot.ts";
import { steppedTicks } from "../pages/ticks.ts";
import { axisRange, axisTitle, boxOf, finiteRange, type Shown, span } from "./drawing.ts";

type Panel = Traces["panels"][number];
type Series = Panel["series"][number];

const BOX = boxOf(150);
/** At most so many labels on the x axis: more would touch. */
const MOST_TICKS = 11;
/** A point every three units of the width: more make a page large, and look the same. */
const MOST_POINTS = 120;

/** Whether a position lies on an axis. */
function isWithin({ range: [low, high] }: Axis, at: number): boolean {
  return low <= at && at <= high;
}

/** Every number that a panel draws along its y axis. */
function panelValues({ series }: Panel): number[] {
  return series.flatMap(({ y, band }) => [...y, ...(band?.lower ?? []), ...(band?.upper ?? [])])
    .map(fromJsonNumber).filter(isDrawable);
}

/** Ends and labels of the x axis. */
function xAxis({ panels, xStep }: Traces): Axis {
  const range = finiteRange(panels.flatMap(({ series }) => series.flatMap(({ x }) => x))) ?? [0, 1];
  // Steps that are too small to be counted are ignored.
  if (xStep === undefined || !range.every((end) => Number.isFinite(end / xStep))) return { range };
  const low = Math.min(0, Math.floor(range[0] / xStep) * xStep);
  const high = Math.max(low + xStep, Math.ceil(range[1] / xStep) * xStep);
  return { range: [low, high], ticks: steppedTicks(low, high, xStep, MOST_TICKS) };
}

/** Runs of neighbouring indices at which all of `values` are drawn, thinned. */
function drawnRuns(length: number, ...values: readonly (readonly number[])[]): number[][] {
  const runs: number[][] = [[]];
  for (const i of thinnedIndices(length, MOST_POINTS)) {
    if (values.every((list) => isDrawable(list[i]!))) runs.at(-1)!.push(i);
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

function drawSeries({ x, y, band, colour, style }: Series, toX: Scale, toY: Scale): Markup {
  const values = y.map(fromJsonNumber);
  const at = (list: readonly number[], run: readonly number[]) =>
    run.map((i) => [toX(x[i]!), toY(list[i]!)] as const);
  const lower = band?.lower.map(fromJsonNumber) ?? [];
  const upper = band?.upper.map(fromJsonNumber) ?? [];
  return html`${
    band !== undefined && drawnRuns(x.length, lower, upper).map((run) =>
      bandOf(bandPath(at(upper, run), at(lower, run)), colour)
    )
  }${
    drawnRuns(x.length, values).map((run) =>
      // A line of one point would not be seen.
      style === "points" || run.length === 1
        ? dots(at(values, run), colour, 3)
        : line(linePath(neededPlaces(at(values, run))), colour)
    )
  }`;
}

function panelSvg(
  { exhibit, method }: Shown<Traces>,
  { y, series }: Panel,
  x: Axis,
  yRange: Range,
): Markup {
  const spans = series.map(({ label, y }) => `${label} ${span(y.map(fromJsonNumber))}`);
  return plotSvg({
    description: `${capitalise(axisTitle(y))} over ${axisTitle(exhibit.x)}, ${method}: ${
      spans.join(", ")
    }.`,
    box: BOX,
    xTitle: axisTitle(exhibit.x),
    x,
    y: { range: yRange },
    draw: (toX, toY) =>
      html`${
        (exhibit.marks ?? []).filter((mark) => isWithin(x, mark.x))
          .map((mark) => markLine(toX(mark.x), BOX))
      }${series.map((one) => drawSeries(one, toX, toY))}`,
  });
}

function table({ exhibit, method }: Shown<Traces>): Markup {
  const { panels, x } = exhibit;
  const all = [...new Set(panels.flatMap(({ series }) => series.flatMap((one) => one.x)))]
    .toSorted((a, b) => a - b);
  const columns = panels.flatMap(({ y, series }) => series.map((one) => ({ y, one })));
  return valuesTable(
    `${exhibit.label}, ${method}`,
    `${method}: ${exhibit.label}.`,
    [
      axisTitle(x),
      ...columns.map(({ y, one }) => html`${capitalise(one.label)}<small>${axisTitle(y)}</small>`),
    ],
    spacedIndices(all.length, valueRows(columns.length)).map((row) => all[row]!).map((at) => [
      formatShort(at),
      ...columns.map(({ one }) => {
        const i = one.x.indexOf(at);
        return i < 0 ? "–" : formatShort(fromJsonNumber(one.y[i]!));
      }),
    ]),
    "matrix",
  );
}

/** Series of all panels once, and what bands and marks are. */
function key({ panels, marks = [], x }: Traces, axis: Axis): Markup {
  const series = panels.flatMap((panel) => panel.series);
  const once = series.filter(({ label }, i) => series.findIndex((s) => s.label === label) === i);
  const bands = [...new Set(series.flatMap(({ band }) => band === undefined ? [] : [band.label]))];
  const notes = [
    ...(bands.length === 0 ? [] : [`Bands: ${bands.join("; ")}.`]),
    ...marks.map((mark) =>
      `${isWithin(axis, mark.x) ? "Dashed" : "Not drawn, beyond the axis"}: ${mark.label} (${
        `${x.label} ${formatShort(mark.x)} ${x.unit}`.trimEnd()
      }).`
    ),
  ];
  return html`${notes.length > 0 && html`<p>${notes.join(" ")}</p>`}${
    legend(
      once.map((
        { label, colour, style },
      ) => ({
        label,
        colour,
        ...(style === "points" ? { kind: "dots" } : {}),
      } as const)),
    )
  }`;
}

/** The panels of one model, their legend and their values. */
export function tracesFigure(shown: Shown<Traces>, withValues: boolean): Markup {
  const { panels, sharedY = false } = shown.exhibit;
  const shared = axisRange(panels.flatMap(panelValues));
  const x = xAxis(shown.exhibit);
  return html`${key(shown.exhibit, x)}${
    panels.map((panel) => {
      const values = panelValues(panel);
      return html`<p class="panel-title">${capitalise(axisTitle(panel.y))}: ${span(values)}</p>${
        panelSvg(shown, panel, x, sharedY ? shared : axisRange(values))
      }`;
    })
  }${withValues && table(shown)}`;
}
