/**
 * Bars of the contestants' times: drawn with boxes where there is no JavaScript, by Chart.js where there is.
 *
 * @module
 */
import { formatSeconds } from "../../benchmarks/speed/measurement_table.ts";
import { medianStep, quantile, type SizeMeasurement } from "../../benchmarks/speed/measurement.ts";
import { html, jsonForScript, type Markup } from "../markup.ts";

/** One bar. */
export interface Bar {
  /** Name of the contestant. */
  readonly label: string;
  /** Median, seconds. */
  readonly value: number;
  /** Lower quartile, seconds. */
  readonly low: number;
  /** Upper quartile, seconds. */
  readonly high: number;
  /** The median as text. */
  readonly text: string;
  /** Index of the colour: contestants of one library share it. */
  readonly colour: number;
}

/** The bars of one size, in the order of the contestants. */
export function barsOf({ contestants }: SizeMeasurement): readonly Bar[] {
  const libraries = [...new Set(contestants.map(({ library }) => library))];
  const shorten = (seconds: number) => Number(seconds.toPrecision(5));
  return contestants.map((contestant) => {
    const { label, library, stepSeconds } = contestant;
    return {
      label,
      value: shorten(medianStep(contestant)),
      low: shorten(quantile(stepSeconds, 0.25)),
      high: shorten(quantile(stepSeconds, 0.75)),
      text: formatSeconds(medianStep(contestant)),
      colour: libraries.indexOf(library),
    };
  });
}

/** The figure of one size. */
export function barFigure(size: SizeMeasurement): Markup {
  const bars = barsOf(size);
  const most = Math.max(...bars.map(({ value, high }) => Math.max(value, high)));
  const percent = (seconds: number) => Number((100 * seconds / most).toFixed(2));
  const title = `Seconds of a training step, ${size.title}`;
  const description = `${title}. Medians: ${
    bars.map(({ label, text }) => `${label} ${text}`).join("; ")
  }.`;
  return html`
    <figure class="bars" data-chart="${size.size}">
      <figcaption>
        <h3>${title}</h3>
        <p>Bars: medians of warm steps; lines: quartiles. The axis begins at 0.</p>
      </figcaption>
      <div class="plot" role="img" aria-label="${description}">${bars.map((
        { label, text, value, low, high, colour },
      ) =>
        html`<div class="bar-row"><span class="bar-label">${label}</span>
<span class="bar-track s${colour}"><span class="bar" style="width:${percent(value)}%"></span><span
 class="whisker" style="left:${percent(low)}%;width:${percent(high - low)}%"></span></span>
<span class="bar-value">${text}</span></div>`
      )}</div>
      <script type="application/json">${jsonForScript({ bars, description })}</script>
    </figure>
  `;
}
