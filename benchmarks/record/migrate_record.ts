/**
 * Records of older schemas as today's: one step for each schema, so that old measurements stay readable.
 *
 * A step changes the layout and words, never a number.
 *
 * @module
 */
import { formerCurve, formerExhibits, formerStandIn, withPresentName } from "../former_records.ts";
import { asArray, asJsonNumber, asObject, asString, type JsonObject, refuse } from "./_validate.ts";
import { sha256OfJson } from "./canonical_json.ts";
import { RECORD_SCHEMA, traceSha256 } from "./record.ts";

/** Takes a record of one schema to the next; the number of the schema is set by {@link migrateRecord}. */
export type RecordMigration = (record: JsonObject) => JsonObject;

/** 3 has exhibits of any kind, units and directions of curves, and stand-in data as fields. */
function withExhibits({ sequences, matrices, ...record }: JsonObject): JsonObject {
  const metrics = asArray(record.metrics, "metrics").map((item, i) => {
    const metric = asObject(item, `metrics[${i}]`);
    return {
      ...metric,
      name: asString(metric.name, `metrics[${i}].name`),
      value: asJsonNumber(metric.value, `metrics[${i}].value`),
    };
  });
  const curves = asArray(record.curves, "curves");
  // The hash of schema 2 covers labels and units too: it is checked before they change.
  const hash = sha256OfJson({ metrics, curves });
  if (record.traceSha256 !== hash) {
    refuse("traceSha256", `the hash of its metrics and curves, ${hash}`, record.traceSha256);
  }
  const present = curves.map((curve, i) => formerCurve(curve, `curves[${i}]`));
  return {
    ...record,
    standIn: formerStandIn(record.dataOrigin),
    curves: present,
    exhibits: formerExhibits({ ...withPresentName(record), sequences, matrices }),
    traceSha256: traceSha256(metrics, present),
  };
}

/** The step from each older schema to the one after it. */
export const recordMigrations: Readonly<Record<number, RecordMigration>> = Object.freeze({
  // 2 has matrices to look at, and optional parts of the time.
  1: (record) => ({ ...record, matrices: [] }),
  2: withExhibits,
  // 4 says which code computed it, and its file has a hash of everything in it.
  3: (record) => ({
    ...record,
    fingerprint: { ...asObject(record.fingerprint, "fingerprint"), codeSha256: "" },
  }),
});

/**
 * A parsed JSON value as a record of the newest schema, as far as its layout goes: its fields are not checked.
 *
 * @param steps The step from each older schema; a test may give others.
 * @param newest The newest schema.
 * @throws {SyntaxError} when it is no object, its schema is not known, or its numbers do not have the hash it states
 */
export function migrateRecord(
  value: unknown,
  steps: Readonly<Record<number, RecordMigration>> = recordMigrations,
  newest: number = RECORD_SCHEMA,
): JsonObject {
  let record = asObject(value, "record");
  const { schema } = record;
  const oldest = Math.min(newest, ...Object.keys(steps).map(Number));
  if (!Number.isInteger(schema) || Number(schema) < oldest || Number(schema) > newest) {
    refuse("schema", `${oldest} to ${newest}`, schema);
  }
  for (let at = Number(schema); at < newest; at++) {
    record = { ...steps[at]!(record), schema: at + 1 };
  }
  return withPresentName(record);
}
