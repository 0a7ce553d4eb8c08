/**
 * Records of older schemas as today's: one step for each schema, so that what was measured once goes on being read.
 *
 * A step changes the layout only. It must leave metrics and curves as they are: the hash that a record states is theirs.
 *
 * @module
 */
import { asObject, type JsonObject } from "./_validate.ts";
import { RECORD_SCHEMA } from "./record.ts";
import { RENAMED } from "./renamed.ts";

/** Takes a record of one schema to the next; the number of the schema is set by {@link migrateRecord}. */
export type RecordMigration = (record: JsonObject) => JsonObject;

/** The step from each older schema to the one after it. */
export const recordMigrations: Readonly<Record<number, RecordMigration>> = Object.freeze({
  // 2 has matrices to look at, and optional parts of the time.
  1: (record) => ({ ...record, matrices: [] }),
});

/**
 * A parsed JSON value as a record of the newest schema, as far as its layout goes: its fields are not checked.
 *
 * @param steps The step from each older schema; a test may give others.
 * @param newest The newest schema.
 * @throws {SyntaxError} when it is no object, or its schema is not known
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
    throw new SyntaxError(
      `schema must be ${oldest} to ${newest}: current value is ${
        JSON.stringify(schema) ?? "absent"
      }`,
    );
  }
  for (let at = Number(schema); at < newest; at++) {
    record = { ...steps[at]!(record), schema: at + 1 };
  }
  return withPresentName(record);
}

/** A record under its benchmark's present name. */
function withPresentName(record: JsonObject): JsonObject {
  const cell = record.cell as JsonObject | null | undefined;
  const name = RENAMED[`${cell?.benchmark} v${cell?.version}`];
  return name === undefined ? record : { ...record, cell: { ...cell, benchmark: name } };
}
