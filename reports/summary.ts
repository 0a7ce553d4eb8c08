/**
 * What the seeds of one model gave: a typed ± for each metric, and a count of what did not converge.
 *
 * @module
 */
import { fromJsonNumber } from "../models/training/json_number.ts";
import { isFinished } from "../benchmarks/record/record_file.ts";
import type { Metric } from "../benchmarks/record/record.ts";
import { modelOrder, type ReportGroup } from "./catalogue.ts";
import { counted, decimalsOf, formatPlusMinus } from "../benchmarks/statistics/numbers.ts";
import type { StoredRecord } from "../benchmarks/record/read_records.ts";
import {
  confidenceInterval,
  type Interval,
  type PlusMinus,
  plusMinus,
} from "../benchmarks/statistics/spread.ts";

/** One metric of one model over its seeds. */
export interface MetricSummary extends Pick<Metric, "name" | "label" | "unit" | "direction"> {
  /** Over the finite values, of the first one's unit, of the seeds that completed; undefined without one. */
  readonly spread: PlusMinus | undefined;
  /** Seeds that completed without the metric, or have it in another unit. */
  readonly absent: number;
  /** Values that are not finite, and so are not averaged. */
  readonly notANumber: number;
  /** 95 % t-interval; undefined below two seeds. */
  readonly interval: Interval | undefined;
}

/** All seeds of one model of a group. */
export interface ModelSummary {
  /** Registry name. */
  readonly model: string;
  /** Every record, by seed. */
  readonly records: readonly StoredRecord[];
  /** Seeds that completed: the ones that are averaged. */
  readonly converged: number;
  /** Seeds that completed or diverged: the results. */
  readonly results: number;
  /** Seeds that failed or were interrupted: no results. */
  readonly unfinished: number;
  /** In the order of the records. */
  readonly metrics: readonly MetricSummary[];
}

/** A metric by its name, where its value is a finite number. */
export function finiteMetric(
  metrics: readonly Metric[],
  name: string,
): { readonly value: number; readonly unit: string } | undefined {
  const found = metrics.find((metric) => metric.name === name);
  const value = found === undefined ? NaN : fromJsonNumber(found.value);
  return Number.isFinite(value) ? { value, unit: found!.unit } : undefined;
}

/** @param all values of one metric, one at least @param converged seeds that completed */
function summariseMetric(all: readonly Metric[], converged: number): MetricSummary {
  const { name, label, unit, direction } = all[0]!;
  const ofUnit = all.filter((metric) => metric.unit === unit);
  const observations = ofUnit
    .map(({ value, unit }) => ({
      value: fromJsonNumber(value),
      quantity: unit,
      unit: "seed" as const,
    }))
    .filter(({ value }) => Number.isFinite(value));
  const spread = observations.length === 0 ? undefined : plusMinus(observations);
  return {
    ...{ name, label, unit, direction, spread },
    absent: converged - ofUnit.length,
    notANumber: ofUnit.length - observations.length,
    interval: spread === undefined ? undefined : confidenceInterval(spread),
  };
}

/** Summary of each model of a group, in the order of {@link modelOrder}. */
export function summariseGroup(group: ReportGroup): readonly ModelSummary[] {
  return modelOrder(group).map((model): ModelSummary => {
    const records = group.records.filter(({ record }) => record.cell.model === model);
    const results = records.filter(({ record }) => isFinished(record));
    const converged = results.filter(({ record }) => record.status === "completed");
    const metrics = converged.flatMap(({ record }) => record.metrics);
    return {
      model,
      records,
      converged: converged.length,
      results: results.length,
      unfinished: records.length - results.length,
      metrics: [...Map.groupBy(metrics, ({ name }) => name).values()]
        .map((all) => summariseMetric(all, converged.length)),
    };
  });
}

/** "0.0188 ± 0.0003", or "not a number" where no value is finite. @param least fewest decimals */
export function formatMetric({ spread }: MetricSummary, least = 0): string {
  return spread === undefined ? "not a number" : formatPlusMinus(spread, decimalsOf(spread, least));
}

/** "3 seeds", "4/5 converged", "2 seeds, 1 unfinished"; of a metric "3 seeds, 1 not a number", "3 seeds, 1 without it". */
export function formatSeeds(summary: ModelSummary, metric?: MetricSummary): string {
  const parts = [
    summary.converged === summary.results
      ? counted(summary.results, "seed")
      : `${summary.converged}/${summary.results} converged`,
  ];
  if ((metric?.notANumber ?? 0) > 0) parts.push(`${metric!.notANumber} not a number`);
  if ((metric?.absent ?? 0) > 0) parts.push(`${metric!.absent} without it`);
  if (summary.unfinished > 0) parts.push(`${summary.unfinished} unfinished`);
  return parts.join(", ");
}
