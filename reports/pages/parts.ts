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
