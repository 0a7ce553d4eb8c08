/**
 * What the seeds of one model gave: a typed ± for each metric, and a count of what did not converge.
 *
 * @module
 */
import { fromJsonNumber } from "../benchmarks/json_number.ts";
import type { Metric } from "../benchmarks/record.ts";
import { modelOrder } from "./method_names.ts";
import type { RecordGroup, StoredRecord } from "./records.ts";
import { confidenceInterval, type Interval, type PlusMinus, plusMinus } from "./statistics.ts";

/** One metric of one model over its seeds. */
export interface MetricSummary {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly direction: "lower" | "higher";
  /** Over the seeds that completed with a finite value; undefined when none did. */
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
  /** Seeds that completed. */
  readonly converged: number;
  /** Seeds that completed or diverged: the results. */
  readonly results: number;
  /** Seeds that failed or were interrupted: no results. */
  readonly unfinished: number;
  readonly metrics: readonly MetricSummary[];
}

function summariseMetric(first: Metric, completed: readonly StoredRecord[]): MetricSummary {
  const observations = completed.flatMap(({ record }) =>
    record.metrics.filter((metric) => metric.name === first.name).map((metric) => ({
      value: fromJsonNumber(metric.value),
      quantity: metric.unit,
      unit: "seed" as const,
    }))
  ).filter((observation) => Number.isFinite(observation.value));
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
export function summariseGroup(group: RecordGroup): readonly ModelSummary[] {
  return modelOrder(group).map((model): ModelSummary => {
    const records = group.records.filter(({ record }) => record.cell.model === model);
    const completed = records.filter(({ record }) => record.status === "completed");
    const diverged = records.filter(({ record }) => record.status === "diverged").length;
    const firsts = new Map<string, Metric>();
    for (const { record } of completed) {
      for (const metric of record.metrics) {
        if (!firsts.has(metric.name)) firsts.set(metric.name, metric);
      }
    }
    return {
      model,
      records,
      converged: completed.length,
      results: completed.length + diverged,
      unfinished: records.length - completed.length - diverged,
      metrics: [...firsts.values()].map((metric) => summariseMetric(metric, completed)),
    };
  });
}

/** "3 seeds", "4/5 converged", "2 seeds, 1 unfinished". */
export function formatSeeds(summary: ModelSummary): string {
  const parts = [
    summary.converged === summary.results
      ? `${summary.results} seed${summary.results === 1 ? "" : "s"}`
      : `${summary.converged}/${summary.results} converged`,
  ];
  if (summary.unfinished > 0) parts.push(`${summary.unfinished} unfinished`);
  return parts.join(", ");
}
