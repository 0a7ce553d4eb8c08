/**
 * Results for other programs: every metric of every record as CSV, and the groups of a benchmark as JSON.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { canonicalJson } from "../../benchmarks/record/canonical_json.ts";
import type { StoredRecord } from "../../benchmarks/record/read_records.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import {
  aboutBenchmark,
  type Catalogue,
  modelTitle,
  type ReportGroup,
  SUITE,
} from "../catalogue.ts";
import { type MetricSummary, type ModelSummary, summariseGroup } from "../summary.ts";
import { type ComparisonTable, comparisonTables } from "./comparison_table.ts";

/** Columns of the CSV file, in order. */
export const CSV_COLUMNS: readonly string[] = Object.freeze(
  ("benchmark version tier backend dataSha256 dataOrigin model title seed status " +
    "metric value unit direction record").split(" "),
);

/** A text that no spreadsheet takes for a formula. */
function guarded(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

/**
 * Every metric of every record. A cell without metrics (it failed or diverged) keeps one row, its metric empty, so
 * that no cell is missing from the file. An apostrophe stands before a text that a spreadsheet would take for a formula.
 *
 * @returns Comma-separated values with a header and CRLF line ends (RFC 4180).
 */
export function resultsCsv(
  records: readonly StoredRecord[],
  catalogue: Catalogue = SUITE,
): string {
  const rows = records.flatMap(({ file, record }): Record<string, string | number>[] => {
    const cell = {
      ...record.cell,
      title: modelTitle(aboutBenchmark(catalogue, record.cell.benchmark), record.cell.model),
      dataOrigin: record.dataOrigin,
      status: record.status,
      record: file,
    };
    const metrics = record.metrics.map(({ name, value, unit, direction }) => ({
      ...cell,
      metric: name,
      value,
      unit,
      direction,
    }));
    return metrics.length > 0
      ? metrics
      : [{ ...cell, metric: "", value: "", unit: "", direction: "" }];
  });
  const guardedRows = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, text]) => [
        column,
        // A value is a number, or the tag of one such as "-Infinity".
        typeof text === "number" || column === "value" ? text : guarded(text),
      ]),
    )
  );
  return stringify(guardedRows, { columns: [...CSV_COLUMNS] });
}

/** Version of the layout of {@link resultsJson}. */
export const RESULTS_SCHEMA = 3;

function metricResults(summary: ModelSummary, metric: MetricSummary) {
  const { spread, interval } = metric;
  return {
    name: metric.name,
    label: metric.label,
    unit: metric.unit,
    direction: metric.direction,
    ...(spread === undefined ? {} : {
      mean: spread.mean,
      std: spread.std === undefined ? undefined : toJsonNumber(spread.std),
      ddof: spread.ddof,
      n: spread.n,
      over: `${spread.unit}s`,
    }),
    ...(interval === undefined ? {} : { interval }),
    seeds: summary.records.flatMap(({ file, record }) =>
      record.metrics.filter(({ name }) => name === metric.name)
        .map(({ value }) => ({ seed: record.cell.seed, value, record: file }))
    ),
  };
}

/** The published numbers of a table, with ours minus theirs where the two compare. */
function publishedNumbers({ table, rows }: ComparisonTable) {
  const { metric, title, unit, direction, location } = table;
  return {
    metric,
    title,
    unit,
    direction,
    location,
    rows: table.rows.flatMap(({ model, method, value, source, protocol }) =>
      value === undefined ? [] : [{
        model,
        method,
        mean: value.mean,
        plusMinus: value.plusMinus,
        source: source.reference,
        url: source.url,
        protocol,
        difference: rows.find((row) => row.model === model)?.difference,
      }]
    ),
  };
}

function groupResults(group: ReportGroup) {
  const tables = comparisonTables(group);
  return {
    version: group.version,
    tier: group.tier,
    backend: group.backend,
    dataSha256: group.dataSha256,
    dataOrigin: group.dataOrigin,
    standIn: group.standIn,
    origins: tables[0]!.origins.map(({ commit, device, models }) => ({
      commit,
      device,
      models: models.map(({ model, seeds }) => ({ model, seeds })),
    })),
    models: summariseGroup(group).map((summary) => ({
      model: summary.model,
      title: modelTitle(group.about, summary.model),
      results: summary.results,
      converged: summary.converged,
      unfinished: summary.unfinished,
      metrics: summary.metrics.map((metric) => metricResults(summary, metric)),
    })),
    // What the numbers of this group may be compared with; the differences of protocol are on the page.
    published: tables.filter(({ hasPublished }) => hasPublished).map(publishedNumbers),
    figures: (group.about.report.figures ?? []).map(({ source, ...figure }) => (
      { ...figure, source: source.reference, url: source.url }
    )),
  };
}

/**
 * JSON of all groups of one benchmark: means, sample standard deviations (ddof 1) and 95 % t-intervals over seeds, the
 * seeds' own values, every published table with ours minus theirs where the two compare, and published figures. Keys are
 * in canonical order.
 */
export function resultsJson(benchmark: string, groups: readonly ReportGroup[]): string {
  const results = { schema: RESULTS_SCHEMA, benchmark, groups: groups.map(groupResults) };
  return `${canonicalJson(results, 1)}\n`;
}
