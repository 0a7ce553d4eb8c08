/**
 * The test of a published order as texts that every format shows.
 *
 * @module
 */
import { decimalsOf, formatFixed, formatInterval, formatShort } from "../numbers.ts";
import type { OrderTest } from "../paired/published_order.ts";
import { ORDER_LEVEL } from "../paired/published_order.ts";
import { publishedTable } from "../published/registry.ts";
import { escapeMarkdown } from "./markdown.ts";
import { whyNotComparable } from "./comparison_table.ts";
import type { RecordGroup } from "../records.ts";

/** Heads of the columns of {@link orderCells}. */
export const ORDER_HEADS: readonly string[] = Object.freeze([
  "The paper's order",
  "Paired seeds",
  "Mean difference",
  "95 % t-interval",
  "p",
  "Least p",
]);

/** One row: pair, number of seeds, mean difference, interval, p, least p; "–" where there is none. */
export function orderCells(test: OrderTest): readonly string[] {
  const { spread, interval, p, smallestP } = test;
  const decimals = spread === undefined ? 0 : decimalsOf(spread, 4);
  const probability = (value: number | undefined) =>
    value === undefined ? "–" : formatShort(value, 3);
  return [
    test.pair,
    String(test.seeds.length),
    spread === undefined ? "–" : formatFixed(spread.mean, decimals),
    interval === undefined ? "–" : formatInterval(interval, decimals),
    probability(p),
    probability(smallestP),
  ];
}

/** What the columns are, and how the verdict is made. */
export function orderCaption(group: RecordGroup): string {
  const reason = whyNotComparable(group);
  const settings = group.tier === "paper"
    ? ""
    : ` Tier "${group.tier}" has not the published settings.`;
  const what = publishedTable(group.benchmark)?.direction === "higher" ? "value" : "error";
  return `Differences of the ${what} seed by seed, positive in the paper's direction. p: exact ` +
    "sign-flip test, one-sided in that direction; least p: what as many differences can reach at " +
    `best. The order holds where p is at most ${ORDER_LEVEL}, does not where the opposite ` +
    `direction's is, and cannot be told otherwise.${settings}${
      reason === undefined ? "" : ` ${reason}`
    }`;
}

/** The tests in Markdown: a heading, the table, a sentence on each pair; ends in a line break. */
export function markdownOrder(group: RecordGroup, tests: readonly OrderTest[]): string {
  return [
    "**Is the paper's order ours?**",
    "",
    ...tests.map(({ pair, sentence }) => `- ${escapePair(pair)}: ${escapeMarkdown(sentence)}`),
    "",
    `| ${ORDER_HEADS.join(" | ")} |`,
    "|---|--:|--:|--:|--:|--:|",
    ...tests.map((test) => `| ${orderCells(test).map(escapePair).join(" | ")} |`),
    "",
    escapeMarkdown(orderCaption(group)),
  ].join("\n") + "\n";
}

/** Brackets of intervals stay: nothing follows them that would make a link. */
function escapePair(text: string): string {
  return text.replace(/[|<>]/g, (mark) => `\\${mark}`);
}
