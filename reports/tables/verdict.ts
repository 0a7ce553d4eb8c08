/**
 * What a table says in a sentence or two, made from its numbers.
 *
 * @module
 */
import { counted } from "../../benchmarks/statistics/numbers.ts";
import { own } from "../catalogue.ts";
import { testPublishedOrder } from "../paired/published_order.ts";
import { type ComparisonRow, type ComparisonTable, OTHER_PROTOCOL } from "./comparison_table.ts";

/** What claims on the order come to, of one and of several. */
const ORDER_WORDS = [
  ["holds", "holds", "hold"],
  ["does-not-hold", "does not", "do not"],
  ["undecided", "is undecided", "are undecided"],
] as const;

/** Rows of models that learn and have a result. */
function ranRows({ rows }: ComparisonTable): readonly ComparisonRow[] {
  return rows.filter(({ kind, spread }) => kind !== "reference" && spread !== undefined);
}

/** The row with the best mean of ours, references that learn nothing aside; undefined without a choice of two. */
export function bestRow(comparison: ComparisonTable): ComparisonRow | undefined {
  const ran = ranRows(comparison);
  const sign = comparison.table.direction === "lower" ? 1 : -1;
  return ran.length < 2
    ? undefined
    : ran.toSorted((a, b) => sign * (a.spread!.mean - b.spread!.mean))[0];
}

/** References that learn nothing and know nothing more than methods do, but are better than the best of these; else "". */
function aheadOf(best: ComparisonRow, { rows, table, group }: ComparisonTable): string {
  const sign = table.direction === "lower" ? 1 : -1;
  const distance = ({ spread }: ComparisonRow) => sign * (spread!.mean - best.spread!.mean);
  const ahead = rows.filter((row) =>
    row.kind === "reference" && row.spread !== undefined && distance(row) < 0 &&
    !own(group.about.models, row.model)?.bound
  ).toSorted((a, b) => distance(a) - distance(b));
  return ahead.length === 0
    ? ""
    : `Better without learning: ${
      ahead.map(({ method, ours }) => `${method} ${ours}`).join(", ")
    }.`;
}

/** "Method: 0.0171 [0.0165, 0.0177] (5 seeds), published 0.0194". */
function rowSentence({ method, ours, interval, seeds, published, differenceText }: ComparisonRow) {
  const centre = (text: string) => text.split(" ± ")[0];
  const value = `${centre(ours)} ${interval === "–" ? "" : `${interval} `}(${seeds})`;
  const protocol = differenceText === OTHER_PROTOCOL ? ` (${OTHER_PROTOCOL})` : "";
  const theirs = /\d/.test(published) ? `, published ${centre(published)}${protocol}` : "";
  return `${method}: ${value}${theirs}`;
}

/** The best of our rows, references ahead of it, the published values inside our intervals, the paper's order; "" where nothing ran. */
export function verdict(comparison: ComparisonTable): string {
  const ran = ranRows(comparison);
  if (ran.length === 0) return "";
  const best = bestRow(comparison);
  const compared = ran.filter(({ inInterval }) => inInterval !== "–");
  const inside = compared.filter(({ inInterval }) => inInterval === "inside").length;
  const claims = testPublishedOrder(comparison.group, comparison.table);
  const verdicts = Map.groupBy(claims, (claim) => claim.verdict);
  const order = ORDER_WORDS.flatMap(([name, one, several]) => {
    const { length = 0 } = verdicts.get(name) ?? [];
    return length === 0 ? [] : [`${length} ${length === 1 ? one : several}`];
  });
  return [
    best === undefined
      ? `${rowSentence(ran[0]!)}.`
      : `Best of ${counted(ran.length, "method")}: ${rowSentence(best)}.`,
    aheadOf(best ?? ran[0]!, comparison),
    compared.length > 0 &&
    `${inside} of ${counted(compared.length, "published value")} in our 95 % interval.`,
    claims.length > 0 && `Of ${counted(claims.length, "claim")} on the order, ${order.join(", ")}.`,
  ].filter(Boolean).join(" ");
}
