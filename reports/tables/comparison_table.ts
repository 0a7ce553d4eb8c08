/**
 * A table of one metric, our numbers beside published ones, as data: every output format renders these rows.
 *
 * @module
 */
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";
import {
  decimalsFor,
  decimalsOf,
  formatDifference,
  formatInterval,
} from "../../benchmarks/statistics/numbers.ts";
import {
  type Difference,
  differenceToPublished,
  type PlusMinus,
} from "../../benchmarks/statistics/spread.ts";
import { formatPublished, type PublishedRow } from "../benchmarks/benchmark_report.ts";
import {
  type GroupTable,
  hasPublishedNumbers,
  isTrivial,
  modelTitle,
  own,
  type ReportGroup,
  tablesOf,
} from "../catalogue.ts";
import { formatMetric, formatSeeds, type ModelSummary, summariseGroup } from "../summary.ts";
import {
  applyingDifferences,
  Footnotes,
  type RecordOrigin,
  recordOrigins,
  rowNotes,
  settingsDifference,
} from "./notes.ts";

/** Kinds of rows in the order in which a table shows them, with their headings. */
const HEADINGS = Object.freeze({
  paper: "The paper's rows",
  /** The paper's own number is of another protocol than the table's, e.g. of another data set. */
  "other-protocol": "By another protocol",
  later: "Published later",
  "later-other-protocol": "Published later, by another protocol",
  /** Models that no published row names. */
  other: "Other models",
  reference: "Simple references, the same for every seed",
});

/** Where a row of a table belongs. */
export type RowKind = keyof typeof HEADINGS;

/** All of them, in the order in which a table shows them. */
export const ROW_KINDS: readonly RowKind[] = Object.freeze(Object.keys(HEADINGS) as RowKind[]);

/** The kind of a row. @param published the row of the published table that names the model, if any */
export function rowKind(published: PublishedRow | undefined, trivial: boolean): RowKind {
  if (published === undefined) return trivial ? "reference" : "other";
  if (published.protocol === undefined) return published.later ? "later" : "paper";
  return published.later ? "later-other-protocol" : "other-protocol";
}

/** The heading over the rows of a kind; undefined for the paper's, and for other models where they come first. */
export function kindHeading(kind: RowKind, kinds: readonly RowKind[]): string | undefined {
  return kind === "paper" || (kind === "other" && kinds[0] === kind) ? undefined : HEADINGS[kind];
}

/** One row: a method, our number, theirs. Texts are ready to print; numbers stay beside them. */
export interface ComparisonRow {
  /** Title of the model. */
  readonly method: string;
  /** Registry name. */
  readonly model: string;
  /** Where the row belongs. */
  readonly kind: RowKind;
  /** Our mean and spread; undefined where nothing ran or nothing converged. */
  readonly spread: PlusMinus | undefined;
  /** Ours minus theirs; undefined where the two do not compare. */
  readonly difference: Difference | undefined;
  /** "0.01885 ± 0.00031", "not run", "diverged", "not a number", "–" where the model has no such metric. */
  readonly ours: string;
  /** "3 seeds", "4/5 converged"; "" where nothing ran. */
  readonly seeds: string;
  /** "[0.0181, 0.0196]" or "–". */
  readonly interval: string;
  /** "0.0188 ± 0.0003", "N/A" or "–". */
  readonly published: string;
  /** "+0.0001 (+0.5 %)", "not comparable", "other protocol" or "–". */
  readonly differenceText: string;
  /** Where the published value lies: "inside" or "outside" our interval; "–" where there is nothing to compare. */
  readonly inInterval: "inside" | "outside" | "–";
  /** Numbers of the footnotes, from 1. */
  readonly footnotes: readonly number[];
}

/** Shown in place of the difference to a number of another protocol. */
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

/** A table of one group of records and one metric. */
export interface ComparisonTable {
  /** The records that the table shows. */
  readonly group: ReportGroup;
  /** What is compared. */
  readonly table: GroupTable;
  /** Says what ± and the columns are; made from the typed values. */
  readonly caption: string;
  /** What must stand beside the numbers also where there is little room. */
  readonly essentials: string;
  /** Whether any row has a published number; formats leave out the columns on it where none has. */
  readonly hasPublished: boolean;
  /** In the order in which they are shown. */
  readonly rows: readonly ComparisonRow[];
  /** "Per-frame … error; lower is better". */
  readonly heading: string;
  /** Protocol differences between ours and every published row. */
  readonly differences: readonly string[];
  /** Protocol differences of single rows; footnote k is at k - 1. */
  readonly footnotes: readonly string[];
  /** Commits and processors of the records; none in a group's further tables. */
  readonly origins: readonly RecordOrigin[];
}

/** Why a group's numbers cannot be compared with a paper's; undefined where they can. */
export function whyNotComparable(group: ReportGroup): string | undefined {
  const published = hasPublishedNumbers(group.about);
  const standIn = group.standIn;
  if (standIn !== "") {
    return `${standIn}${published ? " Published numbers are shown for orientation only." : ""}`;
  }
  if (group.tier !== "smoke") return undefined;
  return `The smoke tier only tests that the suite runs${
    published ? ": published numbers are shown for orientation only." : "."
  }`;
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

/** Shown for a model without the metric. */
function absentText(summary: ModelSummary | undefined): string {
  if (summary === undefined) return "not run";
  if (summary.converged > 0) return "–";
  return summary.results > 0 ? "diverged" : "not finished";
}

/** One table of a group: by default that of the headline metric. */
export function comparisonTable(
  group: ReportGroup,
  table: GroupTable = tablesOf(group)[0],
): ComparisonTable {
  const summaries = summariseGroup(group);
  const { about } = group;
  const isStandIn = group.standIn !== "";
  const reason = whyNotComparable(group);
  const footnotes = new Footnotes();

  const makeRow = (model: string, published: PublishedRow | undefined): ComparisonRow => {
    const summary = summaries.find((candidate) => candidate.model === model);
    const metric = summary?.metrics.find((candidate) => candidate.name === table.metric);
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
    const note = own(table.notes ?? {}, model) ?? [];
    const notes = [...rowNotes(published, summary?.records ?? [], isStandIn), note].flat();
    return {
      method: modelTitle(about, model),
      model,
      kind: rowKind(published, isTrivial(about, model)),
      spread,
      difference,
      ours: metric === undefined ? absentText(summary) : formatMetric(metric, least),
      seeds: summary === undefined ? "" : formatSeeds(summary, metric),
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
        : (difference.inInterval ? "inside" : "outside"),
      footnotes: notes.map((text) => footnotes.number(text)).sort((a, b) => a - b),
    };
  };

  const ran = summaries.map((summary) => summary.model);
  const inOrder = new Set([
    ...Object.keys(about.models).filter((name) => ran.includes(name)),
    ...ran,
  ]);
  const extra = [...inOrder].filter((model) => !table.rows.some((row) => row.model === model));
  const rows = [
    ...table.rows.map((row) => makeRow(row.model, row)),
    // A model without this metric, and without a published number of it, is no row.
    ...extra.map((model) => makeRow(model, undefined)).filter(({ ours }) => ours !== "–"),
  ].toSorted((a, b) => ROW_KINDS.indexOf(a.kind) - ROW_KINDS.indexOf(b.kind));

  const spreads = rows.flatMap((row) => row.spread === undefined ? [] : [row.spread]);
  const someDiverged = summaries.some((summary) => summary.converged < summary.results);
  const metrics = summaries.flatMap((summary) => summary.metrics)
    .filter(({ name }) => name === table.metric);
  const spreadText = spreads.length > 0
    ? spreadCaption(spreads)
    : summaries.every(({ converged }) => converged === 0)
    ? "No cell of this group has a result yet."
    : metrics.length === 0 && `No record of this group has a metric named ${table.metric}.`;
  const differenceText = rows.some((row) => row.difference !== undefined) &&
    "Difference: ours minus the published value. In our interval: whether the published value " +
      "lies in the 95 % t-interval of our mean.";
  const warnings = [
    someDiverged && "Seeds that diverged are counted and have no number to average.",
    metrics.some(({ notANumber }) => notANumber > 0) &&
    "Seeds whose value is not a number are counted and not averaged.",
    reason,
  ];
  const sentences = (parts: readonly (string | false | undefined)[]) =>
    parts.filter(Boolean).join(" ");
  const departures = settingsDifference(group, table);
  return {
    group,
    table,
    heading: `${table.title}${table.unit === "" ? "" : ` (${table.unit})`}; ` +
      `${table.direction} is better`,
    caption: sentences([spreadText, differenceText, ...warnings]),
    essentials: sentences([spreadText, ...warnings, departures]),
    hasPublished: table.rows.some(({ value }) => value !== undefined),
    rows,
    differences: [
      ...(departures === undefined ? [] : [departures]),
      ...applyingDifferences(table.differences, group.records, isStandIn),
    ],
    footnotes: footnotes.texts,
    origins: recordOrigins(group, rows.map(({ model }) => model)),
  };
}

/** All tables of a group, that of the headline metric first. */
export function comparisonTables(group: ReportGroup): readonly ComparisonTable[] {
  return tablesOf(group).map((table, i) => {
    const comparison = comparisonTable(group, table);
    return i === 0 ? comparison : { ...comparison, origins: [] };
  });
}

/** Heads of a table's columns: without a published number, those on our numbers alone. */
export function comparisonHeads({ hasPublished }: ComparisonTable): readonly string[] {
  return hasPublished ? COMPARISON_HEADS : COMPARISON_HEADS.slice(0, OUR_COLUMNS);
}

/** A row's texts in the order of {@link comparisonHeads}; "–" where there is nothing to show. */
export function comparisonCells(table: ComparisonTable, row: ComparisonRow): readonly string[] {
  const seeds = row.seeds === "" ? "–" : row.seeds;
  return [
    ...[row.method, row.ours, seeds, row.interval],
    ...[row.published, row.differenceText, row.inInterval],
  ].slice(0, comparisonHeads(table).length);
}

/** What precedes the list of a table's differences. */
export function differencesLead({ hasPublished }: ComparisonTable): string {
  return hasPublished ? "How the published protocol differs:" : "On the protocol:";
}

/** "NAME v2, paper tier, ort-cpu, data 0f3a92bc (stand-in)": what every number of a table shares. */
export function groupLabel(group: RecordGroup): string {
  return `${group.benchmark} v${group.version}, ${group.tier} tier, ${group.backend}, data ` +
    `${group.dataSha256.slice(0, 8)}${group.standIn === "" ? "" : " (stand-in)"}`;
}
