/**
 * The part of a page that sets every trained row against the table's base.
 *
 * @module
 */
import { html, type Markup } from "../markup.ts";
import { compareWithBase } from "../paired/base_differences.ts";
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";
import { BASE_HEADS, baseBlocks, baseCaption, baseCells, baseTitle } from "../tables/base_table.ts";
import { groupLabel } from "../tables/comparison_table.ts";
import { scrolling } from "./parts.ts";

/** A table of two parts: trained in another way, tested in another way; nothing where there is no base. */
export function baseSection(group: RecordGroup): Markup | undefined {
  const comparison = compareWithBase(group);
  if (comparison === undefined) return undefined;
  const title = baseTitle(comparison);
  return html`<h3>${title}</h3>${
    scrolling(
      `${title}: ${groupLabel(group)}`,
      html`
        <table class="base sortable">
          <caption>${baseCaption(group, comparison)}</caption>
          <thead>
            <tr>${BASE_HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr>
          </thead>
          ${baseBlocks(comparison).map(({ heading, rows }) =>
            html`<tbody><tr class="kind"><th scope="rowgroup" colspan="${BASE_HEADS.length}">${heading}</th></tr>${
              rows.map((row) => {
                const [label, ...cells] = baseCells(row);
                return html`<tr data-model="${row.measured.model}" data-metric="${row.measured.metric}"><th
 scope="row">${label}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
              })
            }</tbody>`
          )}
        </table>
      `,
    )
  }`;
}
