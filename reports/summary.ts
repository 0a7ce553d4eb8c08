/**
 * What the seeds of one model gave: a typed ± for each metric, and a count of what did not converge.
 *
 * @module
 */
import { fromJsonNumber } from "../models/training/json_number.ts";
import { isFinished } from "../benchmarks/record/record_file.ts";
import type { CellRecord, Metric } from "../benchmarks/record/record.ts";
import { modelOrder, type ReportGroup } from "./catalogue.ts";
import { counted } from "../benchmarks/statistics/numbers.ts";
import type { StoredRecord } from "../benchmarks/record/read_records.ts";
import {
  confidenceInterval,
  type Interval,
  type PlusMinus,
  plusMinus,
} from "../benchmarks/statistics/spread.ts";

/** One metric of one model over its seeds. */
export interface MetricSummary extends Pick<Metric, "name" | "label" | "unit" | "direction"> {
  /** Over the seeds that converged; undefined when none did. */
  readonly spread: PlusMinus | undefined;
  /** 95 % t-interval; undefined below two seeds. */
  readonly interval: Interval | undefined;
}

/** All seeds of one model of a group. */
export interface ModelSummary {
  /** Registry name. */
  readonly model: string;
  /** Every record, by seed. */
  readonly records: readonly StoredRecord[];
  /** Seeds that completed, every metric finite: the ones that are averaged. */
  readonly converged: number;
  /** Seeds that completed or diverged: the results. */
  readonly results: number;
  /** Seeds that failed or were interrupted: no results. */
  readonly unfinished: number;
  /** In the order of the records. */
  readonly metrics: readonly MetricSummary[];
}

/** True for a record that completed, and no metric of which is NaN or infinite: one that is averaged. */
export function hasConverged(record: CellRecord): boolean {
  return record.status === "completed" &&
    record.metrics.every((metric) => Number.isFinite(fromJsonNumber(metric.value)));
}

function summariseMetric(first: Metric, converged: readonly StoredRecord[]): MetricSummary {
  const observations = converged.flatMap(({ record }) =>
    record.metrics.filter((metric) => metric.name === first.name).map((metric) => ({
      value: fromJsonNumber(metric.value),
      quantity: metric.unit,
      unit: "seed" as const,
    }))
  );
  const spread = observations.length === 0 ? undefined : plusMinus(observations);
  return {
    name: first.name,
    label: first.label,
    unit: first.unit,
    direction: first.direction,
    spread,
    interval: spread === undefined ? undefined : confidenceInterval(spread),
  };
}

/** Summary of each model of a group, in the order of {@link modelOrder}. */
export function summariseGroup(group: ReportGroup): readonly ModelSummary[] {
  return modelOrder(group).map((model): ModelSummary => {
    const records = group.records.filter(({ record }) => record.cell.model === model);
    const results = records.filter(({ record }) => isFinished(record));
    const converged = results.filter(({ record }) => hasConverged(record));
    const firsts = new Map<string, Metric>();
    for (const { record } of converged) {
      for (const metric of record.metrics) {
        if (!firsts.has(metric.name)) firsts.set(metric.name, metric);
      }
    }
    return {
      model,
      records,
      converged: converged.length,
      results: results.length,
      unfinished: records.length - results.length,
      metrics: [...firsts.values()].map((metric) => summariseMetric(metric, converged)),
    };
  });
}

/** "3 seeds", "4/5 converged", "2 seeds, 1 unfinished". */
export function formatSeeds(summary: ModelSummary): string {
  const parts = [
    summary.converged === summary.results
      ? counted(summary.results, "seed")
      : `${summary.converged}/${summary.results} converged`,
  ];
  if (summary.unfinished > 0) parts.push(`${summary.unfinished} unfinished`);
  return parts.join(", ");
}
