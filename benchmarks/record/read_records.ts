/**
 * The folder of records, and their groups: only numbers of one experiment share a table.
 *
 * @module
 */
import { join } from "node:path";
import { fileErrorReason, messageOf, RunError } from "../errors.ts";
import { counted } from "../statistics/numbers.ts";
import { canonicalJson } from "./canonical_json.ts";
import { readStoredRecord, recordFileName } from "./record_file.ts";
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
 * Names of a folder's records, sorted: every `*.json` in it, a link or a folder too, so that none is left out unseen.
 *
 * @throws the system's error when the folder cannot be read
 */
export function listRecordFiles(folder: string): string[] {
  // A leading dot is a temporary file of a writer at work.
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => /^[^.].*\.json$/.test(name))
    .sort();
}

/**
 * Reads every record of a folder by itself; a link to a file is read as the file.
 *
 * @param take Makes of a record, and the text of its file, what is kept of it.
 * @param onProblem Takes one line for each file that is no record.
 * @throws RunError when the folder cannot be read
 */
export function readEachRecord<T>(
  folder: string,
  take: (stored: StoredRecord, text: string) => T,
  onProblem: (line: string) => void,
): T[] {
  let names: string[];
  try {
    names = listRecordFiles(folder);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "it does not exist"
      : fileErrorReason(error);
    throw new RunError(`Cannot read records: ${folder} must be a readable folder: ${reason}`);
  }
  return names.flatMap((file) => {
    try {
      const { record, text } = readStoredRecord(join(folder, file));
      return [take({ file, record }, text)];
    } catch (error) {
      onProblem(messageOf(error));
      return [];
    }
  });
}

/**
 * The records of a folder, one a cell. A bad file is left out and reported as a problem, and likewise all but one of
 * several records of a cell: the one in the file of the cell's name, else the first, is kept.
 *
 * @param folder Path of the folder.
 * @throws RunError when the folder cannot be read
 */
export function readRecordFolder(folder: string): RecordFolder {
  const problems: string[] = [];
  const all = readEachRecord(folder, (stored) => stored, (line) => problems.push(line));
  const cells = Map.groupBy(all, ({ record }) => canonicalJson(record.cell));
  const records = all.filter((stored) => {
    const members = cells.get(canonicalJson(stored.record.cell))!;
    const kept = members.find(({ file, record }) => file === recordFileName(record.cell)) ??
      members[0]!;
    if (kept !== stored) {
      problems.push(
        `Cannot use record ${join(folder, stored.file)}: a cell must have one record, has ` +
          `${kept.file} too`,
      );
    }
    return kept === stored;
  });
  return { records, problems };
}

/**
 * All records of a folder, in the order of their file names; none when the folder does not exist.
 *
 * @throws {RunError} when the folder or a record cannot be read, or a cell has two records
 */
export function readRecords(folder: string): CellRecord[] {
  try {
    Deno.statSync(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
  }
  const { records, problems: [first, ...others] } = readRecordFolder(folder);
  if (first === undefined) return records.map(({ record }) => record);
  const more = others.length === 0 ? "" : ` (and ${counted(others.length, "other problem")})`;
  throw new RunError(`${first}${more}`);
}

/** A key that is the same for all that may share a table. */
export function groupKey(
  { benchmark, version, tier, backend, dataSha256 }: Omit<CellIdentity, "model" | "seed">,
): string {
  return JSON.stringify([benchmark, version, tier, backend, dataSha256]);
}

/** Seeds of the trained method that has the fewest; 0 where nothing was trained. */
function fewestSeeds({ records }: RecordGroup): number {
  const trained = records.map(({ record }) => record).filter(({ steps }) => steps > 0);
  const byModel = Map.groupBy(trained, ({ cell }) => cell.model);
  return byModel.size === 0 ? 0 : Math.min(...[...byModel.values()].map(({ length }) => length));
}

function compareGroups(a: RecordGroup, b: RecordGroup): number {
  return compareText(a.benchmark, b.benchmark) || b.version - a.version ||
    Number(a.standIn !== "") - Number(b.standIn !== "") ||
    TIER_ORDER[a.tier] - TIER_ORDER[b.tier] || fewestSeeds(b) - fewestSeeds(a) ||
    compareText(a.backend, b.backend) || compareText(a.dataSha256, b.dataSha256);
}

/**
 * Groups of records that may share a table, in the order in which a report shows them: newest version, real data, the
 * paper's tier and, of several backends, the one whose methods all have most seeds first.
 *
 * @param records One a cell.
 */
export function groupRecords(records: readonly StoredRecord[]): readonly RecordGroup[] {
  const byKey = Map.groupBy(records, ({ record }) => groupKey(record.cell));
  const groups = [...byKey.values()].map((members): RecordGroup => {
    const sorted = members.toSorted((a, b) =>
      compareText(a.record.cell.model, b.record.cell.model) ||
      a.record.cell.seed - b.record.cell.seed
    );
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
