/**
 * The verdict on a metric of a model.
 *
 * @module
 */
import { mean } from "../../reports/statistics.ts";
import { fromJsonNumber } from "../json_number.ts";
import type { CellRecord, Metric } from "../record.ts";
import type { Pair } from "./match.ts";
import { chooseTolerance, type Tolerance } from "./tolerance.ts";

/** How a metric stands to its reference. */
export type Verdict = "identical" | "within tolerance" | "drift-worse" | "drift-better";

/** A metric of a model held against its reference. */
export interface Comparison {
  /** Registry name of the model. */
  readonly model: string;
  /** Registry name of the metric. */
  readonly metric: string;
  /** Unit of the values. */
  readonly unit: string;
  /** The verdict. */
  readonly verdict: Verdict;
  /** Seeds that both sides have. */
  readonly seeds: number;
  /** Those of them with equal trace hashes. */
  readonly identical: number;
  /** Mean over the seeds that both sides completed; absent where there is none. */
  readonly values?: { readonly reference: number; readonly current: number };
  /** Absent where no values were held against each other. */
  readonly tolerance?: Tolerance;
  /** What else decided, e.g. "2 of 3 seeds did not converge, 0 in the reference"; "" otherwise. */
  readonly note: string;
}

/** What {@link compareMetric} takes. */
export interface MetricCheck {
  /** Registry name of the metric. */
  readonly metric: string;
  /** The pairs of one model, at least one. */
  readonly pairs: readonly Pair[];
  /** All results of the model in the reference: what the spread is taken over. */
  readonly reference: readonly CellRecord[];
  /** Whether the model gives the same number in every seed. */
  readonly deterministic: boolean;
  /** What the user allows, as a share of the reference. */
  readonly share?: number;
}

/** True for the verdicts that a check fails on. */
export function isDrift({ verdict }: Comparison): boolean {
  return verdict === "drift-worse" || verdict === "drift-better";
}

/**
 * Holds a metric of a model against its reference: trace hashes first, then what did not converge, then the mean over seeds.
 *
 * @throws RangeError when there are no pairs
 */
export function compareMetric(check: MetricCheck): Comparison {
  const { metric, pairs } = check;
  const [first] = pairs;
  if (first === undefined) {
    throw new RangeError(`Cannot compare ${metric}: there must be a pair of results, has none`);
  }
  const { direction, unit } = describe(pairs, metric);
  const identical =
    pairs.filter(({ reference, current }) =>
      reference.traceSha256 === current.traceSha256 && reference.status === current.status
    ).length;
  const compared = pairs.flatMap((pair) => {
    const [reference, current] = [finite(pair.reference, metric), finite(pair.current, metric)];
    return reference === undefined || current === undefined ? [] : [{ reference, current }];
  });
  const common = {
    model: first.reference.cell.model,
    metric,
    unit,
    seeds: pairs.length,
    identical,
    ...(compared.length === 0 ? {} : {
      values: {
        reference: mean(compared.map(({ reference }) => reference)),
        current: mean(compared.map(({ current }) => current)),
      },
    }),
  };
  if (identical === pairs.length) return { ...common, verdict: "identical", note: "" };
  const failures = (side: keyof Pair) =>
    pairs.filter((pair) => finite(pair[side], metric) === undefined).length;
  const [before, now] = [failures("reference"), failures("current")];
  if (before !== now) {
    const note = `${now} of ${pairs.length} seeds did not converge, ${before} in the reference`;
    return { ...common, verdict: now > before ? "drift-worse" : "drift-better", note };
  }
  if (common.values === undefined) {
    return { ...common, verdict: "within tolerance", note: "no seed converged on both sides" };
  }
  const tolerance = chooseTolerance({
    reference: check.reference.flatMap((record) => finite(record, metric) ?? []),
    compared: compared.length,
    deterministic: check.deterministic,
    ...(check.share === undefined ? {} : { share: check.share }),
  });
  const difference = common.values.current - common.values.reference;
  return { ...common, tolerance, verdict: judge(difference, direction, tolerance.value), note: "" };
}

/** The metric of a seed that converged: completed, with a finite value. */
function finite({ status, metrics }: CellRecord, name: string): number | undefined {
  const metric = metrics.find((candidate) => candidate.name === name);
  const value = metric === undefined ? NaN : fromJsonNumber(metric.value);
  return status === "completed" && Number.isFinite(value) ? value : undefined;
}

/** What the reference, or else the results, say of a metric. */
function describe(pairs: readonly Pair[], name: string): Pick<Metric, "direction" | "unit"> {
  const records = [
    ...pairs.map(({ reference }) => reference),
    ...pairs.map(({ current }) => current),
  ];
  const metrics = records.flatMap((record) => record.metrics);
  return metrics.find((metric) => metric.name === name) ?? { direction: "lower", unit: "" };
}

function judge(difference: number, direction: Metric["direction"], tolerance: number): Verdict {
  if (Math.abs(difference) <= tolerance) return "within tolerance";
  const isBetter = direction === "lower" ? difference < 0 : difference > 0;
  return isBetter ? "drift-better" : "drift-worse";
}
