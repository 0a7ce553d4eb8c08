/**
 * The part of a page that tells whether the paper's order is ours.
 *
 * @module
 */
import { html, type Markup } from "../markup.ts";
import { testPublishedOrder } from "../paired/published_order.ts";
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";
import { groupLabel } from "../tables/comparison_table.ts";
import { ORDER_HEADS, orderCaption, orderCells } from "../tables/order_table.ts";

/** A sentence on each pair, then the numbers; nothing where no pair of neighbours has run. */
export function orderSection(group: RecordGroup): Markup | undefined {
  const tests = testPublishedOrder(group);
  if (tests.length === 0) return undefined;
  return html`
    <h3>Is the paper's order ours?</h3>
    <ul class="points order">${tests.map(({ pair, sentence, verdict }) =>
      html`<li data-verdict="${verdict}"><strong>${pair}.</strong> ${sentence}</li>`
    )}</ul>
    <div class="scroll" tabindex="0" role="region" aria-label="Test of the paper's order: ${groupLabel(
      group,
    )}">
      <table>
        <caption>${orderCaption(group)}</caption>
        <thead>
          <tr>${ORDER_HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr>
        </thead>
        <tbody>${tests.map((test) => {
          const [pair, ...cells] = orderCells(test);
          return html`<tr><th scope="row">${pair}</th>${
            cells.map((cell) => html`<td>${cell}</td>`)
          }</tr>`;
        })}</tbody>
      </table>
    </div>
  `;
}
