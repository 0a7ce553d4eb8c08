/**
 * Takes results into the reference, with the reason.
 *
 * @module
 */
import { referenceRecord } from "../commands/keep_reference.ts";
import { counted, decimalsFor, formatFixed } from "../statistics/numbers.ts";
import { fileErrorReason, RunError } from "../errors.ts";
import { suiteCommit, suiteFolder } from "../record/fingerprint.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import { outputFolders } from "../runner/output_folders.ts";
import { checkModels } from "../runner/plan.ts";
import type { CellIdentity, CellRecord } from "../record/record.ts";
import { findRecord, isFinished, readRecords, writeRecord } from "../record/record_file.ts";
import { findBenchmark, type Registry } from "../registry.ts";
import type { AcceptOptions } from "../commands/accept_options.ts";
import {
  type AcceptedCell,
  acceptedResult,
  appendAcceptance,
  readAcceptances,
} from "./accepted.ts";

/** When and on what commit the results are accepted; tests give their own. */
export interface AcceptContext {
  /** ISO 8601 time in UTC. */
  readonly now: string;
  /** Git commit of the suite. */
  readonly commit: string;
}

/** The present. */
export function acceptContext(): AcceptContext {
  return { now: new Date().toISOString(), commit: suiteCommit(suiteFolder) };
}

/**
 * Replaces reference records by the results that differ from them, adds those that it lacks, and notes why.
 *
 * @returns lines that tell what changed
 * @throws {UsageError} for an unknown benchmark or model
 * @throws {RunError} when there is no result, a record or the list is damaged, or a file cannot be written
 */
export function acceptResults(
  registry: Registry,
  { bench, backend, against, reason }: AcceptOptions,
  context: AcceptContext = acceptContext(),
): string[] {
  const { benchmark, tier, models, seeds, outDir } = bench;
  const definition = findBenchmark(registry, benchmark);
  checkModels(definition, models);
  const folder = outputFolders(outDir).records;
  const results = readRecords(folder).filter((record) => {
    const { cell } = record;
    return isFinished(record) && cell.benchmark === benchmark &&
      cell.version === definition.version && cell.tier === tier &&
      (models?.includes(cell.model) ?? true) && (seeds?.includes(cell.seed) ?? true) &&
      (backend === undefined || cell.backend === backend);
  });
  if (results.length === 0) {
    throw new RunError(
      `Cannot accept results of ${benchmark}: ${outDir} must hold a finished one of version ` +
        `${definition.version} and tier ${tier}: it has none`,
    );
  }
  // A damaged list or record is told of before anything is written.
  readAcceptances(against);
  const changed = results.flatMap((record) => {
    const former = findRecord(against, record.cell);
    return former?.traceSha256 === record.traceSha256 && former.status === record.status
      ? []
      : [{ record, former }];
  }).sort((a, b) => compareCells(a.record.cell, b.record.cell));
  if (changed.length === 0) {
    return [`nothing to accept: ${counted(results.length, "result")} as in the reference`];
  }
  try {
    Deno.mkdirSync(against, { recursive: true });
  } catch (error) {
    throw new RunError(
      `Cannot accept results: ${against} must be a folder: ${fileErrorReason(error)}`,
    );
  }
  for (const { record } of changed) writeRecord(against, referenceRecord(record));
  for (const group of sameIdentity(changed)) {
    const { version, backend, dataSha256 } = group[0]!.record.cell;
    appendAcceptance(against, {
      schema: 1,
      ...{ benchmark, version, tier, backend, dataSha256, reason },
      acceptedAt: context.now,
      commit: context.commit,
      cells: group.map(({ record, former }): AcceptedCell => ({
        model: record.cell.model,
        seed: record.cell.seed,
        former: former === undefined ? null : acceptedResult(former),
        accepted: acceptedResult(record),
      })),
    });
  }
  const dirty = changed.some(({ record }) => record.fingerprint.commit.endsWith("+dirty"));
  return [
    ...changed.map(changeLine),
    ...(dirty ? ["note: results were computed with files that no commit holds"] : []),
  ];
}

interface Change {
  readonly record: CellRecord;
  readonly former: CellRecord | undefined;
}

/** By backend, data set, model and seed. */
function compareCells(a: CellIdentity, b: CellIdentity): number {
  const name = ({ backend, dataSha256, model }: CellIdentity) =>
    JSON.stringify([backend, dataSha256, model]);
  const [left, right] = [name(a), name(b)];
  return left < right ? -1 : left > right ? 1 : a.seed - b.seed;
}

/** Changes by backend and data set: a line of the list is of one. */
function sameIdentity(changes: readonly Change[]): Change[][] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const { backend, dataSha256 } = change.record.cell;
    const key = `${backend} ${dataSha256}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()];
}

function changeLine({ record, former }: Change): string {
  const name = `${record.cell.model} seed ${record.cell.seed}`;
  const after = headlineText(record);
  return former === undefined
    ? `added ${name}: ${after}`
    : `accepted ${name}: ${headlineText(former)} -> ${after}`;
}

/** The first metric, or how the cell ended. */
function headlineText({ status, metrics }: CellRecord): string {
  const [metric] = metrics;
  if (status !== "completed" || metric === undefined) return status;
  const value = fromJsonNumber(metric.value);
  return `${metric.name} ${formatFixed(value, decimalsFor(value, 5))}`;
}
