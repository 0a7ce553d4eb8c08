/**
 * Small pieces that many sections are made of.
 *
 * @module
 */
import { html, type Markup } from "../markup.ts";

/** A wide table in a frame that scrolls by itself. */
export function scrolling(label: string, table: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

/** Names of series or classes beside their colours. */
export function legend(
  entries: readonly {
    readonly label: string;
    /** Index of the colour. */
    readonly colour: number;
    /** Dots or a dashed line; a line by default. */
    readonly kind?: "dots" | "dashed";
  }[],
): Markup {
  return html`<ul class="legend">${
    entries.map(({ label, colour, kind }) =>
      html`<li><span class="swatch ${
        kind !== undefined && `${kind} `
      }s${colour}"></span>${label}</li>`
    )
  }</ul>`;
}

/**
 * A table of values that is folded away; the first cell of each row names it.
 *
 * @param kind "matrix" for narrow columns.
 */
export function valuesTable(
  title: string,
  caption: string,
  heads: readonly (string | Markup)[],
  rows: readonly (readonly string[])[],
  kind: "" | "matrix" = "",
): Markup {
  const table = html`
    <table class="${kind}">
      <caption>${caption}</caption>
      <thead>
        <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
      </thead>
      <tbody>${rows.map(([name, ...cells]) =>
        html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`
      )}</tbody>
    </table>
  `;
  return html`
    <details>
      <summary>Values</summary>
      ${scrolling(`Values of ${title}`, table)}
    </details>
  `;
}

/** Names and values; `wide` gives each pair a line of its own. */
export function definitions(
  entries: readonly (readonly [string, string])[],
  kind: "" | "wide" = "",
): Markup {
  return html`<dl class="${kind}">${
    entries.map(([name, value]) =>
      html`
        <div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>
      `
    )
  }</dl>`;
}

/** Words that a line break keeps whole: browsers break lines after any hyphen, also in "--seeds". */
export function commandWords(command: string): Markup {
  return html`${command.split(" ").map((word, i) => html`${i > 0 && " "}<span>${word}</span>`)}`;
}
