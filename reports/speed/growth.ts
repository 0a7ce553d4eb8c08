/**
 * What grows: the time of a step along its sizes, and memory over many steps (which should not).
 *
 * @module
 */
import {
  medianStep,
  operationsExponent,
  predict,
  stepQuartiles,
} from "../../benchmarks/speed/analysis.ts";
import type {
  AxisMeasurement,
  CostFit,
  CostMeasurement,
  MemoryMeasurement,
} from "../../benchmarks/speed/results.ts";
import { QUANTITY_LABELS } from "../../benchmarks/speed/sizes.ts";
import {
  formatConstant,
  formatExponent,
  formatFixedSizes,
  formatRange,
  formatSeconds,
  NONE,
  trendSentence,
} from "../../benchmarks/speed/tables.ts";
import {
  capitalise,
  counted,
  formatCount,
  formatDuration,
  formatShort,
} from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup } from "../markup.ts";
import type { ChartData } from "../pages/chart_data.ts";
import { chartFigure } from "../pages/chart_figure.ts";
import { speedTable } from "./parts.ts";
import { linearTicks, logarithmicTicks } from "../pages/ticks.ts";

/** Points of a drawn law. */
const CURVE_POINTS = 33;

const shorten = (value: number) => Number(value.toPrecision(5));
const axisTitle = ({ title, quantity }: AxisMeasurement) =>
  `${capitalise(title)}: ${QUANTITY_LABELS[quantity]}`;

/** "exponent 1.05 ± 0.02 above a constant 31.4 ms ± 2 %" */
function lawText({ reported, powerLaw, withConstant }: CostFit): string {
  return reported === "withConstant"
    ? `exponent ${formatExponent(withConstant!)} above a constant ${formatConstant(withConstant!)}`
    : `exponent ${formatExponent(powerLaw)}`;
}

/** The log-log chart of one axis, in milliseconds. */
export function costChart(axis: AxisMeasurement): ChartData {
  const { id, quantity, fixed, points, fit } = axis;
  const milliseconds = (seconds: number) => shorten(1000 * seconds);
  const x = points.map(({ value }) => value);
  const [low, high] = [x[0]!, x.at(-1)!];
  const along = Array.from(
    { length: CURVE_POINTS },
    (_, i) => Number((low * (high / low) ** (i / (CURVE_POINTS - 1))).toPrecision(6)),
  );
  const series = {
    ...{ model: id, label: "measured, median", colour: 0, x },
    mean: points.map((point) => milliseconds(medianStep(point))),
    low: points.map((point) => milliseconds(stepQuartiles(point)[0])),
    high: points.map((point) => milliseconds(stepQuartiles(point)[1])),
    seeds: 1,
  };
  const curve = {
    ...{ label: `law, ${lawText(fit)}`, colour: 1, x: along },
    y: along.map((size) => milliseconds(predict(fit[fit.reported]!, size))),
  };
  const values = [...series.mean, ...curve.y];
  const yRange = [shorten(Math.min(...values) / 1.3), shorten(Math.max(...values) * 1.3)] as const;
  const sizes = formatFixedSizes(fixed).replaceAll(" = ", "\u00a0=\u00a0");
  return {
    name: id,
    title: axisTitle(axis),
    xLabel: QUANTITY_LABELS[quantity],
    yLabel: "milliseconds of a step",
    note: "",
    caption: `Milliseconds of a step; both axes are logarithmic. ${sizes}.`,
    valuesCaption: "Milliseconds of a step: median (quartiles) of warm steps.",
    ...{ logarithmic: true, logarithmicX: true, dots: true, xTicks: x, yRange },
    yTicks: logarithmicTicks(...yRange),
    ...{ series: [series], curves: [curve], lines: [], marks: [] },
  };
}

function fitRow(axis: AxisMeasurement): string[] {
  const { powerLaw, withConstant, lastExponent, reported } = axis.fit;
  const star = (law: CostFit["reported"]) => law === reported ? " *" : "";
  return [
    axisTitle(axis),
    `${formatExponent(powerLaw)}${star("powerLaw")}`,
    withConstant === undefined ? NONE : `${formatExponent(withConstant)}${star("withConstant")}`,
    withConstant === undefined ? NONE : formatConstant(withConstant),
    lastExponent.toFixed(2),
    operationsExponent(axis.points).toFixed(2),
  ];
}

function compileRow(axis: AxisMeasurement): string[] {
  const { points } = axis;
  const at = (i: number) => {
    const { value, compileSeconds } = points.at(i)!;
    return `${formatSeconds(compileSeconds)} (${formatCount(value)})`;
  };
  const longest = Math.max(...points.map(({ compileSeconds }) => compileSeconds));
  const nodes = formatRange(points.map(({ nodeCount }) => nodeCount), formatCount);
  return [axisTitle(axis), at(0), at(-1), formatSeconds(longest), nodes];
}

/** Charts and tables of all axes. */
export function costSection({ axes, library, threads }: CostMeasurement): Markup {
  return html`<section id="cost" class="group"><h2>How the cost grows</h2>
<p>One compiled step (${library}, ${counted(threads, "thread")}), one size
 varied and the others kept. A step is a fixed cost for every operation and one that grows; where the
 fixed one is not small it hides the growth, and the slope of a straight line through the logarithms
 says little. So two laws are fitted, <em>b·size<sup>p</sup></em> and <em>a + b·size<sup>p</sup></em>.</p>
<div class="charts">${axes.map((axis) => chartFigure(costChart(axis), "h3"))}</div>
${
    speedTable(
      "Exponents p ± standard error. * Reported: the law with a constant where that is more than two " +
        "standard errors and 1 % of the fastest point above 0, else the plain one.",
      [
        ...["Along", "p without constant", "p with constant", "Constant a"],
        ...["Between the two largest", "The arithmetic's, there"],
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

/** The chart of resident memory with its trend, in MiB from 0. */
export function memoryChart({ series, trend, steps, title }: MemoryMeasurement): ChartData {
  const mebibytes = (bytes: number) => shorten(bytes / 2 ** 20);
  const y = series.map(({ residentBytes }) => mebibytes(residentBytes));
  const counted = series.filter(({ step }) => step >= trend.fromStep);
  const middle = counted.reduce((sum, { step }) => sum + step, 0) / counted.length;
  const ends = [trend.fromStep, steps];
  // From 0: on a cut axis any flicker would look like growth.
  const yRange = [0, shorten(1.08 * Math.max(...y))] as const;
  return {
    name: "memory",
    title: `Resident memory, ${title}`,
    ...{ xLabel: "training steps", yLabel: "MiB", note: "" },
    caption: "Resident set of the process in MiB; the axis begins at 0.",
    valuesCaption: "Resident set of the process in MiB.",
    ...{ logarithmic: false, yRange, yTicks: linearTicks(...yRange) },
    series: [{
      ...{ model: "memory", label: "resident set", colour: 0 },
      ...{ x: series.map(({ step }) => step), mean: y, low: y, high: y, seeds: 1 },
    }],
    curves: [{
      label: `trend, ${formatShort(trend.bytesPerStep, 3)} bytes a step`,
      ...{ colour: 1, x: ends },
      y: ends.map((step) => mebibytes(trend.residentBytes + trend.bytesPerStep * (step - middle))),
    }],
    ...{ lines: [], marks: [] },
  };
}

/** The section on memory with its verdict. */
export function memorySection(memory: MemoryMeasurement): Markup {
  const { title, sequences, frames, steps, seconds, firstLoss, lastLoss, trend } = memory;
  return html`
    <section id="memory" class="group">
      <h2>Memory of a long run</h2>
      <p>${formatCount(
        steps,
      )} training steps of ${title} in one process, batch ${sequences} × ${frames}
    frames, ${formatDuration(seconds)}; the loss went from ${formatShort(firstLoss)} to
    ${formatShort(lastLoss)}.</p>
      <p data-verdict="${trend.verdict}"><strong>${capitalise(trendSentence(memory))}.</strong></p>
      <div class="charts">${chartFigure(memoryChart(memory), "h3")}</div>
    </section>
  `;
}
