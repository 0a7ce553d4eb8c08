/**
 * How a step's time grows with its sizes: a chart for each axis, exponents and compile times as tables.
 *
 * @module
 */
import { QUANTITY_LABELS } from "../../benchmarks/speed/cost_axes.ts";
import { type CostFit, predict } from "../../benchmarks/speed/cost_fit.ts";
import {
  type AxisMeasurement,
  type CostMeasurement,
  medianSeconds,
  operationsExponent,
} from "../../benchmarks/speed/cost_measurement.ts";
import {
  formatConstant,
  formatExponent,
  formatFixedSizes,
} from "../../benchmarks/speed/cost_table.ts";
import { quantile } from "../../benchmarks/speed/measurement.ts";
import { formatSeconds } from "../../benchmarks/speed/measurement_table.ts";
import { html, type Markup } from "../markup.ts";
import { capitalise, formatCount } from "../../benchmarks/statistics/numbers.ts";
import type { ChartData } from "./chart_data.ts";
import { chartFigure } from "./chart_figure.ts";
import { NONE, speedTable } from "./speed_parts.ts";
import { logarithmicTicks } from "./ticks.ts";

/** Points of a drawn law. */
const CURVE_POINTS = 33;

function reportedLaw(fit: CostFit) {
  return fit.reported === "withConstant" ? fit.withConstant! : fit.powerLaw;
}

/** "exponent 1.05 ± 0.02 above a constant 31.4 ms ± 2 %" */
function lawText({ reported, powerLaw, withConstant }: CostFit): string {
  return reported === "withConstant"
    ? `exponent ${formatExponent(withConstant!)} above a constant ${formatConstant(withConstant!)}`
    : `exponent ${formatExponent(powerLaw)}`;
}

/** The log-log chart of one axis, in milliseconds. */
export function costChart({ id, title, quantity, fixed, points, fit }: AxisMeasurement): ChartData {
  const milliseconds = (seconds: number) => Number((1000 * seconds).toPrecision(5));
  const law = reportedLaw(fit);
  const x = points.map(({ value }) => value);
  const [low, high] = [x[0]!, x.at(-1)!];
  const along = Array.from(
    { length: CURVE_POINTS },
    (_, i) => Number((low * (high / low) ** (i / (CURVE_POINTS - 1))).toPrecision(6)),
  );
  const series = {
    ...{ model: id, label: "measured, median", colour: 0, x },
    mean: points.map((point) => milliseconds(medianSeconds(point))),
    low: points.map(({ stepSeconds }) => milliseconds(quantile(stepSeconds, 0.25))),
    high: points.map(({ stepSeconds }) => milliseconds(quantile(stepSeconds, 0.75))),
    seeds: 1,
  };
  const curve = {
    ...{ label: `law, ${lawText(fit)}`, colour: 1, x: along },
    y: along.map((size) => milliseconds(predict(law, size))),
  };
  const values = [...series.mean, ...curve.y];
  const range = [
    Number((Math.min(...values) / 1.3).toPrecision(5)),
    Number((Math.max(...values) * 1.3).toPrecision(5)),
  ] as const;
  const label = QUANTITY_LABELS[quantity];
  return {
    name: id,
    title: `${capitalise(title)}: ${label}`,
    xLabel: label,
    yLabel: "milliseconds of a step",
    note: "",
    caption: `Milliseconds of a step; both axes are logarithmic. ${
      formatFixedSizes(fixed).replaceAll(" = ", "\u00a0=\u00a0")
    }.`,
    valuesCaption: "Milliseconds of a step: median (quartiles) of warm steps.",
    logarithmic: true,
    logarithmicX: true,
    dots: true,
    xTicks: x,
    yRange: range,
    yTicks: logarithmicTicks(...range),
    series: [series],
    curves: [curve],
    lines: [],
    marks: [],
  };
}

function fitRow({ title, quantity, points, fit }: AxisMeasurement): string[] {
  const { powerLaw, withConstant, lastExponent, reported } = fit;
  const star = (law: CostFit["reported"]) => law === reported ? " *" : "";
  return [
    `${capitalise(title)}: ${QUANTITY_LABELS[quantity]}`,
    `${formatExponent(powerLaw)}${star("powerLaw")}`,
    withConstant === undefined ? NONE : `${formatExponent(withConstant)}${star("withConstant")}`,
    withConstant === undefined ? NONE : formatConstant(withConstant),
    lastExponent.toFixed(2),
    operationsExponent(points).toFixed(2),
  ];
}

/** "844", or "843 to 844" where the graph is not the same everywhere. */
function nodeText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? formatCount(most) : `${formatCount(least)} to ${formatCount(most)}`;
}

function compileRow({ title, quantity, points }: AxisMeasurement): string[] {
  const at = (i: number) => {
    const { value, compileSeconds } = points.at(i)!;
    return `${formatSeconds(compileSeconds)} (${formatCount(value)})`;
  };
  const longest = Math.max(...points.map(({ compileSeconds }) => compileSeconds));
  return [
    `${capitalise(title)}: ${QUANTITY_LABELS[quantity]}`,
    at(0),
    at(-1),
    formatSeconds(longest),
    nodeText(points.map(({ nodeCount }) => nodeCount)),
  ];
}

/** Charts and tables of all axes. */
export function costSection({ axes, library, threads }: CostMeasurement): Markup {
  return html`<section id="cost" class="group"><h2>How the cost grows</h2>
<p>One compiled step (${library}, ${threads} ${threads === 1 ? "thread" : "threads"}), one size
 varied and the others kept. A step is a fixed cost for every operation and one that grows; where the
 fixed one is not small it hides the growth, and the slope of a straight line through the logarithms
 says little. So two laws are fitted, <em>b·size<sup>p</sup></em> and <em>a + b·size<sup>p</sup></em>.</p>
<div class="charts">${axes.map((axis) => chartFigure(costChart(axis), "h3"))}</div>
${
    speedTable(
      "Exponents p ± standard error. * Reported: the law with a constant where that is more than two " +
        "standard errors and 1 % of the fastest point above 0, else the plain one.",
      [
        "Along",
        "p without constant",
        "p with constant",
        "Constant a",
        "Between the two largest",
        "The arithmetic's, there",
      ],
      axes.map(fitRow),
    )
  }
<h3>Compilation</h3>
<p class="explain">Loops over time are ONNX Scan, so the graph does not grow with the
 frames.</p>
${
    speedTable(
      "Seconds from the model's functions to a session that runs",
      ["Along", "Smallest", "Largest", "Longest", "Nodes"],
      axes.map(compileRow),
    )
  }</section>`;
}
