/**
 * The test of a published order as texts that every format shows.
 *
 * @module
 */
import {
  counted,
  decimalsOf,
  formatFixed,
  formatInterval,
  formatShort,
} from "../../benchmarks/statistics/numbers.ts";
import type { OrderTest } from "../paired/published_order.ts";
import { ORDER_LEVEL } from "../paired/published_order.ts";
import { publishedTable } from "../published/registry.ts";
import { escapeMarkdown } from "./markdown.ts";
import { whyNotComparable } from "./comparison_table.ts";
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";

/** Heads of the columns of {@link orderCells}. */
export const ORDER_HEADS: readonly string[] = Object.freeze([
  "The paper's order",
  "Paired seeds",
  "Mean difference",
  "95 % t-interval",
  "p",
  "Corrected p",
  "Least p",
]);

/** One row in the order of {@link ORDER_HEADS}; "–" where there is nothing to show. */
export function orderCells(test: OrderTest): readonly string[] {
  const { spread, interval, p, corrected, smallestP } = test;
  const decimals = spread === undefined ? 0 : decimalsOf(spread);
  const probability = (value: number | undefined) =>
    value === undefined ? "–" : formatShort(value, 3);
  return [
    test.pair,
    String(test.seeds.length),
    spread === undefined ? "–" : formatFixed(spread.mean, decimals),
    interval === undefined ? "–" : formatInterval(interval, decimals),
    probability(p),
    probability(corrected),
    probability(smallestP),
  ];
}

/** What the columns are, and how the verdict is made. */
export function orderCaption(group: RecordGroup): string {
  const reason = whyNotComparable(group);
  const settings = group.tier === "paper"
    ? ""
    : ` Tier "${group.tier}" has not the published settings.`;
  const table = publishedTable(group.benchmark);
  const what = table?.direction === "higher" ? "value" : "error";
  return `Differences of the ${what} seed by seed, positive in the paper's direction. p: exact ` +
    "sign-flip test, two-sided; corrected: by Holm's method over " +
    `${counted(table?.order?.length ?? 0, "claim")}; least p: what as many differences can reach ` +
    `at best, uncorrected. Where the corrected p is at most ${ORDER_LEVEL}, a claim holds or does ` +
    "not hold by the sign of the mean difference; otherwise it cannot be told." +
    `${settings}${reason === undefined ? "" : ` ${reason}`}`;
}

/** The tests in Markdown: a heading, the table, a sentence on each pair; ends in a line break. */
export function markdownOrder(group: RecordGroup, tests: readonly OrderTest[]): string {
  return [
    "**Is the paper's order ours?**",
    "",
    ...tests.map(({ pair, sentence }) => `- ${escapePair(pair)}: ${escapeMarkdown(sentence)}`),
    "",
    `| ${ORDER_HEADS.join(" | ")} |`,
    `|---|${"--:|".repeat(ORDER_HEADS.length - 1)}`,
    ...tests.map((test) => `| ${orderCells(test).map(escapePair).join(" | ")} |`),
    "",
    escapeMarkdown(orderCaption(group)),
  ].join("\n") + "\n";
}

/** Brackets of intervals stay: nothing follows them that would make a link. */
function escapePair(text: string): string {
  return text.replace(/[|<>]/g, (mark) => `\\${mark}`);
}
