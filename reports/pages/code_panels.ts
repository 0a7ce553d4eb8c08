/**
 * Latent codes along the angle: a small panel for each principal direction, lines for the posterior mean and dots for
 * the encoder's codes.
 *
 * @module
 */
import { html, type Markup } from "../markup.ts";
import { capitalise, formatFixed, formatShort } from "../../benchmarks/statistics/numbers.ts";
import type { CodePanel, CodePath } from "./prior_data.ts";
import { linearTicks, tickDigits } from "./ticks.ts";

const WIDTH = 360;
const HEIGHT = 150;
const LEFT = 34;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 36;
/** Degrees between two labels. */
const ANGLE_STEP = 90;

/** An angle that deserves a vertical line. */
export interface AngleMark {
  /** Degrees. */
  readonly x: number;
  /** What it is. */
  readonly label: string;
}

/** Ends of the vertical axis that all panels share, a twentieth beyond the codes. */
export function codeRange(panels: readonly CodePanel[]): readonly [number, number] {
  const values = panels.flatMap(({ paths }) =>
    paths.flatMap(({ posterior, encoded }) => [...posterior, ...encoded].map(([, value]) => value))
  );
  if (values.length === 0) return [-1, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.05 * (high - low) || 1;
  return [low - margin, high + margin];
}

function description(panel: CodePanel): string {
  const spans = panel.paths.map(({ label, posterior }) => {
    const values = posterior.map(([, value]) => value);
    return values.length === 0
      ? `${label} nothing`
      : `${label} from ${formatShort(Math.min(...values), 3)} to ${
        formatShort(Math.max(...values), 3)
      }`;
  });
  return `Codes in direction ${panel.direction} over the angle: posterior mean of ${
    spans.join(", ")
  }.`;
}

/** One panel as inline SVG. */
export function codePanelSvg(
  panel: CodePanel,
  [low, high]: readonly [number, number],
  mark?: AngleMark,
): Markup {
  const toX = (x: number) => (LEFT + x / 360 * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const toY = (y: number) =>
    (HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const floor = HEIGHT - BOTTOM;
  const line = ({ posterior, colour }: CodePath) =>
    html`
      <path class="line s${colour}" d="${posterior.map(([x, y], i) =>
        `${i === 0 ? "M" : "L"}${toX(x)} ${toY(y)}`
      ).join("")}" />
    `;
  const dots = ({ encoded, colour }: CodePath) =>
    encoded.map(([x, y]) =>
      html`
        <circle class="dot s${colour}" r="3" cx="${toX(x)}" cy="${toY(y)}" />
      `
    );
  return html`
    <svg class="still" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
      aria-label="${description(panel)}">${linearTicks(low, high, 6).map((y) =>
        html`
          <line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${toY(y)}" y2="${toY(y)}" />
          <text class="tick" x="${LEFT - 6}" y="${Number(toY(y)) +
            4}" text-anchor="end">${formatShort(y, tickDigits)}</text>
        `
      )}${Array.from({ length: 1 + 360 / ANGLE_STEP }, (_, i) => i * ANGLE_STEP).map((x) =>
        html`<text class="tick" x="${toX(x)}" y="${floor + 16}" text-anchor="${
          x === 360 ? "end" : "middle"
        }">${x}</text>`
      )}${mark !== undefined &&
        html`
          <line class="mark" x1="${toX(mark.x)}" x2="${toX(mark.x)}" y1="${TOP}" y2="${floor}" />
        `}${panel.paths.map(line)}${panel.paths.map(
          dots,
        )}<text class="tick" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT -
        4}" text-anchor="middle">angle (degrees)</text></svg>
  `;
}

function valuesTable(panels: readonly CodePanel[], title: string): Markup {
  const angles = [
    ...new Set(
      panels.flatMap(({ paths }) => paths.flatMap(({ posterior }) => posterior.map(([x]) => x))),
    ),
  ].toSorted((a, b) => a - b);
  const at = (points: readonly (readonly [number, number])[], angle: number) => {
    const found = points.find(([x]) => x === angle);
    return found === undefined ? "–" : formatFixed(found[1], 2);
  };
  const columns = panels.flatMap(({ direction, paths }) =>
    paths.map((path) => ({ direction, path }))
  );
  return html`
    <details>
      <summary>Values</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Values of ${title}">
        <table>
          <caption>${title}: posterior mean, and after it the encoder's code where the angle was
            observed.</caption>
          <thead>
            <tr><th scope="col">angle (degrees)</th>${columns.map(({ direction, path }) =>
              html`<th scope="col">${
                capitalise(path.label)
              }<small>direction ${direction}</small></th>`
            )}</tr>
          </thead>
          <tbody>${angles.map((angle) =>
            html`<tr><th scope="row">${formatShort(angle)}</th>${
              columns.map(({ path }) =>
                html`<td>${at(path.posterior, angle)}; ${at(path.encoded, angle)}</td>`
              )
            }</tr>`
          )}</tbody>
        </table>
      </div>
    </details>
  `;
}

/** All panels of one cell, their legend and their values. */
export function codePanels(
  panels: readonly CodePanel[],
  title: string,
  mark?: AngleMark,
): Markup | undefined {
  if (panels.length === 0) return undefined;
  const range = codeRange(panels);
  return html`
    <ul class="legend">${panels[0]!.paths.map(({ label, colour }) =>
      html`<li><span class="swatch s${colour}"></span>${label}</li>`
    )}</ul>
    ${panels.map((panel) =>
      html`<p class="panel-title">Direction ${panel.direction}${
        Number.isFinite(panel.share) &&
        html`<small> ${formatFixed(100 * panel.share, 0)} % of the variance</small>`
      }</p>${codePanelSvg(panel, range, mark)}`
    )}
    ${valuesTable(panels, title)}
  `;
}
