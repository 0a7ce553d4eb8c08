/**
 * What of a record depends on the machine and the moment rather than on the cell.
 *
 * @module
 */
import { canonicalJson } from "../record/canonical_json.ts";
import type { CellRecord } from "../record/record.ts";

/** A record's parts as JSON. */
type Json = Readonly<Record<string, unknown>>;

/**
 * The fields of a record in which two runs of one cell may differ and still be the same result: when it ended, how long
 * it took, and on which machine. Of the command, the folder of the data files is one of them too. Nothing else is:
 * versions, the maths probe, settings, metrics, curves and samples must agree.
 */
export const hostFields = {
  record: ["finishedAt", "time"],
  fingerprint: ["device", "os", "arch", "threads"],
  command: "--data-dir",
} as const;

/** A word as `quote()` writes it, after the option of the command that is a host's. */
const dataDir = new RegExp(` ${hostFields.command} (?:'(?:[^']|'\\\\'')*'|[^ ']+)`);

/** A record without its {@link hostFields}. */
export function withoutHost(record: CellRecord): Json {
  const without = (value: object, fields: readonly string[]): Json =>
    Object.fromEntries(Object.entries(value).filter(([key]) => !fields.includes(key)));
  return {
    ...without(record, hostFields.record),
    fingerprint: without(record.fingerprint, hostFields.fingerprint),
    command: record.command.replace(dataDir, ""),
  };
}

/**
 * Where two records differ, the {@link hostFields} aside.
 *
 * @returns paths such as `fingerprint.commit` and `metrics[0].value`, sorted by the record's keys; none when the records
 * are of the same result
 */
export function recordDifferences(a: CellRecord, b: CellRecord): string[] {
  return differences(withoutHost(a), withoutHost(b), "");
}

function differences(a: unknown, b: unknown, path: string): string[] {
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    return a.flatMap((item, i) => differences(item, b[i], `${path}[${i}]`));
  }
  if (isObject(a) && isObject(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return keys.flatMap((key) => differences(a[key], b[key], path === "" ? key : `${path}.${key}`));
  }
  const same = a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);
  return same ? [] : [path];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
