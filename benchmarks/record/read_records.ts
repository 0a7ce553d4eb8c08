/**
 * The folder of records, and their groups: only numbers of one experiment share a table.
 *
 * @module
 */
import { join } from "node:path";
import { fileErrorReason, messageOf, RunError } from "../errors.ts";
import { listRecordFiles, readRecord } from "./record_file.ts";
import type { CellIdentity, CellRecord, Tier } from "./record.ts";

/** A record and the file that it is kept in. */
export interface StoredRecord {
  /** Name of the file inside its folder. */
  readonly file: string;
  /** What the file holds. */
  readonly record: CellRecord;
}

/** What a folder held. */
export interface RecordFolder {
  /** Readable records, by file name. */
  readonly records: readonly StoredRecord[];
  /** One line for each file that could not be used. */
  readonly problems: readonly string[];
}

/** Records that may share a table: same benchmark and version, tier, data and backend. */
export interface RecordGroup {
  /** Registry name of the benchmark. */
  readonly benchmark: string;
  /** Version of its definition. */
  readonly version: number;
  /** Tier that ran. */
  readonly tier: Tier;
  /** Backend that computed. */
  readonly backend: string;
  /** SHA-256 (hex) of the data set. */
  readonly dataSha256: string;
  /** Where the data came from, in words. */
  readonly dataOrigin: string;
  /** One sentence where the data stand in for those of the benchmark; "" for the real ones. */
  readonly standIn: string;
  /** By model, then seed. */
  readonly records: readonly StoredRecord[];
}

const TIER_ORDER: Readonly<Record<Tier, number>> = Object.freeze({
  paper: 0,
  reduced: 1,
  quick: 2,
  smoke: 3,
});

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Reads every `*.json` of a folder. A bad file is left out and reported as a problem.
 *
 * @param folder Path of the folder.
 * @throws RunError when the folder cannot be read.
 */
export function readRecordFolder(folder: string): RecordFolder {
  let names: string[];
  try {
    names = listRecordFiles(folder);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "it does not exist"
      : fileErrorReason(error);
    throw new RunError(`Cannot read records: ${folder} must be a readable folder: ${reason}`);
  }
  const records: StoredRecord[] = [];
  const problems: string[] = [];
  for (const file of names) {
    try {
      records.push({ file, record: readRecord(join(folder, file)) });
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return { records, problems };
}

/** A key that is the same for all that may share a table. */
export function groupKey(
  { benchmark, version, tier, backend, dataSha256 }: Omit<CellIdentity, "model" | "seed">,
): string {
  return JSON.stringify([benchmark, version, tier, backend, dataSha256]);
}

function compareGroups(a: RecordGroup, b: RecordGroup): number {
  return compareText(a.benchmark, b.benchmark) || b.version - a.version ||
    Number(a.standIn !== "") - Number(b.standIn !== "") ||
    TIER_ORDER[a.tier] - TIER_ORDER[b.tier] ||
    compareText(a.backend, b.backend) || compareText(a.dataSha256, b.dataSha256);
}

/**
 * Groups of records that may share a table, in the order in which a report shows them: newest version, real data and
 * the paper's tier first.
 *
 * @throws RunError when two files hold the same cell.
 */
export function groupRecords(records: readonly StoredRecord[]): readonly RecordGroup[] {
  const byKey = new Map<string, StoredRecord[]>();
  for (const stored of records) {
    const key = groupKey(stored.record.cell);
    byKey.set(key, [...(byKey.get(key) ?? []), stored]);
  }
  const groups = [...byKey.values()].map((members): RecordGroup => {
    const sorted = members.toSorted((a, b) =>
      compareText(a.record.cell.model, b.record.cell.model) ||
      a.record.cell.seed - b.record.cell.seed
    );
    sorted.forEach((stored, i) => {
      const before = sorted[i - 1];
      if (
        before?.record.cell.model === stored.record.cell.model &&
        before.record.cell.seed === stored.record.cell.seed
      ) {
        throw new RunError(
          `Cannot report: a cell must have one record, has ${before.file} and ${stored.file}`,
        );
      }
    });
    const { cell, dataOrigin } = sorted[0]!.record;
    const { benchmark, version, tier, backend, dataSha256 } = cell;
    const standIn = sorted.find(({ record }) => record.standIn !== "")?.record.standIn ?? "";
    return {
      benchmark,
      version,
      tier,
      backend,
      dataSha256,
      dataOrigin,
      standIn,
      records: sorted,
    };
  });
  return groups.sort(compareGroups);
}

/** Name of a group that is fit for an anchor: `v1-paper-ort-cpu-0f3a92bc`. */
export function groupAnchor(group: RecordGroup): string {
  return `v${group.version}-${group.tier}-${group.backend}-${group.dataSha256.slice(0, 8)}`;
}
