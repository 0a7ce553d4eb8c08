/**
 * Records of several output folders as one set: one record per cell, and what to report about them.
 *
 * @module
 */
import { basename, join } from "node:path";
import { counted } from "../statistics/numbers.ts";
import { canonicalJson } from "../record/canonical_json.ts";
import type { CellRecord, CellStatus } from "../record/record.ts";
import { readEachRecord } from "../record/read_records.ts";
import { isFinished, recordFileName } from "../record/record_file.ts";
import { outputFolders } from "../runner/output_folders.ts";
import { cellLabel } from "../runner/run_cells.ts";

/** A record, and the file that it was read from. */
export interface SourceRecord {
  /** Path of the file. */
  readonly path: string;
  /** The text of the file. */
  readonly text: string;
  /** The same, parsed. */
  readonly record: CellRecord;
}

/** What {@link mergeRecords} chose. */
export interface Merge {
  /** One record per cell, by the name of its file in the merged folder. */
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
  return readEachRecord(
    folder,
    ({ file, record }, text) => ({ path: join(folder, file), text, record }),
    onInvalid,
  );
}

/**
 * Chooses one record for each cell, whatever the order of the sources: a result before a failure; of equal results the
 * one that ended first; of failures the last one.
 */
export function mergeRecords(sources: readonly SourceRecord[]): Merge {
  const cells = Map.groupBy(sources, ({ record }) => canonicalJson(record.cell));
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
  // The value at a path such as `metrics[0].value`, cut to a length that can be shown.
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

/** A part of a record as JSON. */
type Json = Readonly<Record<string, unknown>>;

/**
 * The fields in which two records of one cell may differ and still hold the same result: when it ended, how long it took,
 * on which machine, and in the command where that machine has the data files and the definitions from outside the suite.
 * Everything else must agree: versions, the maths probe, settings, metrics, curves and samples.
 */
export const hostFields = {
  record: ["finishedAt", "time"],
  fingerprint: ["device", "os", "arch", "threads"],
  command: / --data-dir |^ODE2VAE_DEFINITIONS=/,
} as const;

/** These parts of a command with their values, as `quote()` writes them. */
const places = new RegExp(`(?:${hostFields.command.source})(?:'(?:[^']|'\\\\'')*'|[^ ']+)`, "g");

/** A record without its {@link hostFields}. */
export function withoutHost(record: CellRecord): Json {
  const without = (value: object, fields: readonly string[]): Json =>
    Object.fromEntries(Object.entries(value).filter(([key]) => !fields.includes(key)));
  return {
    ...without(record, hostFields.record),
    fingerprint: without(record.fingerprint, hostFields.fingerprint),
    command: record.command.replaceAll(places, ""),
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

/** What two results must share to be comparable bit for bit, by its name in notices. */
const comparability: Readonly<Record<string, (record: CellRecord) => string>> = {
  "commits": ({ fingerprint }) => fingerprint.commit || "unknown",
  "versions of Deno": ({ fingerprint }) => fingerprint.deno,
  "versions of the computing library": ({ fingerprint }) => fingerprint.backendVersion,
  "maths probes": ({ fingerprint }) => fingerprint.mathsProbe,
  "data sets": ({ cell, dataOrigin }) => `${dataOrigin} ${cell.dataSha256.slice(0, 8)}`,
};

/**
 * Lines on the merged records: how many there are, which cells have no result yet, and where the records of one
 * benchmark, tier and backend were not all made with the same versions and data.
 *
 * @param sources The merged folders, which may hold checkpoints of unfinished cells.
 */
export function summaryLines(
  records: readonly CellRecord[],
  sources: readonly string[],
  out: string,
): string[] {
  const statuses: readonly CellStatus[] = ["completed", "diverged", "failed", "interrupted"];
  const counts = statuses.flatMap((status) => {
    const count = records.filter((record) => record.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  const failed = records.filter((record) => !isFinished(record));
  return [
    `${counted(records.length, "record")} of ${counted(sources.length, "folder")} in ${out}: ${
      counts.join(", ")
    }`,
    ...failed.map(({ cell, note, status }) =>
      `no result of ${cell.benchmark} ${cell.tier} ${cellLabel(cell)}: ${status}${
        note && `: ${note}`
      }`
    ),
    ...sources.flatMap((source) => unfinishedLines(records, source)),
    ...mixtureLines(records),
  ];
}

/** Checkpoints of cells that have no merged result. */
function unfinishedLines(records: readonly CellRecord[], source: string): string[] {
  const done = new Set(
    records.filter(isFinished).map(({ cell }) => recordFileName(cell).replace(/json$/, "")),
  );
  const { checkpoints } = outputFolders(source);
  try {
    return [...Deno.readDirSync(checkpoints)]
      .map(({ name }) => name)
      .filter((name) => /^[^.].*\.ckpt$/.test(name) && !done.has(name.replace(/ckpt$/, "")))
      .sort()
      .map((name) => `unfinished in ${source}: ${name.replace(/\.ckpt$/, "")}`);
  } catch {
    // A folder of records alone, such as an artifact, has no checkpoints.
    return [];
  }
}

function mixtureLines(records: readonly CellRecord[]): string[] {
  const groups = Map.groupBy(
    records.filter(isFinished),
    ({ cell }) => `${cell.benchmark} v${cell.version} ${cell.tier} ${cell.backend}`,
  );
  return [...groups].flatMap(([group, members]) =>
    Object.entries(comparability).flatMap(([what, of]) => {
      const values = [...new Set(members.map(of))].sort();
      return values.length === 1
        ? []
        : [`notice: the records of ${group} have ${values.length} ${what}: ${values.join(", ")}`];
    })
  );
}
