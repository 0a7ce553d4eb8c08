/**
 * The paper's table with our numbers beside it, as data: every output format renders these rows.
 *
 * @module
 */
import { methodName } from "../method_names.ts";
import {
  decimalsFor,
  decimalsOf,
  formatDifference,
  formatInterval,
  formatPlusMinus,
} from "../../benchmarks/statistics/numbers.ts";
import { formatPublished, type PublishedRow } from "../published/published_cell.ts";
import { hasPublishedNumbers, publishedTable } from "../published/registry.ts";
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";
import {
  type Difference,
  differenceToPublished,
  type PlusMinus,
} from "../../benchmarks/statistics/spread.ts";
import { formatSeeds, type MetricSummary, type ModelSummary, summariseGroup } from "../summary.ts";
import { type RecordOrigin, recordOrigins } from "./origins.ts";
import { applyingDifferences, Footnotes, rowNotes, settingsDifference } from "./protocol_notes.ts";
import { ROW_KINDS, type RowKind, rowKind } from "./row_kinds.ts";

/** One row: a method, our number, theirs. Texts are ready to print; numbers stay beside them. */
export interface ComparisonRow {
  /** Name as the paper prints it. */
  readonly method: string;
  /** Registry name. */
  readonly model: string;
  /** Where the row belongs. */
  readonly kind: RowKind;
  /** Our mean and spread; undefined where nothing ran or nothing converged. */
  readonly spread: PlusMinus | undefined;
  /** Ours minus theirs; undefined where the two do not compare. */
  readonly difference: Difference | undefined;
  /** "0.01885 ± 0.00031", "not run", "diverged". */
  readonly ours: string;
  /** "3 seeds", "4/5 converged"; "" where nothing ran. */
  readonly seeds: string;
  /** "[0.0181, 0.0196]" or "–". */
  readonly interval: string;
  /** "0.0188 ± 0.0003", "N/A" or "–". */
  readonly published: string;
  /** "+0.0001 (+0.5 %)", "not comparable", "other protocol" or "–". */
  readonly differenceText: string;
  /** Where the published value lies: "inside" or "outside" our interval; "–" where there is nothing to tell. */
  readonly inInterval: "inside" | "outside" | "–";
  /** Numbers of the footnotes, from 1. */
  readonly footnotes: readonly number[];
}

/** What stands for the difference to a number of another protocol. */
export const OTHER_PROTOCOL = "other protocol";

/** Heads of the columns of {@link comparisonCells}, all of them. */
export const COMPARISON_HEADS: readonly string[] = Object.freeze([
  "Method",
  "Ours",
  "Seeds",
  "95 % t-interval",
  "Published",
  "Difference",
  "In our interval",
]);

/** Of these, the columns on our numbers alone, which come first. */
const OUR_COLUMNS = 4;

/** A table of one group of records. */
export interface ComparisonTable {
  /** The records behind the table. */
  readonly group: RecordGroup;
  /** What the numbers are. */
  readonly title: string;
  /** Registry name of the metric. */
  readonly metric: string;
  /** Physical unit of the metric, e.g. "per pixel". */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: "lower" | "higher";
  /** Says what ± and the columns are; made from the typed values. */
  readonly caption: string;
  /** Whether any row has a published number; formats leave out the columns on it where none has. */
  readonly hasPublished: boolean;
  /** In the order in which they are shown. */
  readonly rows: readonly ComparisonRow[];
  /** "Per-pixel … error; lower is better". */
  readonly heading: string;
  /** Protocol differences between ours and every published row. */
  readonly differences: readonly string[];
  /** Protocol differences of single rows; footnote k is at k - 1. */
  readonly footnotes: readonly string[];
  /** Commits and processors of the records. */
  readonly origins: readonly RecordOrigin[];
}

/** The metric that a group's table shows: the published one, or the first that was recorded. */
export function headlineMetric(
  group: RecordGroup,
  summaries: readonly ModelSummary[],
): MetricSummary | undefined {
  const wanted = publishedTable(group.benchmark)?.metric;
  const all = summaries.flatMap((summary) => summary.metrics);
  return all.find((metric) => metric.name === wanted) ?? all[0];
}

/** Why a group's numbers cannot be set against a paper's; undefined where they can. */
export function whyNotComparable(group: RecordGroup): string | undefined {
  const orientation = hasPublishedNumbers(group.benchmark)
    ? ": published numbers are shown for orientation only."
    : ".";
  if (group.standIn !== "") {
    return `Trained and tested on stand-in data${orientation}`;
  }
  if (group.tier === "smoke") {
    return `The smoke tier only tests that the suite runs${orientation}`;
  }
  return undefined;
}

/** What a ± of this table is, from the typed values; one number of seeds only where all rows with a ± have it. */
export function spreadCaption(spreads: readonly PlusMinus[]): string {
  const withStd = spreads.filter((spread) => spread.std !== undefined);
  const first = withStd[0];
  if (first === undefined) return "One seed each: no ± and no interval.";
  const counts = withStd.map((spread) => spread.n);
  const low = Math.min(...counts);
  const high = Math.max(...counts);
  const over = low === high
    ? `${low} ${first.unit}s`
    : `the ${first.unit}s of each row, ${low} to ${high} of them`;
  return `Ours: mean ± sample standard deviation (ddof ${first.ddof}) over ${over}.`;
}

function oursText(summary: ModelSummary | undefined, spread: PlusMinus | undefined, least: number) {
  if (spread !== undefined) return formatPlusMinus(spread, decimalsOf(spread, least));
  if (summary === undefined) return "not run";
  return summary.results > 0 ? "diverged" : "not finished";
}

/** The table of one group. */
export function comparisonTable(group: RecordGroup): ComparisonTable {
  const summaries = summariseGroup(group);
  const headline = headlineMetric(group, summaries);
  const table = publishedTable(group.benchmark);
  const publishedRows = table?.rows ?? [];
  const reason = whyNotComparable(group);
  const footnotes = new Footnotes();

  const makeRow = (model: string, published: PublishedRow | undefined): ComparisonRow => {
    const summary = summaries.find((candidate) => candidate.model === model);
    const metric = summary?.metrics.find((candidate) => candidate.name === headline?.name);
    const spread = metric?.spread;
    const theirs = published?.value;
    const least = theirs?.decimals ?? 0;
    const compares = reason === undefined && published?.protocol === undefined;
    const difference = spread === undefined || theirs === undefined || !compares
      ? undefined
      : differenceToPublished(spread, theirs.mean);
    // A small difference keeps a digit, with at most two more than were published.
    const decimals = difference === undefined
      ? least
      : Math.max(least, Math.min(decimalsFor(difference.absolute, 1), least + 2));
    const notes = rowNotes(published, summary?.records ?? [], group.standIn !== "");
    return {
      method: methodName(group.benchmark, model),
      model,
      kind: rowKind(group.benchmark, model, published),
      spread,
      difference,
      ours: oursText(summary, spread, least),
      seeds: summary === undefined ? "" : formatSeeds(summary),
      interval: metric?.interval === undefined || spread === undefined
        ? "–"
        : formatInterval(metric.interval, decimalsOf(spread, least)),
      published: theirs === undefined
        ? (published === undefined ? "–" : "N/A")
        : formatPublished(theirs),
      differenceText: difference !== undefined
        ? formatDifference(difference, decimals)
        : published?.protocol !== undefined
        ? OTHER_PROTOCOL
        : spread !== undefined && theirs !== undefined
        ? "not comparable"
        : "–",
      inInterval: difference?.inInterval === undefined
        ? "–"
        : difference.inInterval
        ? "inside"
        : "outside",
      footnotes: notes.map((text) => footnotes.number(text)).sort((a, b) => a - b),
    };
  };

  const extra = summaries.map((summary) => summary.model)
    .filter((model) => !publishedRows.some((row) => row.model === model));
  const rows = [
    ...publishedRows.map((row) => makeRow(row.model, row)),
    ...extra.map((model) => makeRow(model, undefined)),
  ].toSorted((a, b) => ROW_KINDS.indexOf(a.kind) - ROW_KINDS.indexOf(b.kind));

  const direction = headline?.direction ?? table?.direction ?? "lower";
  const spreads = rows.flatMap((row) => row.spread === undefined ? [] : [row.spread]);
  const compares = rows.some((row) => row.difference !== undefined);
  const someDiverged = summaries.some((summary) => summary.converged < summary.results);
  const caption = [
    spreads.length === 0 ? "No cell of this group has a result yet." : spreadCaption(spreads),
    compares
      ? "Difference: ours minus the published value. In our interval: whether the published value " +
        "lies in the 95 % t-interval of our mean."
      : "",
    someDiverged ? "Seeds that diverged are counted and have no number to average." : "",
    reason ?? "",
  ].filter((part) => part !== "").join(" ");
  const title = table?.caption ?? headline?.label ?? group.benchmark;
  const unit = headline?.unit ?? "";
  // A published caption says its unit itself.
  const heading = `${title}${table === undefined && unit !== "" ? ` (${unit})` : ""}; ` +
    `${direction} is better`;
  const departures = settingsDifference(group, table);
  return {
    group,
    title,
    heading,
    metric: headline?.name ?? table?.metric ?? "",
    unit,
    direction,
    caption,
    hasPublished: hasPublishedNumbers(group.benchmark),
    rows,
    differences: [
      ...(departures === undefined ? [] : [departures]),
      ...applyingDifferences(table?.differences ?? [], group.records, group.standIn !== ""),
    ],
    footnotes: footnotes.texts,
    origins: recordOrigins(group, rows.map(({ model }) => model)),
  };
}

/** Heads of a table's columns: without a published number, those on our numbers alone. */
export function comparisonHeads({ hasPublished }: ComparisonTable): readonly string[] {
  return hasPublished ? COMPARISON_HEADS : COMPARISON_HEADS.slice(0, OUR_COLUMNS);
}

/** A row's texts in the order of {@link comparisonHeads}; "–" where there is nothing to show. */
export function comparisonCells(
  { hasPublished }: ComparisonTable,
  row: ComparisonRow,
): readonly string[] {
  const seeds = row.seeds === "" ? "–" : row.seeds;
  const ours = [row.method, row.ours, seeds, row.interval];
  return hasPublished ? [...ours, row.published, row.differenceText, row.inInterval] : ours;
}

/** What precedes the list of a table's differences. */
export function differencesLead({ hasPublished }: ComparisonTable): string {
  return hasPublished ? "How the published protocol differs:" : "On the protocol:";
}

/** "rmnist v2, paper tier, ort-cpu, data 0f3a92bc (stand-in)": what every number of a table shares. */
export function groupLabel(group: RecordGroup): string {
  return `${group.benchmark} v${group.version}, ${group.tier} tier, ${group.backend}, data ` +
    `${group.dataSha256.slice(0, 8)}${group.standIn === "" ? "" : " (stand-in)"}`;
}
