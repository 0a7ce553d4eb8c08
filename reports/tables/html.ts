/**
 * Tables in HTML: real table markup; a narrow screen shows comparisons as cards.
 *
 * @module
 */
import type { ReportGroup } from "../catalogue.ts";
import { counted } from "../../benchmarks/statistics/numbers.ts";
import { folded, html, type Markup, scrolling, tableRows } from "../markup.ts";
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
import { bestRow, verdict } from "./verdict.ts";

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

function rowMarkup(
  table: ComparisonTable,
  row: ComparisonRow,
  links: ComparisonLinks,
  best: ComparisonRow | undefined,
): Markup {
  const target = row.spread === undefined ? undefined : links.ours(row);
  const ours = target === undefined ? html`${row.ours}` : html`<a href="${target}">${row.ours}</a>`;
  const ran = row.spread === undefined ? "absent" : "";
  const heads = comparisonHeads(table);
  const cells = comparisonCells(table, row).map((text, i) =>
    html`<td role="cell" data-label="${heads[i]!}" class="${
      text === "–" ? "empty" : i === OURS && row === best ? "best" : ""
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

/** Footnotes and differences of protocol, folded. */
function notesMarkup(table: ComparisonTable, prefix: string): Markup | undefined {
  const { footnotes, differences } = table;
  const count = footnotes.length + differences.length;
  if (count === 0) return undefined;
  return html`<div class="notes">${
    folded(
      `${counted(count, "note")} on the protocol${
        table.hasPublished ? ", and how the published one differs" : ""
      }`,
      html`${
        footnotes.length > 0 &&
        html`<ol>${
          footnotes.map((text, i) => html`<li id="${prefix}-note-${i + 1}">${text}</li>`)
        }</ol>`
      }${
        differences.length > 0 &&
        html`
          <p>${differencesLead(table)}</p>
          <ul>${differences.map((text) => html`<li>${text}</li>`)}</ul>
        `
      }`,
    )
  }</div>`;
}

/** The table with its verdict before it, its caption, protocol differences and footnotes. @param figure comes between the two */
export function htmlComparison(
  table: ComparisonTable,
  links: ComparisonLinks,
  figure?: Markup,
): Markup {
  const heads = comparisonHeads(table);
  if (table.rows.length === 0) {
    return html`<p class="explain">${table.heading}. ${table.caption}</p>`;
  }
  const kinds = [...new Set(table.rows.map((row) => row.kind))];
  const best = bestRow(table);
  const says = verdict(table);
  // The roles keep the table a table for screen readers where CSS turns its rows into cards.
  return html`
    ${says !== "" && html`<p class="verdict">${says}</p>`}${figure}
        <div class="table-frame">
      <table role="table" class="comparison sortable">
        <caption>${table.heading}. ${table.caption}${best !== undefined &&
          " Bold: the best of our means."}</caption>
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
            table.rows.filter((row) => row.kind === kind).map((row) =>
              rowMarkup(table, row, links, best)
            )
          }</tbody>`;
        })}
          </table>
    </div>
        ${originsMarkup(table)}
        ${notesMarkup(table, links.prefix)}
  `;
}

/** A heading, sentences, and the table in a frame that scrolls by itself. */
export function htmlTexts(
  { title, points, heads, blocks, caption }: TextTable,
  label: string,
): Markup {
  const table = scrolling(
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
  );
  if (points.length === 0) return html`<h3>${title}</h3>${table}`;
  return html`<h3>${title}</h3><ul class="points order">${
    points.map(({ about, sentence, verdict }) =>
      html`<li data-verdict="${verdict}"><strong>${about}.</strong> ${sentence}</li>`
    )
  }</ul>${folded("The tests in numbers", table)}`;
}

/**
 * All tables of a group, each with its verdict before it and the tests on its rows after it.
 *
 * @param figure stands between the first verdict and its table
 */
export function htmlGroup(group: ReportGroup, links: ComparisonLinks, figure?: Markup): Markup {
  return html`${
    comparisonTables(group).map((comparison, i) =>
      html`${
        i === 0
          ? htmlComparison(comparison, links, figure)
          : htmlComparison(comparison, { ...links, prefix: `${links.prefix}-${i}` })
      }
${pairedTables(group, comparison.table).map((table) => htmlTexts(table, groupLabel(group)))}`
    )
  }`;
}
