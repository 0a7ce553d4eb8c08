/**
 * Validation of a record read from disk: nothing half-written or of another layout is read as a result.
 *
 * @module
 */
import {
  asCoordinate,
  asCount,
  asFinite,
  asJsonNumber,
  asName,
  asSettings,
  asSha256,
  asString,
  checkLength,
  fields,
  listOf,
  namedListOf,
  oneOf,
  optional,
  type Parser,
} from "./_validate.ts";
import { MOST_FIGURES, MOST_POINTS } from "./limits.ts";
import { migrateRecord } from "./migrate_record.ts";
import { parseExhibits } from "./parse_exhibit.ts";
import {
  type CellIdentity,
  type CellRecord,
  type CellStatus,
  type Curve,
  type Fingerprint,
  type Metric,
  RECORD_SCHEMA,
  type Tier,
  type TimePart,
  type TimeSplit,
} from "./record.ts";

/** The tiers, from short to long. */
export const tiers: readonly Tier[] = ["smoke", "quick", "reduced", "paper"];
const statuses: readonly CellStatus[] = ["completed", "diverged", "failed", "interrupted"];
const direction = oneOf("lower", "higher");

/** Checks a cell's identity. @throws {SyntaxError} when a field is absent or of the wrong type */
export const parseCell: Parser<CellIdentity> = fields<CellIdentity>({
  benchmark: asName,
  version: asCount,
  model: asName,
  seed: asCount,
  tier: oneOf(...tiers),
  backend: asName,
  dataSha256: asSha256,
});

/** Checks a metric. @throws {SyntaxError} when a field is absent or of the wrong type */
export const parseMetric: Parser<Metric> = fields<Metric>({
  name: asString,
  label: asString,
  value: asJsonNumber,
  unit: asString,
  direction,
});

/** Checks a curve. @throws {SyntaxError} when a field is wrong, or x and y differ in length */
export const parseCurve: Parser<Curve> = fields<Curve>({
  name: asString,
  label: asString,
  unit: asString,
  direction: optional(direction),
  xLabel: asString,
  xUnit: asString,
  x: listOf(asCoordinate, 0, MOST_POINTS),
  y: listOf(asJsonNumber, 0, MOST_POINTS),
}, ({ x, y }, where) => checkLength(y, x.length, `${where}.y`, "as many values as x"));

/** Checks seconds by purpose. @throws {SyntaxError} when a field is absent or of the wrong type */
export const parseTimeSplit: Parser<TimeSplit> = fields<TimeSplit>({
  data: asFinite,
  compilation: asFinite,
  training: asFinite,
  evaluation: asFinite,
  parts: optional(listOf(
    fields<TimePart>({ name: asString, label: asString, seconds: asFinite, count: asCount }),
  )),
});

/** Checks a fingerprint. @throws {SyntaxError} when a field is absent or of the wrong type */
export const parseFingerprint: Parser<Fingerprint> = fields<Fingerprint>({
  suite: asString,
  commit: asString,
  codeSha256: asString,
  deno: asString,
  v8: asString,
  typescript: asString,
  backendVersion: asString,
  device: asString,
  os: asString,
  arch: asString,
  threads: asCount,
  mathsProbe: asString,
});

/** The fields of a record by the names that errors call them; `schema` is added by {@link parseRecord}. */
const parsers: { readonly [K in Exclude<keyof CellRecord, "schema">]: Parser<CellRecord[K]> } = {
  cell: parseCell,
  status: oneOf(...statuses),
  note: asString,
  dataOrigin: asString,
  standIn: asString,
  settings: asSettings,
  metrics: namedListOf(parseMetric),
  curves: namedListOf(parseCurve, MOST_FIGURES),
  exhibits: parseExhibits,
  parameters: asCount,
  steps: asCount,
  traceSha256: asSha256,
  time: parseTimeSplit,
  fingerprint: parseFingerprint,
  command: asString,
  finishedAt: asString,
};

/**
 * Checks a parsed JSON value and gives it its type; a record of an older schema is migrated first.
 *
 * @throws {SyntaxError} when it is not a record of a known schema; the message says which field is wrong
 */
export function parseRecord(value: unknown): CellRecord {
  const record = migrateRecord(value);
  const entries = Object.entries<Parser<unknown>>(parsers)
    .map(([key, parse]) => [key, parse(record[key], key)]);
  return { schema: RECORD_SCHEMA, ...Object.fromEntries(entries) };
}
