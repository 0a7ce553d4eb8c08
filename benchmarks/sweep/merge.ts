/**
 * Records of several output folders as one set: one record a cell.
 *
 * @module
 */
import { basename, join } from "node:path";
import { canonicalJson } from "../record/canonical_json.ts";
import { fileErrorReason, messageOf, RunError } from "../errors.ts";
import type { CellRecord } from "../record/record.ts";
import {
  isFinished,
  listRecordFiles,
  readStoredRecord,
  recordFileName,
} from "../record/record_file.ts";
import { recordDifferences } from "./host_fields.ts";

/** A record, and the file that it was read from. */
export interface SourceRecord {
  /** Path of the file. */
  readonly path: string;
  /** What the file holds, to the byte. */
  readonly text: string;
  /** The same, parsed. */
  readonly record: CellRecord;
}

/** What {@link mergeRecords} chose. */
export interface Merge {
  /** One record a cell, by the name of its file in the merged folder. */
  readonly kept: ReadonlyMap<string, SourceRecord>;
  /** One line for each pair of files that contradict each other. */
  readonly conflicts: readonly string[];
}

/**
 * Reads all records of a folder.
 *
 * @param onInvalid Takes one line for each file that is no record.
 * @throws {RunError} when the folder cannot be read
 */
export function readSource(folder: string, onInvalid: (line: string) => void): SourceRecord[] {
  let names: string[];
  try {
    names = listRecordFiles(folder);
  } catch (error) {
    throw new RunError(`Cannot read records in ${folder}: ${fileErrorReason(error)}`);
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    try {
      return [{ path, ...readStoredRecord(path) }];
    } catch (error) {
      onInvalid(messageOf(error));
      return [];
    }
  });
}

/**
 * Chooses one record for each cell, whatever the order of the sources: a result before a failure; of equal results the
 * one that ended first; of failures the last one.
 */
export function mergeRecords(sources: readonly SourceRecord[]): Merge {
  const cells = new Map<string, SourceRecord[]>();
  for (const source of sources) {
    const key = canonicalJson(source.record.cell);
    cells.set(key, [...(cells.get(key) ?? []), source]);
  }
  const kept = new Map<string, SourceRecord>();
  const conflicts: string[] = [];
  for (const members of cells.values()) {
    const sorted = members.toSorted(compareByEnd);
    const [first, ...others] = sorted.filter(({ record }) => isFinished(record));
    const chosen = first ?? sorted.at(-1)!;
    for (const other of others) {
      const differing = recordDifferences(chosen.record, other.record);
      if (differing.length > 0) conflicts.push(conflictLine(chosen, other, differing));
    }
    const name = recordFileName(chosen.record.cell);
    const namesake = kept.get(name);
    if (namesake !== undefined) {
      conflicts.push(
        `${namesake.path} and ${chosen.path} are records of two cells with one file name: ${name}`,
      );
    }
    kept.set(name, chosen);
  }
  return { kept, conflicts };
}

/** Differing fields that a conflict names. */
const mostNamed = 4;

function conflictLine(a: SourceRecord, b: SourceRecord, differing: readonly string[]): string {
  const { record } = a;
  // Of a path such as `metrics[0].value`, a value that is short enough to be shown.
  const value = (source: SourceRecord, path: string): string => {
    const found = (path.match(/[^.[\]]+/g) ?? []).reduce<unknown>(
      (part, key) => (part as Record<string, unknown> | undefined)?.[key],
      source.record,
    );
    return typeof found === "object" ? "" : String(found).slice(0, 16);
  };
  const named = differing.slice(0, mostNamed).map((field) => {
    const [x, y] = [value(a, field), value(b, field)];
    return x === y ? field : `${field} (${x} and ${y})`;
  });
  if (differing.length > mostNamed) named.push(`${differing.length - mostNamed} more`);
  return `${record.cell.benchmark} ${record.cell.tier} ${record.cell.model} seed ${record.cell.seed}: ` +
    `${a.path} and ${b.path} differ in ${named.join(", ")}`;
}

function compareByEnd(a: SourceRecord, b: SourceRecord): number {
  return compareText(a.record.finishedAt, b.record.finishedAt) || compareText(a.text, b.text) ||
    compareText(basename(a.path), basename(b.path));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
