/**
 * The committed reference results: which of them a check may compare with.
 *
 * @module
 */
import { join } from "node:path";
import { isDirectory } from "../../data/data_dir.ts";
import { UsageError } from "../errors.ts";
import type { CellIdentity, CellRecord, Tier } from "../record/record.ts";
import { readRecords } from "../record/read_records.ts";
import { isFinished } from "../record/record_file.ts";

/** What a reference must hold results of. */
export interface Wanted {
  /** Registry name. */
  readonly benchmark: string;
  /** Version of the definition as it is now. */
  readonly version: number;
  /** The tier to check. */
  readonly tier: Tier;
}

/** Results of one benchmark, version and tier; finished ones only. */
export interface Reference extends Wanted {
  /** Where they are. */
  readonly folder: string;
  /** By file name. */
  readonly records: readonly CellRecord[];
}

/**
 * Reads the finished results of a folder.
 *
 * @param folder Folder of records, or an output folder with `records/` in it.
 * @throws {RunError} when a record is corrupt
 */
export function readFinished(folder: string): readonly CellRecord[] {
  const inner = join(folder, "records");
  return readRecords(isDirectory(inner) ? inner : folder).filter(isFinished);
}

/**
 * The reference of a benchmark at a tier.
 *
 * @param folder Where the records are, for errors.
 * @param finished What {@link readFinished} read there.
 * @throws {UsageError} when it has no results of this benchmark, version and tier; says which it has
 */
export function chooseReference(
  folder: string,
  finished: readonly CellRecord[],
  wanted: Wanted,
): Reference {
  let reference: Reference = { ...wanted, folder, records: finished };
  for (const key of ["benchmark", "version", "tier"] as const) {
    reference = narrow(reference, key, String(wanted[key]));
  }
  return reference;
}

/**
 * The part of a reference on one data set.
 *
 * @throws {UsageError} when it has none; says which data sets it has
 */
export function onData(reference: Reference, sha256: string): Reference {
  return narrow(reference, "dataSha256", sha256);
}

/**
 * The part of a reference by one backend.
 *
 * @param backend That of the check; undefined takes the reference's own.
 * @throws {UsageError} when that leaves a choice between several
 */
export function byBackend(reference: Reference, backend?: string): Reference {
  const names = valuesOf(reference, "backend");
  const name = backend !== undefined && names.includes(backend) ? backend : names[0];
  if (name !== undefined && (names.length === 1 || name === backend)) {
    return narrow(reference, "backend", name);
  }
  throw new UsageError(
    `Cannot check ${reference.benchmark} against ${reference.folder}: --backend must be one of ` +
      `${names.join(", ")}, is ${backend ?? "absent"}`,
  );
}

/** The names of a cell's parts in errors. */
const nouns = {
  benchmark: "benchmark",
  version: "version",
  tier: "tier",
  dataSha256: "the data set",
  backend: "backend",
} as const;

function narrow(reference: Reference, key: keyof typeof nouns, wanted: string): Reference {
  const records = reference.records.filter(({ cell }) => String(cell[key]) === wanted);
  if (records.length > 0) return { ...reference, records };
  const found = valuesOf(reference, key).join(", ") || "none";
  throw new UsageError(
    `Cannot check ${reference.benchmark} against ${reference.folder}: it must hold results of ` +
      `${nouns[key]} ${wanted}, holds ${found}`,
  );
}

function valuesOf({ records }: Reference, key: keyof CellIdentity): string[] {
  return [...new Set(records.map(({ cell }) => String(cell[key])))].sort();
}
