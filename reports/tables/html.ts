/**
 * Tables in HTML: real table markup; a narrow screen shows comparisons as cards.
 *
 * @module
 */
import type { ReportGroup } from "../catalogue.ts";
import { html, type Markup, scrolling, tableRows } from "../markup.ts";
import {
  comparisonCells,
  comparisonHeads,
  type ComparisonRow,
  type ComparisonTable,
  comparisonTables,
  differencesLead,
  groupLabel,
  kindHeading,
} from "./comparison_table.ts";
import { originsInWords } from "./notes.ts";
import { pairedTables, type TextTable } from "./paired_tables.ts";

/** Where the numbers of a row link to. */
export interface ComparisonLinks {
  /** Target of a method's number, e.g. the list of its seeds; undefined for no link. */
  readonly ours: (row: ComparisonRow) => string | undefined;
  /** Prefix of the footnotes' anchors; unique on a page. */
  readonly prefix: string;
}

/** Index of the cell with our number, which follows the method's name. */
const OURS = 1;

function footnoteMarks(row: ComparisonRow, prefix: string): Markup | undefined {
  if (row.footnotes.length === 0) return undefined;
  return html`
    <sup>${row.footnotes.map((n, i) =>
      html`${i > 0 && ", "}<a href="#${prefix}-note-${n}" aria-label="note ${n}">${n}</a>`
    )}</sup>
  `;
}

function rowMarkup(table: ComparisonTable, row: ComparisonRow, links: ComparisonLinks): Markup {
  const target = row.spread === undefined ? undefined : links.ours(row);
  const ours = target === undefined ? html`${row.ours}` : html`<a href="${target}">${row.ours}</a>`;
  const ran = row.spread === undefined ? "absent" : "";
  const heads = comparisonHeads(table);
  const cells = comparisonCells(table, row).map((text, i) =>
    html`<td role="cell" data-label="${heads[i]!}" class="${
      text === "–" ? "empty" : i === OURS ? "ours" : ""
    }">${i === OURS ? ours : text}</td>`
  );
  return html`<tr role="row" data-model="${row.model}" class="${row.kind} ${ran}">
<th role="rowheader" scope="row">${row.method}${footnoteMarks(row, links.prefix)}</th>
${cells.slice(OURS)}
</tr>`;
}

/** One quiet line where all records are of one commit and processor, else a notice that names the rows. */
function originsMarkup({ group, origins }: ComparisonTable): Markup | undefined {
  if (origins.length === 0) return undefined;
  const { lead, items } = originsInWords(group, origins);
  if (items.length === 0) return html`<p class="facts">${lead}</p>`;
  return html`
    <div class="banner origins" role="note">
      <p>${lead}</p>
      <ul>${items.map((text) => html`<li>${text}</li>`)}</ul>
    </div>
  `;
}

/** The table with its caption, protocol differences and footnotes. */
export function htmlComparison(table: ComparisonTable, links: ComparisonLinks): Markup {
  const heads = comparisonHeads(table);
  if (table.rows.length === 0) {
    return html`<p class="explain">${table.heading}. ${table.caption}</p>`;
  }
  const kinds = [...new Set(table.rows.map((row) => row.kind))];
  // The roles keep the table a table for screen readers where CSS turns its rows into cards.
  return html`
    <div class="table-frame">
      <table role="table" class="comparison sortable">
    <caption>${table.heading}. ${table.caption}</caption>
    <thead role="rowgroup"><tr role="row">${heads.map((head) =>
      html`<th role="columnheader" scope="col">${head}</th>`
    )}</tr></thead>
    ${kinds.map((kind) => {
      const heading = kindHeading(kind, kinds);
      return html`<tbody role="rowgroup">${
        heading !== undefined &&
        html`
          <tr role="row" class="kind">
            <th role="rowheader" scope="rowgroup" colspan="${heads.length}">${heading}</th>
          </tr>
        `
      }${
        table.rows.filter((row) => row.kind === kind).map((row) => rowMarkup(table, row, links))
      }</tbody>`;
    })}
      </table>
    </div>
    ${originsMarkup(table)}
    <div class="notes">${table.footnotes.length > 0 &&
      html`<ol>${
        table.footnotes.map((text, i) => html`<li id="${links.prefix}-note-${i + 1}">${text}</li>`)
      }</ol>`}${table.differences.length > 0 &&
      html`
        <p>${differencesLead(table)}</p>
        <ul>${table.differences.map((text) => html`<li>${text}</li>`)}</ul>
      `}</div>
  `;
}

/** A heading, sentences, and the table in a frame that scrolls by itself. */
export function htmlTexts(
  { title, points, heads, blocks, caption }: TextTable,
  label: string,
): Markup {
  return html`<h3>${title}</h3>${
    points.length > 0 &&
    html`<ul class="points order">${
      points.map(({ about, sentence, verdict }) =>
        html`<li data-verdict="${verdict}"><strong>${about}.</strong> ${sentence}</li>`
      )
    }</ul>`
  }${
    scrolling(
      `${title} ${label}`,
      html`<table class="base sortable">
<caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
${
        blocks.map(({ heading, rows }) =>
          html`<tbody>${
            heading !== undefined &&
            html`
              <tr class="kind">
                <th scope="rowgroup" colspan="${heads.length}">${heading}</th>
              </tr>
            `
          }${tableRows(rows)}</tbody>`
        )
      }</table>`,
    )
  }`;
}

/**
 * All tables of a group.
 *
 * @param withTests whether the tests on the rows of each table follow it
 */
export function htmlGroup(group: ReportGroup, links: ComparisonLinks, withTests: boolean): Markup {
  return html`${
    comparisonTables(group).map((comparison, i) =>
      html`${
        htmlComparison(comparison, i === 0 ? links : { ...links, prefix: `${links.prefix}-${i}` })
      }
${
        withTests &&
        pairedTables(group, comparison.table).map((table) => htmlTexts(table, groupLabel(group)))
      }`
    )
  }`;
}
