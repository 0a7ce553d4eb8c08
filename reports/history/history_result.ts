/**
 * What a version of the suite once gave for a cell: the part of a record that a history needs.
 *
 * @module
 */
import type { Acceptance, AcceptedResult } from "../../benchmarks/check/accepted.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import { isFinished } from "../../benchmarks/record/record_file.ts";
import type { CellIdentity, CellRecord, Metric } from "../../benchmarks/record/record.ts";

/** One result of one cell. */
export interface HistoryResult {
  /** What ran. */
  readonly cell: CellIdentity;
  /** Git commit of the suite that computed it; "" when unknown. */
  readonly commit: string;
  /** ISO 8601 time at which it was computed. */
  readonly finishedAt: string;
  /** Equal hashes, equal training. */
  readonly traceSha256: string;
  /** Scalar results; none when it diverged. */
  readonly metrics: readonly Metric[];
  /** True for a result that is among the records of the site, false for one that was replaced. */
  readonly current: boolean;
}

/** The results of finished records. */
export function resultsOfRecords(
  records: readonly CellRecord[],
  current: boolean,
): readonly HistoryResult[] {
  return records.filter(isFinished).map((record) => ({
    cell: record.cell,
    commit: record.fingerprint.commit,
    finishedAt: record.finishedAt,
    traceSha256: record.traceSha256,
    metrics: record.metrics,
    current,
  }));
}

/** The results that a list of accepted changes tells of, former and new ones. */
export function resultsOfAcceptances(acceptances: readonly Acceptance[]): readonly HistoryResult[] {
  return acceptances.flatMap(({ benchmark, version, tier, backend, dataSha256, cells }) =>
    cells.flatMap(({ model, seed, former, accepted }) =>
      [former, accepted].filter((result): result is AcceptedResult => result !== null)
        .map(({ commit, finishedAt, traceSha256, metrics }) => ({
          cell: { benchmark, version, tier, backend, dataSha256, model, seed },
          commit,
          finishedAt,
          traceSha256,
          metrics,
          current: false,
        }))
    )
  );
}

/**
 * Every result once, current ones first where a result is known from several places, by time. A record that was only
 * rewritten (its command, its pictures) is the same result.
 */
export function distinctResults(results: readonly HistoryResult[]): readonly HistoryResult[] {
  const byKey = new Map<string, HistoryResult>();
  for (const result of results.toSorted((a, b) => Number(b.current) - Number(a.current))) {
    const { cell, commit, finishedAt } = result;
    const { benchmark, version, model, seed, tier, backend, dataSha256 } = cell;
    const identity = [benchmark, version, model, seed, tier, backend, dataSha256];
    // Not the hash: older lists have it by the rule of their time.
    const key = JSON.stringify([...identity, commit, finishedAt]);
    if (!byKey.has(key)) byKey.set(key, result);
  }
  return [...byKey].toSorted(([keyA, a], [keyB, b]) => {
    const [one, other] = [`${a.finishedAt} ${keyA}`, `${b.finishedAt} ${keyB}`];
    return one < other ? -1 : 1;
  }).map(([, result]) => result);
}

/** A metric of a result; undefined where there is none, or it is not finite. */
export function metricValue({ metrics }: HistoryResult, name: string): number | undefined {
  const metric = metrics.find((candidate) => candidate.name === name);
  const value = metric === undefined ? NaN : fromJsonNumber(metric.value);
  return Number.isFinite(value) ? value : undefined;
}
