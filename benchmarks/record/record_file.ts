/**
 * Records on disk: one JSON file a cell, named by the cell.
 *
 * @module
 */
import { join } from "node:path";
import { type FileOperations, writeFileAtomic } from "./atomic_file.ts";
import { asObject, refuse } from "./_validate.ts";
import { canonicalJson, sha256OfJson } from "./canonical_json.ts";
import { fileErrorReason, messageOf, RunError } from "../errors.ts";
import { parseRecord } from "./parse_record.ts";
import { readJsonFile } from "./read_json.ts";
import { type CellIdentity, type CellRecord, RECORD_SCHEMA, traceSha256 } from "./record.ts";

/** File name of a cell's record, e.g. `balls-v2_quick_lstm_seed0_ort-cpu_1a2b3c4d.json`. */
export function recordFileName(cell: CellIdentity): string {
  return `${cell.benchmark}-v${cell.version}_${cell.tier}_${cell.model}_seed${cell.seed}_` +
    `${cell.backend}_${cell.dataSha256.slice(0, 8)}.json`;
}

/** True when two cells are the same experiment. */
export function sameCell(a: CellIdentity, b: CellIdentity): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** True when a record is a result, which is not run again: completed or diverged. */
export function isFinished(record: CellRecord): boolean {
  return record.status === "completed" || record.status === "diverged";
}

/** The text of a record's file: keys in canonical order, with the hash of all the rest as `contentSha256`. */
export function recordText(record: CellRecord, indent = 1): string {
  return `${canonicalJson({ ...record, contentSha256: sha256OfJson(record) }, indent)}\n`;
}

/** The first schema whose files have a hash of their content. */
const HASHED_SCHEMA = 4;

/** @throws {SyntaxError} when a file's content is not that of its hash */
function checkContent(value: unknown): void {
  const { contentSha256, ...content } = asObject(value, "record");
  const { schema } = content;
  // Another schema is read, or refused, by its own rules.
  if (typeof schema !== "number" || schema < HASHED_SCHEMA || schema > RECORD_SCHEMA) return;
  const hash = sha256OfJson(content);
  if (contentSha256 !== hash) {
    refuse("contentSha256", `the hash of all the rest, ${hash}`, contentSha256);
  }
}

/**
 * Where a record belongs in a folder, and the text of its file.
 *
 * @throws {RunError} when {@link readRecord} would refuse it
 */
export function recordFile(
  folder: string,
  record: CellRecord,
): readonly [path: string, text: string] {
  const path = join(folder, recordFileName(record.cell));
  const text = recordText(record);
  try {
    parseRecord(JSON.parse(text));
  } catch (error) {
    throw new RunError(`Cannot write record ${path}: ${messageOf(error)}`);
  }
  return [path, text];
}

/**
 * Writes a record atomically into a folder.
 *
 * @returns the path
 * @throws {RunError} when {@link readRecord} would refuse it, or the file cannot be written (full disk, …); a former
 * record stays as it was
 */
export function writeRecord(
  folder: string,
  record: CellRecord,
  operations?: FileOperations,
): string {
  const [path, text] = recordFile(folder, record);
  try {
    writeFileAtomic(path, text, operations);
  } catch (error) {
    throw new RunError(`Cannot write record ${path}: ${fileErrorReason(error)}`);
  }
  return path;
}

/**
 * Reads and validates a record.
 *
 * @throws {RunError} when it cannot be read, is not a record, or its content does not have the hashes it states
 */
export function readRecord(path: string): CellRecord {
  return readStoredRecord(path).record;
}

/**
 * Reads and validates a record.
 *
 * @returns the record and the text of its file
 * @throws {RunError} as {@link readRecord}
 */
export function readStoredRecord(path: string): { record: CellRecord; text: string } {
  let record: CellRecord;
  let text: string;
  try {
    const file = readJsonFile(path);
    text = file.text;
    // Its sizes are checked before it is hashed.
    record = parseRecord(file.value);
    checkContent(file.value);
  } catch (error) {
    const reason = error instanceof SyntaxError ? messageOf(error) : fileErrorReason(error);
    throw new RunError(`Cannot read record ${path}: ${reason}`);
  }
  const hash = traceSha256(record.metrics, record.curves);
  if (hash !== record.traceSha256) {
    throw new RunError(
      `Cannot read record ${path}: traceSha256 must be the hash of its metrics and curves, ` +
        `${hash}, is ${record.traceSha256}`,
    );
  }
  return { record, text };
}

/**
 * The record of a cell in a folder.
 *
 * @returns undefined when there is none
 * @throws {RunError} as {@link readRecord}, and when the file holds another cell
 */
export function findRecord(folder: string, cell: CellIdentity): CellRecord | undefined {
  const path = join(folder, recordFileName(cell));
  try {
    Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new RunError(`Cannot read record ${path}: ${fileErrorReason(error)}`);
  }
  let record: CellRecord;
  try {
    record = readRecord(path);
  } catch (error) {
    throw new RunError(`${messageOf(error)} (move it away to run its cell again)`);
  }
  if (!sameCell(record.cell, cell)) {
    throw new RunError(
      `Cannot use record ${path}: its cell must be ${canonicalJson(cell)}, is ${
        canonicalJson(record.cell)
      }`,
    );
  }
  return record;
}
