/**
 * Training steps of all contestants: a table and bars for each size, and the machine's matrix products.
 *
 * @module
 */
import {
  type ContestantMeasurement,
  type Measurement,
  medianStep,
  type PeakContestant,
  type PeakMeasurement,
  productRate,
  productTime,
  quantile,
  shareOfPeak,
  type SizeMeasurement,
  stepRate,
  timesBaseline,
  type WhichProduct,
} from "../../benchmarks/speed/measurement.ts";
import { formatBillions, formatSeconds } from "../../benchmarks/speed/measurement_table.ts";
import { formatBytes } from "../../benchmarks/speed/memory_measurement.ts";
import { html, type Markup } from "../markup.ts";
import { capitalise, formatCount } from "../../benchmarks/statistics/numbers.ts";
import { barFigure } from "./speed_bars.ts";
import { formatShare, NONE, type SpeedCell, speedTable } from "./speed_parts.ts";

const HEADS = [
  "Training step",
  "Median",
  "Times the first",
  "GFLOP/s",
  "Share of peak",
  "Compilation",
  "Peak memory",
];

function row(
  contestant: ContestantMeasurement,
  size: SizeMeasurement,
  peak: PeakMeasurement,
): SpeedCell[] {
  const { label, library, stepSeconds, compileSeconds, nodeCount, peakMemoryBytes } = contestant;
  const quartiles = [0.25, 0.75].map((p) => formatSeconds(quantile(stepSeconds, p))).join(" to ");
  const fastest = shareOfPeak(contestant, size, peak, "fastest");
  const median = shareOfPeak(contestant, size, peak, "median");
  return [
    { text: label, small: library },
    { text: formatSeconds(medianStep(contestant)), small: quartiles },
    timesBaseline(contestant, size).toFixed(2),
    formatBillions(stepRate(contestant, size)),
    fastest === undefined
      ? NONE
      : { text: formatShare(fastest), small: `${formatShare(median!)} of the median` },
    compileSeconds === undefined
      ? NONE
      : { text: formatSeconds(compileSeconds), small: `${formatCount(nodeCount ?? 0)} nodes` },
    peakMemoryBytes === undefined ? NONE : formatBytes(peakMemoryBytes),
  ];
}

/** Anchor of a size's section. */
export function sizeAnchor({ size }: SizeMeasurement): string {
  return `step-${size}`;
}

function sizeSection(size: SizeMeasurement, peak: PeakMeasurement): Markup {
  const { title, sequences, frames, grid, parameters, arithmetic, contestants, leftOut } = size;
  const counts = contestants.map(({ stepSeconds }) => stepSeconds.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const { total, forward, backward } = arithmetic;
  return html`<section id="${sizeAnchor(size)}" class="group">
<h2>${capitalise(title)}</h2>
<p class="facts">Batch ${sequences} × ${frames} frames on a grid of ${grid} points ·
 ${formatCount(parameters)} parameters · ${formatBillions(total)} GFLOP a step, products only
 (${formatBillions(forward)} forward, ${formatBillions(backward)} backward)</p>
${
    speedTable(
      `${capitalise(title)}: ${fewest === most ? most : `${fewest} to ${most}`} warm steps of ` +
        "each contestant, taking turns. Under the median: quartiles.",
      HEADS,
      contestants.map((contestant) => row(contestant, size, peak)),
    )
  }${
    leftOut.length > 0 &&
    html`
      <p class="explain">Left out: ${leftOut.map(({ label, reason }, i) =>
        `${i > 0 ? "; " : ""}${label} (${reason})`
      )}.</p>
    `
  }
${barFigure(size)}
</section>`;
}

function peakSection(peak: PeakMeasurement): Markup | undefined {
  if (peak.contestants.length === 0) return undefined;
  const counts = peak.contestants.map(({ productSeconds }) => productSeconds.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const cell = (contestant: PeakContestant, which: WhichProduct): SpeedCell => ({
    text: formatSeconds(productTime(contestant, which)),
    small: `${formatBillions(productRate(contestant, peak, which))} GFLOP/s`,
  });
  return html`<section id="peak" class="group"><h2>Matrix products of this machine</h2>
<p>“Share of peak” divides by the best rate that any library here reached with as many threads, in its
 fastest product; the smaller line under it divides by the best median. Where the two are far apart,
 the machine's own speed changed while it multiplied, and shares are less certain.</p>
${
    speedTable(
      `Products of two ${peak.side} × ${peak.side} matrices of 32-bit floats, ` +
        `${fewest === most ? most : `${fewest} to ${most}`} of each`,
      ["Who", "Fastest", "Median", "Library"],
      peak.contestants.map((contestant) => [
        contestant.label,
        cell(contestant, "fastest"),
        cell(contestant, "median"),
        contestant.library,
      ]),
    )
  }</section>`;
}

/** Sections of all sizes, and of the products. */
export function stepSections({ sizes, peak }: Measurement): Markup {
  return html`${sizes.map((size) => sizeSection(size, peak))}${peakSection(peak)}`;
}
