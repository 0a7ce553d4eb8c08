/**
 * Pieces that the sections of the speed page share: tables, and bars of the contestants' times.
 *
 * @module
 */
import { medianStep, stepQuartiles } from "../../benchmarks/speed/analysis.ts";
import type { SizeMeasurement } from "../../benchmarks/speed/results.ts";
import { formatSeconds } from "../../benchmarks/speed/tables.ts";
import { type Content, html, type Markup, pageTable } from "../markup.ts";
import { hexOf } from "../pages/palette.ts";

/** A cell: its text, or that with a smaller line under it. */
export type SpeedCell = string | { readonly text: string; readonly small: string };

function content(cell: SpeedCell): Content {
  return typeof cell === "string" ? cell : html`${cell.text}<small>${cell.small}</small>`;
}

/** A table with its caption, in a frame that scrolls by itself; the first cell of each row is its head. */
export function speedTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly SpeedCell[])[],
): Markup {
  const contents = rows.map((cells) => cells.map(content));
  return pageTable({ label: caption, classes: "speed", caption, heads, rows: contents });
}

/**
 * The bars of one size, in the order of the contestants: the label, median and quartiles in seconds, the median as text,
 * and the index of the colour, which contestants of one library share.
 */
export function barsOf({ contestants }: SizeMeasurement) {
  const libraries = [...new Set(contestants.map(({ library }) => library))];
  const shorten = (seconds: number) => Number(seconds.toPrecision(5));
  return contestants.map((contestant) => {
    const [low, high] = stepQuartiles(contestant).map(shorten) as [number, number];
    const median = medianStep(contestant);
    return {
      ...{ label: contestant.label, value: shorten(median), low, high },
      ...{ text: formatSeconds(median), colour: libraries.indexOf(contestant.library) },
    };
  });
}

/** The figure of one size. */
export function barFigure(size: SizeMeasurement): Markup {
  const bars = barsOf(size);
  const most = Math.max(...bars.map(({ value, high }) => Math.max(value, high)));
  const percent = (seconds: number) => Number((100 * seconds / most).toFixed(2));
  const title = `Seconds of a training step, ${size.title}`;
  const medians = bars.map(({ label, text }) => `${label} ${text}`).join("; ");
  const description = `${title}. Medians: ${medians}.`;
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
<svg class="bar-track s${colour}" viewBox="0 0 100 8" preserveAspectRatio="none"><rect class="bar"
 fill="${hexOf(colour)}" width="${
          percent(value)
        }" height="8"/><path class="whisker" stroke="#1b1d21"
 d="M${percent(low)} 4H${percent(high)}"/></svg>
<span class="bar-value">${text}</span></div>`
      )}</div>
    </figure>
  `;
}
