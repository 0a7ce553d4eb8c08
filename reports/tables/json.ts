/**
 * Results of a benchmark for other programs: every group with its summaries, seeds and published numbers.
 *
 * @module
 */
import { canonicalJson } from "../../benchmarks/record/canonical_json.ts";
import { publishedTable } from "../published/registry.ts";
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";
import { type MetricSummary, type ModelSummary, summariseGroup } from "../summary.ts";
import { comparisonTable } from "./comparison_table.ts";

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
      std: spread.std,
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

function groupResults(group: RecordGroup) {
  const table = publishedTable(group.benchmark);
  const { rows, origins } = comparisonTable(group);
  return {
    version: group.version,
    tier: group.tier,
    backend: group.backend,
    dataSha256: group.dataSha256,
    dataOrigin: group.dataOrigin,
    standIn: group.standIn,
    origins: origins.map(({ commit, device, models }) => ({
      commit,
      device,
      models: models.map(({ model, seeds }) => ({ model, seeds })),
    })),
    models: summariseGroup(group).map((summary) => ({
      model: summary.model,
      results: summary.results,
      converged: summary.converged,
      unfinished: summary.unfinished,
      metrics: summary.metrics.map((metric) => metricResults(summary, metric)),
    })),
    // What the numbers of this group may be set against; the protocols' differences are on the page.
    ...(table === undefined ? {} : {
      published: {
        metric: table.metric,
        direction: table.direction,
        location: table.location,
        rows: table.rows.flatMap((row) =>
          row.value === undefined ? [] : [{
            model: row.model,
            method: row.method,
            mean: row.value.mean,
            plusMinus: row.value.plusMinus,
            source: row.source.reference,
            url: row.source.url,
            protocol: row.protocol,
            difference: rows.find(({ model }) => model === row.model)?.difference,
          }]
        ),
      },
    }),
  };
}

/**
 * JSON of all groups of one benchmark: means, sample standard deviations (ddof 1) and 95 % t-intervals over seeds, the
 * seeds' own values, and the published numbers with ours minus theirs where the two compare. Keys are in canonical order.
 */
export function resultsJson(benchmark: string, groups: readonly RecordGroup[]): string {
  const results = { schema: RESULTS_SCHEMA, benchmark, groups: groups.map(groupResults) };
  return `${canonicalJson(results, 1)}\n`;
}
