/**
 * Curves of many seeds → one chart: the mean with its band for each model.
 *
 * @module
 */
import { fromJsonNumber } from "../../models/training/json_number.ts";
import type { Curve } from "../../benchmarks/record/record.ts";
import {
  curveOrder,
  curveWords,
  modelOrder,
  modelTitle,
  recordsInOrder,
  type ReportGroup,
  tablesOf,
} from "../catalogue.ts";
import type { PublishedFigure } from "../benchmarks/benchmark_report.ts";
import { capitalise, formatShort } from "../../benchmarks/statistics/numbers.ts";
import { mean } from "../../benchmarks/statistics/spread.ts";
import { whyNotComparable } from "../tables/comparison_table.ts";
import { commonLabel, differingLabels, withUnit } from "./labels.ts";
import { isDrawable, rangeOf } from "./plot.ts";
import { linearTicks, logarithmicTicks, steppedTicks } from "./ticks.ts";

/** One model's curve over its seeds; all lists are as long as `x`. */
export interface BandSeries {
  /** Registry name. */
  readonly model: string;
  /** Display name. */
  readonly label: string;
  /** Index of the model's colour. */
  readonly colour: number;
  /** Positions, increasing. */
  readonly x: readonly number[];
  /** Mean over seeds. */
  readonly mean: readonly number[];
  /** Lowest seed. */
  readonly low: readonly number[];
  /** Highest seed. */
  readonly high: readonly number[];
  /** Most seeds of a point. */
  readonly seeds: number;
}

/** One chart. */
export interface ChartData {
  /** Registry name of the curve. */
  readonly name: string;
  /** Heading of the figure. */
  readonly title: string;
  /** Title of the x axis. */
  readonly xLabel: string;
  /** What y is, with its unit. */
  readonly yLabel: string;
  /** What the models' labels say beyond that; "" where they agree. */
  readonly note: string;
  /** True for a logarithmic y axis. */
  readonly logarithmic: boolean;
  /** Ticks of the y axis. */
  readonly yTicks: readonly number[];
  /** Ends of the y axis. */
  readonly yRange: readonly [low: number, high: number];
  /** One for each model that has the curve. */
  readonly series: readonly BandSeries[];
  /** Horizontal lines, e.g. published numbers; `colour` is that of the model. */
  readonly lines: readonly {
    readonly label: string;
    readonly y: number;
    readonly colour: number;
  }[];
  /** Vertical marks. */
  readonly marks: readonly { readonly label: string; readonly x: number }[];
  /** True for a logarithmic x axis, whose ticks are `xTicks`. */
  readonly logarithmicX?: boolean;
  /** Ticks of the x axis; chosen by the drawing when absent. */
  readonly xTicks?: readonly number[];
  /** True for points without lines between them. */
  readonly dots?: boolean;
  /** Dashed curves, e.g. fitted laws; `colour` as that of a series. */
  readonly curves?: readonly ChartCurve[];
  /** Caption, where the series are not means over seeds. */
  readonly caption?: string;
  /** Caption of the table of values, where they are no means over seeds. */
  readonly valuesCaption?: string;
}

/** A dashed curve. */
export interface ChartCurve {
  /** Display name. */
  readonly label: string;
  /** Index of its colour. */
  readonly colour: number;
  /** Positions, increasing. */
  readonly x: readonly number[];
  /** Heights, as many. */
  readonly y: readonly number[];
}

/** Five significant digits: more than a pixel can show, and a page half the size. */
function shorten(value: number): number {
  return Number(value.toPrecision(5));
}

function bandOf(
  points: ReadonlyMap<number, readonly number[]>,
): Pick<BandSeries, "x" | "mean" | "low" | "high" | "seeds"> {
  const x = [...points.keys()].sort((a, b) => a - b);
  const values = x.map((at) => points.get(at)!);
  return {
    x,
    mean: values.map((at) => shorten(mean(at))),
    low: values.map((at) => shorten(rangeOf(at)![0])),
    high: values.map((at) => shorten(rangeOf(at)![1])),
    seeds: values.reduce((most, at) => Math.max(most, at.length), 0),
  };
}

/** Values that differ by more than this factor have a logarithmic axis, which tells the small ones apart as well. */
const WIDE = 3;

/** Where the middle of the values takes less than this share of an axis, the axis leaves out the rest. */
const NARROW = 0.25;

/** Ends of an axis, and whether it is logarithmic. It does not begin at zero, so that small differences are seen. */
export function valueAxis(values: readonly number[]): Pick<ChartData, "logarithmic" | "yRange"> {
  const sorted = values.toSorted((a, b) => a - b);
  const logarithmic = sorted[0]! > 0 && sorted.at(-1)! / sorted[0]! > WIDE;
  const [warp, back] = logarithmic ? [Math.log, Math.exp] : [Number, Number];
  const [low, from, to, high] = [0, 0.02, 0.98, 1]
    .map((part) => warp(sorted[Math.round(part * (sorted.length - 1))]!)) as [
      number,
      number,
      number,
      number,
    ];
  const isNarrow = to > from && to - from < NARROW * (high - low);
  const [start, end] = isNarrow ? [from, to] : [low, high];
  const margin = (isNarrow ? 0.3 : 0.05) * (end - start || Math.abs(end) || 1);
  const ends = [start - margin, end + margin].map((at) => shorten(back(at)));
  // Of values near the ends of what numbers reach.
  const [least, most] = [logarithmic ? Number.MIN_VALUE : -Number.MAX_VALUE, Number.MAX_VALUE];
  return { logarithmic, yRange: [Math.max(ends[0]!, least), Math.min(ends[1]!, most)] };
}

/** At most so many labels on an x axis whose step is given. */
const MOST_STEPS = 20;

/** The axes of a curve, as a key. */
const axesOf = ({ xLabel, xUnit, unit }: Curve) => JSON.stringify([xLabel, xUnit, unit]);

/** All axes that curves of a name have: only curves of the same units share a chart. */
function allAxes(group: ReportGroup, name: string): readonly string[] {
  const curves = recordsInOrder(group).flatMap(({ record }) => record.curves);
  return [...new Set(curves.filter((curve) => curve.name === name).map(axesOf))];
}

/**
 * The chart of one curve over all models and seeds of a group. At each x the band spans the seeds that have a value
 * to draw there, diverged seeds included up to where they diverged.
 *
 * @param axes which of the axes that curves of this name have; by default those of the first model
 */
export function chartData(
  group: ReportGroup,
  name: string,
  axes = allAxes(group, name)[0],
): ChartData {
  const models = modelOrder(group);
  const labels = new Map<string, string>();
  let xLabel = "";
  const colourOf = (model: string) => group.colours.get(model) ?? group.colours.size;
  const series = models.flatMap((model): BandSeries[] => {
    const points = new Map<number, number[]>();
    for (const { record } of group.records) {
      const curve = record.curves.find((candidate) => candidate.name === name);
      if (record.cell.model !== model || curve === undefined || axesOf(curve) !== axes) continue;
      xLabel = withUnit(curve.xLabel, curve.xUnit);
      labels.set(modelTitle(group.about, model), withUnit(curve.label, curve.unit));
      curve.x.forEach((x, i) => {
        const y = fromJsonNumber(curve.y[i]!);
        if (!isDrawable(y)) return;
        const at = points.get(x);
        if (at === undefined) points.set(x, [y]);
        else at.push(y);
      });
    }
    if (points.size === 0) return [];
    const label = modelTitle(group.about, model);
    return [{ model, label, colour: colourOf(model), ...bandOf(points) }];
  });
  const given = [...labels].map(([of, label]) => ({ name: of, label }));
  const label = given.length === 0 ? name : commonLabel(given);
  const compares = whyNotComparable(group) === undefined;
  const rows = tablesOf(group).filter(({ metric }) => compares && metric === name)
    .flatMap((table) => table.rows);
  const lines = series.flatMap(({ model, label, colour }) => {
    const row = rows.find((candidate) => candidate.model === model);
    return row?.value === undefined || row.protocol !== undefined
      ? []
      : [{ label: `${label}, published`, y: row.value.mean, colour }];
  });
  // A published figure is of the first model's quantity.
  const figures = compares && axes === allAxes(group, name)[0] ? publishedFigures(group, name) : [];
  const curves = figures.flatMap((figure) =>
    figure.curves.map(({ model, method, x, y }): ChartCurve => {
      const title = models.includes(model) ? modelTitle(group.about, model) : method;
      return { label: `${title}, published`, colour: colourOf(model), x, y };
    })
  );
  const values = [
    ...series.flatMap((one) => [...one.low, ...one.high]),
    ...lines.map((line) => line.y),
    ...curves.flatMap(({ y }) => y),
  ];
  const { title, xStep, mark } = curveWords(group, name, label);
  const xs = [...series, ...curves].flatMap(({ x }) => x);
  const [x0, x1] = rangeOf(xs) ?? [0, 0];
  const isBeyond = mark !== undefined && !(mark.x >= x0 && mark.x <= x1);
  const { logarithmic, yRange } = valueAxis(values);
  const outside = values.filter((value) => value < yRange[0] || value > yRange[1]);
  return {
    name,
    title,
    xLabel,
    yLabel: label,
    note: differingLabels(given) + figures.map(figureNote).join("") +
      (isBeyond ? `Not drawn, beyond the axis: ${mark.label} (at ${formatShort(mark.x)}). ` : "") +
      (outside.length > 0
        ? `The axis leaves out extremes; all values: ${
          (rangeOf(values) ?? []).map((end) => formatShort(end, 3)).join(" to ")
        }. `
        : ""),
    logarithmic,
    yRange,
    yTicks: logarithmic ? logarithmicTicks(...yRange) : linearTicks(...yRange),
    series,
    lines,
    ...(xStep === undefined ? {} : { xTicks: steppedTicks(x0, x1, xStep, MOST_STEPS) }),
    ...(curves.length === 0 ? {} : { curves }),
    marks: mark === undefined || isBeyond ? [] : [mark],
  };
}

/** Published figures of a curve's quantity by the benchmark's own protocol. */
function publishedFigures({ about }: ReportGroup, name: string): readonly PublishedFigure[] {
  return (about.report.figures ?? [])
    .filter(({ curve, protocol }) => curve === name && protocol === undefined);
}

/** A sentence for each published figure that no chart of a group shows. @param charts all of the group */
export function undrawnFigures(
  group: ReportGroup,
  charts: readonly ChartData[],
): readonly string[] {
  const reason = whyNotComparable(group);
  return (group.about.report.figures ?? []).flatMap(({ curve, protocol, location, source }) => {
    const why = protocol !== undefined
      ? `it is by another protocol: ${protocol}`
      : !charts.some(({ name }) => name === curve)
      ? `no record has the curve ${curve}`
      : reason === undefined
      ? undefined
      : "the results do not compare with it";
    return why === undefined ? [] : [`Not drawn: ${location} (${source.short}), as ${why}.`];
  });
}

/** Where dashed curves are from: "Dashed curves: figure 3 (Author et al. 2019). Read off the figure. " */
function figureNote({ location, source, note }: PublishedFigure): string {
  return `Dashed curves: ${location} (${source.short}). ${note} `;
}

/** Charts of a group in the page's order; where curves of a name have several axes, the title says which. */
export function groupCharts(group: ReportGroup): readonly ChartData[] {
  const names = group.records.flatMap(({ record }) => record.curves.map((curve) => curve.name));
  return curveOrder(group, names).flatMap((name) => {
    const charts = allAxes(group, name).map((axes) => chartData(group, name, axes))
      .filter(({ series }) => series.length > 0);
    return charts.length === 1
      ? charts
      : charts.map((one) => ({ ...one, title: `${capitalise(one.yLabel)} over ${one.xLabel}` }));
  });
}
