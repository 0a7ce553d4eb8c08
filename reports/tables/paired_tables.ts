/**
 * The test of a published order, and differences from a base, as tables of texts that every format shows.
 *
 * @module
 */
import {
  capitalise,
  counted,
  decimalsOf,
  formatFixed,
  formatInterval,
  formatPercent,
  formatShort,
  formatSigned,
} from "../../benchmarks/statistics/numbers.ts";
import type { Interval, PlusMinus } from "../../benchmarks/statistics/spread.ts";
import { type GroupTable, type ReportGroup, tablesOf } from "../catalogue.ts";
import { type BaseDifference, compareWithBase } from "../paired/base_differences.ts";
import { ORDER_LEVEL, type OrderVerdict, testPublishedOrder } from "../paired/published_order.ts";
import { whyNotComparable } from "./comparison_table.ts";

/** Rows under one heading. */
export interface TextBlock {
  /** What the rows share; absent for a table of one block. */
  readonly heading?: string;
  /** As long as the heads, the first cell a name. */
  readonly rows: readonly (readonly string[])[];
}

/** A table of texts. */
export interface TextTable {
  /** Heading over it. */
  readonly title: string;
  /** Sentences between heading and table, each with what it is about. */
  readonly points: readonly {
    readonly about: string;
    readonly sentence: string;
    readonly verdict: OrderVerdict;
  }[];
  /** Heads of the columns. */
  readonly heads: readonly string[];
  /** One or several. */
  readonly blocks: readonly TextBlock[];
  /** What the columns are. */
  readonly caption: string;
}

const intervalText = (interval: Interval | undefined, decimals: number) =>
  interval === undefined ? "–" : formatInterval(interval, decimals);
const probability = (value: number | undefined) =>
  value === undefined ? "–" : formatShort(value, 3);

/** The claims on the order of a table's rows; undefined where none is tested. */
export function orderTable(
  group: ReportGroup,
  table: GroupTable = tablesOf(group)[0],
): TextTable | undefined {
  const tests = testPublishedOrder(group, table);
  if (tests.length === 0) return undefined;
  const what = table.direction === "higher" ? "value" : "error";
  const rows = tests.map(({ pair, seeds, spread, interval, p, corrected, smallestP }) => {
    const decimals = spread === undefined ? 0 : decimalsOf(spread);
    return [
      pair,
      String(seeds.length),
      spread === undefined ? "–" : formatFixed(spread.mean, decimals),
      intervalText(interval, decimals),
      ...[p, corrected, smallestP].map(probability),
    ];
  });
  return {
    title: "Is the paper's order ours?",
    points: tests.map(({ pair, sentence, verdict }) => ({
      about: `${capitalise(what)} of ${pair}`,
      sentence,
      verdict,
    })),
    heads: [
      `The paper's order of ${what}s`,
      "Paired seeds",
      "Mean difference",
      "95 % t-interval",
      "p",
      "Corrected p",
      "Least p",
    ],
    blocks: [{ rows }],
    caption: [
      `Differences of the ${what} seed by seed, positive in the paper's direction.`,
      `p: exact sign-flip test, two-sided; corrected: by Holm's method over ${
        counted(tests.length, "claim")
      }; least p: the smallest that as many differences can reach, uncorrected.`,
      `Where the corrected p is at most ${ORDER_LEVEL}, a claim holds or does not hold by the sign ` +
      "of the mean difference; otherwise it is undecided.",
      group.tier !== "paper" && `Tier "${group.tier}" does not have the published settings.`,
      whyNotComparable(group),
    ].filter(Boolean).join(" "),
  };
}

const BASE_HEADS: readonly string[] = [
  "Row",
  "Difference",
  "Percent",
  "95 % t-interval",
  "Better on",
  "p",
  "Corrected p",
];

/** "−0.0012 ± 0.0003": a mean difference has its sign. */
function differenceText({ mean, std }: PlusMinus, decimals: number): string {
  const centre = formatSigned(mean, decimals);
  if (std === undefined) return centre;
  return `${centre} ± ${std === 0 ? "0" : formatFixed(std, decimals)}`;
}

function baseCells(row: BaseDifference): readonly string[] {
  const { label, spread, relative, interval, seeds, better, equal, p, corrected } = row;
  if (spread === undefined) return BASE_HEADS.map((_, i) => i === 0 ? label : "–");
  const decimals = decimalsOf(spread);
  return [
    label,
    differenceText(spread, decimals),
    relative === undefined ? "–" : formatPercent(relative),
    intervalText(interval, decimals),
    `${better} of ${seeds.length}${equal > 0 ? `, ${equal} equal` : ""}`,
    probability(p),
    probability(corrected),
  ];
}

/** What the smallest p is, and whether any corrected p could reach the level. */
function powerSentence(blocks: readonly (readonly BaseDifference[])[]): string {
  const seeds = Math.max(...blocks.flat().map((row) => row.seeds.length));
  const least = 2 / 2 ** seeds;
  const canShow = blocks.some((rows) => rows.length * least <= ORDER_LEVEL);
  return `With ${counted(seeds, "seed")} no p is below ${formatShort(least, 3)}${
    canShow ? "" : "; that shows directions, not proof"
  }.`;
}

/** Every trained row against a table's base, in up to two blocks; undefined where there is no base. */
export function baseTable(
  group: ReportGroup,
  table: GroupTable = tablesOf(group)[0],
): TextTable | undefined {
  const comparison = compareWithBase(group, table);
  if (comparison === undefined) return undefined;
  const { base, direction } = comparison;
  const blocks = [
    { heading: "Trained another way", rows: comparison.rows },
    { heading: "The same training, tested another way", rows: comparison.variants },
  ].filter(({ rows }) => rows.length > 0);
  const [what, side] = direction === "lower" ? ["error", "below"] : ["value", "above"];
  const counts = blocks.map(({ rows }) => rows.length);
  const hasSpread = blocks.some(({ rows }) => rows.some(({ spread }) => spread?.std !== undefined));
  return {
    title: `Against the base, ${base}`,
    points: [],
    heads: BASE_HEADS,
    blocks: blocks.map(({ heading, rows }) => ({ heading, rows: rows.map(baseCells) })),
    caption: [
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
      powerSentence(blocks.map(({ rows }) => rows)),
      whyNotComparable(group),
    ].filter(Boolean).join(" "),
  };
}

/** Both, as far as a table has them. */
export function pairedTables(group: ReportGroup, table: GroupTable): readonly TextTable[] {
  return [orderTable(group, table), baseTable(group, table)].filter((one) => one !== undefined);
}
