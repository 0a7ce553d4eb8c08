/**
 * HTML as values: what is interpolated is escaped, unless it is markup already. Also small pieces that many pages use.
 *
 * @module
 */

import { COLOURS, dashesOf, hexOf } from "./pages/palette.ts";

/** A piece of HTML. */
export class Markup {
  /** The HTML text. */
  readonly text: string;
  /** Takes HTML as it is: the caller answers for its safety. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: lists are joined, `undefined` and `false` vanish. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = Object.freeze({
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
});

/** Text that is safe inside elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark]!);
}

function render(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(render).join("");
  return escapeHtml(String(content));
}

/** Tagged template that makes {@link Markup}: html`<p>${text}</p>`. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(
    strings.map((text, i) => text + (i < values.length ? render(values[i]) : "")).join(""),
  );
}

/** Markup that is trusted as it stands: our own scripts, styles and drawings. */
export function raw(text: string): Markup {
  return new Markup(text);
}

/** Data for a script, in a form that cannot end its element. */
export function jsonForScript(value: unknown): Markup {
  return raw(
    JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (mark) => {
      return `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
    }),
  );
}

/** A wide table in a frame that scrolls by itself. */
export function scrolling(label: string, table: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

/** A cell: what it shows, and where that is not what its column sorts by, the number. */
export type TableCell = Content | { readonly show: Content; readonly sortBy: number };

/** A table of a page. */
export interface PageTable {
  /** Name of the frame. */
  readonly label: string;
  /** Classes of the table; sortable when absent. */
  readonly classes?: string;
  /** What the table shows. */
  readonly caption: Content;
  /** Heads of the columns. */
  readonly heads: readonly Content[];
  /** The first cell of each row names it. */
  readonly rows: readonly (readonly TableCell[])[];
}

function dataCell(cell: TableCell): Markup {
  return typeof cell === "object" && "sortBy" in cell
    ? html`<td data-value="${cell.sortBy}">${cell.show}</td>`
    : html`<td>${cell as Content}</td>`;
}

/** Rows of a table, the first cell of each its head. */
export function tableRows(rows: PageTable["rows"]): Markup {
  return html`${
    rows.map(([name, ...cells]) =>
      html`<tr><th scope="row">${name as Content}</th>${cells.map(dataCell)}</tr>`
    )
  }`;
}

/** A table in a frame that scrolls by itself. */
export function pageTable(
  { label, classes = "sortable", caption, heads, rows }: PageTable,
): Markup {
  return scrolling(
    label,
    html`
      <table class="${classes}">
        <caption>${caption}</caption>
        <thead>
          <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
        </thead>
        <tbody>${tableRows(rows)}</tbody>
      </table>
    `,
  );
}

/** Content that is folded away under a line. */
export function folded(summary: Content, content: Content): Markup {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

/** A table of values that is folded away. @param classes "matrix" for narrow columns */
export function valuesTable(
  title: string,
  caption: string,
  heads: readonly Content[],
  rows: readonly (readonly string[])[],
  classes: "" | "matrix" = "",
): Markup {
  return folded(
    "Values",
    pageTable({ label: `Values of ${title}`, classes, caption, heads, rows }),
  );
}

/** What stands beside a name: a line, a dashed one, or a dot, which is a line without length and with round ends. */
const SWATCHES: Readonly<Record<"line" | "again" | "dashed" | "dots", string>> = Object.freeze({
  line: 'stroke-width="3" d="M0 4H22"',
  /** A line of a colour that has begun anew. */
  again: `stroke-width="3" stroke-dasharray="${dashesOf(COLOURS).join(" ")}" d="M0 4H22"`,
  dashed: 'stroke-width="3" stroke-dasharray="3 3" d="M0 4H22"',
  dots: 'stroke-width="8" stroke-linecap="round" d="M11 4h0"',
});

/** Names of series or classes beside their colours. */
export function legend(
  entries: readonly {
    readonly label: string;
    /** Index of the colour. */
    readonly colour: number;
    /** Dots or a dashed line; a line by default. */
    readonly kind?: "line" | "dashed" | "dots";
  }[],
): Markup {
  return html`<ul class="legend">${
    entries.map(({ label, colour, kind = "line" }) =>
      html`<li><svg class="swatch s${
        colour % COLOURS
      }" width="22" height="8" aria-hidden="true"><path stroke="${hexOf(colour)}" ${
        raw(kind === "line" && colour >= COLOURS ? SWATCHES.again : SWATCHES[kind])
      }/></svg>${label}</li>`
    )
  }</ul>`;
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
  return html`${
    command.split(" ").map((word, i) =>
      html`${i > 0 && " "}${word.includes("-") ? html`<span>${word}</span>` : word}`
    )
  }`;
}
