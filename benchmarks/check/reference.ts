/**
 * The committed reference results: which of them a check may be held against.
 *
 * @module
 */
import { join } from "node:path";
import { isDirectory } from "../../data/data_dir.ts";
import { UsageError } from "../errors.ts";
import type { CellIdentity, CellRecord, Tier } from "../record/record.ts";
import { isFinished, readRecords } from "../record/record_file.ts";

/** What a reference must be of. */
export interface Wanted {
  /** Registry name. */
  readonly benchmark: string;
  /** Version of the definition as it is now. */
  readonly version: number;
  /** The tier that is checked. */
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
 * Reads the reference of a benchmark at a tier.
 *
 * @param folder Folder of records, or an output folder with `records/` in it.
 * @throws {UsageError} when it has no results of this benchmark, version and tier; says which it has
 * @throws {RunError} when a record is corrupt
 */
export function readReference(folder: string, wanted: Wanted): Reference {
  const inner = join(folder, "records");
  const finished = readRecords(isDirectory(inner) ? inner : folder).filter(isFinished);
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
    `Cannot check ${reference.benchmark} against ${reference.folder}: --backend must name one of its backends: ` +
      `current ones are ${names.join(", ")}`,
  );
}

/** What an error calls a part of a cell's identity. */
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
      `${nouns[key]} ${wanted}: current value is ${found}`,
  );
}

function valuesOf({ records }: Reference, key: keyof CellIdentity): string[] {
  return [...new Set(records.map(({ cell }) => String(cell[key])))].sort();
}
