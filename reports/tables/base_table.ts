/**
 * Differences from a base model as texts that every format shows.
 *
 * @module
 */
import {
  counted,
  decimalsOf,
  formatFixed,
  formatInterval,
  formatPercent,
  formatShort,
  formatSigned,
} from "../../benchmarks/statistics/numbers.ts";
import type { BaseComparison, BaseDifference } from "../paired/base_differences.ts";
import { ORDER_LEVEL } from "../paired/published_order.ts";
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";
import type { PlusMinus } from "../../benchmarks/statistics/spread.ts";
import { whyNotComparable } from "./comparison_table.ts";
import { escapeMarkdown } from "./markdown.ts";

/** Heads of the columns of {@link baseCells}. */
export const BASE_HEADS: readonly string[] = Object.freeze([
  "Row",
  "Difference",
  "Percent",
  "95 % t-interval",
  "Better on",
  "p",
  "Corrected p",
]);

/** A block of rows with its heading. */
export interface BaseBlock {
  /** What its rows change. */
  readonly heading: string;
  /** Best first. */
  readonly rows: readonly BaseDifference[];
}

/** The blocks that have rows: models that were trained in another way, the base tested in another way. */
export function baseBlocks({ rows, variants }: BaseComparison): readonly BaseBlock[] {
  return [
    { heading: "Trained another way", rows },
    { heading: "The same training, tested another way", rows: variants },
  ].filter((block) => block.rows.length > 0);
}

/** "−0.0012 ± 0.0003": a mean difference has its sign. */
function differenceText({ mean, std }: PlusMinus, decimals: number): string {
  const centre = formatSigned(mean, decimals);
  if (std === undefined) return centre;
  return `${centre} ± ${std === 0 ? "0" : formatFixed(std, decimals)}`;
}

/** One row in the order of {@link BASE_HEADS}; "–" where there is nothing to show. */
export function baseCells(row: BaseDifference): readonly string[] {
  const { label, spread, relative, interval, seeds, better, equal, p, corrected } = row;
  if (spread === undefined) return [label, ...BASE_HEADS.slice(1).map(() => "–")];
  const decimals = decimalsOf(spread);
  const probability = (value: number | undefined) =>
    value === undefined ? "–" : formatShort(value, 3);
  return [
    label,
    differenceText(spread, decimals),
    relative === undefined ? "–" : formatPercent(relative),
    interval === undefined ? "–" : formatInterval(interval, decimals),
    `${better} of ${seeds.length}${equal > 0 ? `, ${equal} equal` : ""}`,
    probability(p),
    probability(corrected),
  ];
}

/** What the least p is, and whether any corrected p could reach the level. */
function powerSentence(blocks: readonly BaseBlock[]): string {
  const seeds = Math.max(...blocks.flatMap(({ rows }) => rows.map((row) => row.seeds.length)));
  const least = 2 / 2 ** seeds;
  const canShow = blocks.some(({ rows }) => rows.length * least <= ORDER_LEVEL);
  return `With ${counted(seeds, "seed")} no p is below ${formatShort(least, 3)}${
    canShow ? "" : "; that shows directions, not proof"
  }.`;
}

/** What the columns are, and what so many seeds can show. */
export function baseCaption(group: RecordGroup, comparison: BaseComparison): string {
  const { base, direction } = comparison;
  const blocks = baseBlocks(comparison);
  const [what, side] = direction === "lower" ? ["error", "below"] : ["value", "above"];
  const counts = blocks.map(({ rows }) => rows.length);
  const hasSpread = blocks.some(({ rows }) => rows.some(({ spread }) => spread?.std !== undefined));
  return [
    `Differences from ${base}, the base, seed by seed: the row's ${what} minus the base's` +
    (hasSpread
      ? ", mean ± sample standard deviation (ddof 1) over the seeds that both have."
      : "; one seed each gives no ± and no interval."),
    `The row is better where they are ${side} zero.`,
    "Percent: of the base's mean on these seeds. Interval: of the mean difference, by Student's t.",
    `p: exact sign-flip test, two-sided; corrected: by Holm's method over ${
      counts.length > 1
        ? `the rows of each part (${counts.join(" and ")})`
        : counted(counts[0]!, "row")
    }.`,
    powerSentence(blocks),
    whyNotComparable(group) ?? "",
  ].filter((part) => part !== "").join(" ");
}

/** "Against the base, ODE²VAE-KL". */
export function baseTitle({ base }: BaseComparison): string {
  return `Against the base, ${base}`;
}

/** The blocks in Markdown: a heading, a table for each, the caption; ends in a line break. */
export function markdownBase(group: RecordGroup, comparison: BaseComparison): string {
  const tables = baseBlocks(comparison).flatMap(({ heading, rows }) => [
    `${heading}:`,
    "",
    `| ${BASE_HEADS.join(" | ")} |`,
    `|---|${"--:|".repeat(BASE_HEADS.length - 1)}`,
    ...rows.map((row) => {
      const [label, ...cells] = baseCells(row);
      return `| ${escapeMarkdown(label!)} | ${cells.join(" | ")} |`;
    }),
    "",
  ]);
  return [
    `**${escapeMarkdown(baseTitle(comparison))}**`,
    "",
    ...tables,
    escapeMarkdown(baseCaption(group, comparison)),
  ].join("\n") + "\n";
}
