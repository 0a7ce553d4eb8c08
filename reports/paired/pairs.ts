/**
 * Values of two models, or of two metrics, on the seeds that both have.
 *
 * @module
 */
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";
import {
  finiteDifference,
  mean,
  type PlusMinus,
  plusMinus,
} from "../../benchmarks/statistics/spread.ts";
import { finiteMetric } from "../summary.ts";

/** What is paired: a metric of a model. */
export interface Measured {
  /** Registry name of the model. */
  readonly model: string;
  /** Registry name of the metric. */
  readonly metric: string;
}

/** Two measured values on the seeds that both have. */
export interface Pairs {
  /** The seeds, ascending. */
  readonly seeds: readonly number[];
  /** One a seed: the first minus the second. */
  readonly differences: readonly number[];
  /** Of the differences over seeds; undefined without a pair. */
  readonly spread: PlusMinus | undefined;
  /** Mean of the second over these seeds; undefined without a pair. */
  readonly secondMean: number | undefined;
}

/** Finite values by seed, of the seeds that converged. */
function valuesBySeed(
  group: RecordGroup,
  { model, metric }: Measured,
): ReadonlyMap<number, { readonly value: number; readonly unit: string }> {
  return new Map(
    group.records.map(({ record }) => record)
      .filter(({ cell, status }) => cell.model === model && status === "completed")
      .flatMap(({ cell, metrics }) => {
        const found = finiteMetric(metrics, metric);
        return found === undefined ? [] : [[cell.seed, found]];
      }),
  );
}

/** Pairs of a group's values by seed: seeds of which both have converged, and all of whose values have one unit. */
export function pairBySeed(group: RecordGroup, first: Measured, second: Measured): Pairs {
  const ofFirst = valuesBySeed(group, first);
  const ofSecond = valuesBySeed(group, second);
  const both = [...ofFirst.keys()].filter((seed) => ofSecond.has(seed)).toSorted((a, b) => a - b);
  const quantity = ofFirst.get(both[0] ?? NaN)?.unit ?? "";
  const seeds = both.filter((seed) =>
    ofFirst.get(seed)!.unit === quantity && ofSecond.get(seed)!.unit === quantity
  );
  const observations = seeds.map((seed) => ({
    value: finiteDifference(ofFirst.get(seed)!.value, ofSecond.get(seed)!.value),
    quantity,
    unit: "seed" as const,
  }));
  const isEmpty = seeds.length === 0;
  return {
    seeds,
    differences: observations.map(({ value }) => value),
    spread: isEmpty ? undefined : plusMinus(observations),
    secondMean: isEmpty ? undefined : mean(seeds.map((seed) => ofSecond.get(seed)!.value)),
  };
}
