/**
 * Pieces that the sections of the speed page share.
 *
 * @module
 */
import { type Content, html, type Markup } from "../markup.ts";

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
  const row = ([head = "", ...cells]: readonly SpeedCell[]) =>
    html`<tr><th scope="row">${content(head)}</th>${
      cells.map((cell) => html`<td>${content(cell)}</td>`)
    }</tr>`;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="${caption}">
      <table class="speed">
        <caption>${caption}</caption>
        <thead>
          <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
        </thead>
        <tbody>${rows.map(row)}</tbody>
      </table>
    </div>
  `;
}

/** What a cell shows where there is nothing. */
export const NONE = "–";

/** A share in two digits: "27 %". */
export function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
