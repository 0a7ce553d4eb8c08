/**
 * Memory over many training steps: the series with its trend.
 *
 * @module
 */
import {
  type MemoryMeasurement,
  trendSentence,
} from "../../benchmarks/speed/memory_measurement.ts";
import { html, type Markup } from "../markup.ts";
import {
  capitalise,
  formatCount,
  formatDuration,
  formatShort,
} from "../../benchmarks/statistics/numbers.ts";
import type { ChartData } from "./chart_data.ts";
import { chartFigure } from "./chart_figure.ts";
import { linearTicks } from "./ticks.ts";

/** The chart of the series, in MiB from 0. */
export function memoryChart({ series, trend, steps, title }: MemoryMeasurement): ChartData {
  const mebibytes = (bytes: number) => Number((bytes / 2 ** 20).toPrecision(5));
  const y = series.map(({ residentBytes }) => mebibytes(residentBytes));
  const counted = series.filter(({ step }) => step >= trend.fromStep);
  const middle = counted.reduce((sum, { step }) => sum + step, 0) / counted.length;
  const ends = [trend.fromStep, steps];
  // From 0: on a cut axis any flicker would look like growth.
  const range = [0, Number((1.08 * Math.max(...y)).toPrecision(5))] as const;
  return {
    name: "memory",
    title: `Resident memory, ${title}`,
    xLabel: "training steps",
    yLabel: "MiB",
    note: "",
    caption: "Resident set of the process in MiB; the axis begins at 0.",
    valuesCaption: "Resident set of the process in MiB.",
    logarithmic: false,
    yRange: range,
    yTicks: linearTicks(...range),
    series: [{
      ...{ model: "memory", label: "resident set", colour: 0 },
      ...{ x: series.map(({ step }) => step), mean: y, low: y, high: y, seeds: 1 },
    }],
    curves: [{
      label: `trend, ${formatShort(trend.bytesPerStep, 3)} bytes a step`,
      colour: 1,
      x: ends,
      y: ends.map((step) => mebibytes(trend.residentBytes + trend.bytesPerStep * (step - middle))),
    }],
    lines: [],
    marks: [],
  };
}

/** The section with its verdict. */
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
