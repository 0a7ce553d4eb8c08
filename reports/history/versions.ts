/**
 * Results by the version of the suite that computed them: the parts of records that a history needs, and what changed
 * from one version to the next.
 *
 * @module
 */
import type { Acceptance, AcceptedResult } from "../../benchmarks/check/accepted.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import type { CellIdentity, CellRecord } from "../../benchmarks/record/record.ts";
import { isFinished } from "../../benchmarks/record/record_file.ts";
import { mean, type PlusMinus, plusMinus } from "../../benchmarks/statistics/spread.ts";

/** One result of one cell: the part of a record that a history needs. */
export interface HistoryResult
  extends Pick<CellRecord, "cell" | "finishedAt" | "traceSha256" | "metrics"> {
  /** Git commit of the suite that computed it; "" when unknown. */
  readonly commit: string;
  /** True for a result that is among the records of the site, false for one that was replaced. */
  readonly current: boolean;
}

/** The results of finished records. */
export function resultsOfRecords(records: readonly CellRecord[]): readonly HistoryResult[] {
  return records.filter(isFinished).map(
    ({ cell, finishedAt, traceSha256, metrics, fingerprint: { commit } }) => (
      { cell, commit, finishedAt, traceSha256, metrics, current: true }
    ),
  );
}

/** The results in a list of accepted changes, former and new ones. */
export function resultsOfAcceptances(acceptances: readonly Acceptance[]): readonly HistoryResult[] {
  return acceptances.flatMap(({ benchmark, version, tier, backend, dataSha256, cells }) =>
    cells.flatMap(({ model, seed, former, accepted }) =>
      [former, accepted].filter((result): result is AcceptedResult => result !== null)
        .map(({ status: _status, ...result }) => ({
          ...result,
          cell: { benchmark, version, tier, backend, dataSha256, model, seed },
          current: false,
        }))
    )
  );
}

/**
 * Every result once, by time; of a result from several places the current one is kept. A record that was only
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

/** What one version of the suite gave for one model. */
export interface ModelVersion {
  /** Git commit of the suite; "" when unknown. */
  readonly commit: string;
  /** Number of the version among those of its group, from 1 in order of time. */
  readonly number: number;
  /** Registry name of the model. */
  readonly model: string;
  /** By seed; where one version computed a seed twice, the later result. */
  readonly results: readonly HistoryResult[];
  /** The metric over the seeds that have it; undefined where none has. */
  readonly spread: PlusMinus | undefined;
  /** Against the version before of the same model; undefined for the first. */
  readonly change: VersionChange | undefined;
}

/** Two versions over the seeds that both have. */
export interface VersionChange {
  /** Number of the version before. */
  readonly from: number;
  /** Seeds that both computed. */
  readonly shared: number;
  /** Those of them with equal trace hashes: the same numbers bit for bit. */
  readonly identical: number;
  /** Mean difference, new minus old, over the shared seeds that have the metric; undefined where none has. */
  readonly difference: number | undefined;
}

/** Everything but model and seed. */
export type GroupIdentity = Omit<CellIdentity, "model" | "seed">;

/** The history of the results that may share a table. */
export interface GroupHistory {
  /** Commits in order of their first result; version k is at k − 1. */
  readonly commits: readonly string[];
  /** By model, then version. */
  readonly versions: readonly ModelVersion[];
}

function groupOf({ cell }: HistoryResult): GroupIdentity {
  const { benchmark, version, tier, backend, dataSha256 } = cell;
  return { benchmark, version, tier, backend, dataSha256 };
}

/** True when two results may share a table. */
export function sameGroup(a: GroupIdentity, b: GroupIdentity): boolean {
  return a.benchmark === b.benchmark && a.version === b.version && a.tier === b.tier &&
    a.backend === b.backend && a.dataSha256 === b.dataSha256;
}

function changeOf(
  before: Pick<ModelVersion, "number" | "results"> | undefined,
  results: readonly HistoryResult[],
  metric: string,
): VersionChange | undefined {
  if (before === undefined) return undefined;
  const pairs = results.flatMap((result) => {
    const old = before.results.find(({ cell }) => cell.seed === result.cell.seed);
    return old === undefined ? [] : [{ old, result }];
  });
  const differences = pairs.flatMap(({ old, result }) => {
    const [from, to] = [metricValue(old, metric), metricValue(result, metric)];
    return from === undefined || to === undefined ? [] : [to - from];
  });
  return {
    from: before.number,
    shared: pairs.length,
    identical: pairs.filter(({ old, result }) => old.traceSha256 === result.traceSha256).length,
    difference: differences.length === 0 ? undefined : mean(differences),
  };
}

/** @param results of one model by one version, by time */
function bySeed(results: readonly HistoryResult[]): readonly HistoryResult[] {
  return [...new Map(results.map((result) => [result.cell.seed, result])).values()]
    .toSorted((a, b) => a.cell.seed - b.cell.seed);
}

/**
 * The history of one group.
 *
 * @param results Distinct results in order of time; those of other groups are left out.
 * @param metric Registry name of the metric that is followed.
 */
export function groupHistory(
  group: GroupIdentity,
  results: readonly HistoryResult[],
  metric: string,
): GroupHistory {
  const own = results.filter((result) => sameGroup(groupOf(result), group));
  const commits = [...new Set(own.map(({ commit }) => commit))];
  const models = [...new Set(own.map(({ cell }) => cell.model))].toSorted();
  const versions = models.flatMap((model) => {
    const made: ModelVersion[] = [];
    commits.forEach((commit, i) => {
      const part = bySeed(
        own.filter((result) => result.commit === commit && result.cell.model === model),
      );
      if (part.length === 0) return;
      const observations = part.flatMap((result) => {
        const value = metricValue(result, metric);
        return value === undefined ? [] : [{ value, quantity: metric, unit: "seed" as const }];
      });
      made.push({
        commit,
        number: i + 1,
        model,
        results: part,
        spread: observations.length === 0 ? undefined : plusMinus(observations),
        change: changeOf(made.at(-1), part, metric),
      });
    });
    return made;
  });
  return { commits, versions };
}

/** True when some cell was computed by two versions, so that there is a change to show. */
export function hasChanges({ versions }: GroupHistory): boolean {
  return versions.some(({ change }) => change !== undefined && change.shared > 0);
}
