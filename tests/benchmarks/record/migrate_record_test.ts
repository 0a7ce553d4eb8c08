import { assertEquals, assertThrows } from "@std/assert";
import { canonicalJson } from "../../../benchmarks/record/canonical_json.ts";
import { migrateRecord, recordMigrations } from "../../../benchmarks/record/migrate_record.ts";
import { parseRecord } from "../../../benchmarks/record/parse_record.ts";
import { RECORD_SCHEMA } from "../../../benchmarks/record/record.ts";
import { listRecordFiles, readRecord } from "../../../benchmarks/record/record_file.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleRecord } from "../_example_record.ts";

/** A record as the first schema had it. */
function firstSchema(): Record<string, unknown> {
  const { matrices: _, time: { parts: __, ...time }, ...record } = exampleRecord();
  return { ...record, time, schema: 1 };
}

Deno.test("recordMigrations has a step from every older schema", () => {
  const schemas = Array.from({ length: RECORD_SCHEMA - 1 }, (_, i) => i + 1);
  assertEquals(Object.keys(recordMigrations).map(Number), schemas);
});

Deno.test("parseRecord() reads a record of schema 1 as one without matrices", () => {
  const { matrices: _, time: { parts: __, ...time }, ...rest } = exampleRecord();
  assertEquals(parseRecord(firstSchema()), { ...rest, time, matrices: [], schema: RECORD_SCHEMA });
});

Deno.test("readRecord() finds the trace of a migrated record as it was", () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/old.json`;
  Deno.writeTextFileSync(path, canonicalJson(firstSchema()));
  assertEquals(readRecord(path).traceSha256, exampleRecord().traceSha256);
});

Deno.test("readRecord() reads every committed record, of whichever schema", () => {
  const folder = "reports/reference";
  const schemas = listRecordFiles(folder).map((name) => {
    const { schema, traceSha256 } = JSON.parse(Deno.readTextFileSync(`${folder}/${name}`));
    const record = readRecord(`${folder}/${name}`);
    assertEquals([record.schema, record.traceSha256], [RECORD_SCHEMA, traceSha256]);
    return schema;
  });
  assertEquals(schemas.every((schema) => schema >= 1 && schema <= RECORD_SCHEMA), true);
});

Deno.test("migrateRecord() takes all steps in their order and leaves its argument alone", () => {
  const add = (letter: string) => (record: Readonly<Record<string, unknown>>) => ({
    ...record,
    text: `${record.text}${letter}`,
  });
  const steps = { 1: add("a"), 2: add("b"), 3: add("c") };
  const migrated = (schema: number) => migrateRecord({ schema, text: "" }, steps, 4);
  const old = Object.freeze({ schema: 1, text: "" });
  assertEquals(migrateRecord(old, steps, 4), { schema: 4, text: "abc" });
  assertEquals(migrated(3), { schema: 4, text: "c" });
  assertEquals(migrated(4), { schema: 4, text: "" });
});

Deno.test("migrateRecord() throws when the schema is none that it knows", () => {
  const refuses = (value: unknown, message: string) =>
    assertEquals(assertThrows(() => migrateRecord(value), SyntaxError).message, message);
  const range = `schema must be 1 to ${RECORD_SCHEMA}: current value is`;
  refuses({}, `${range} absent`);
  refuses({ schema: 0 }, `${range} 0`);
  refuses({ schema: RECORD_SCHEMA + 1 }, `${range} ${RECORD_SCHEMA + 1}`);
  refuses({ schema: 1.5 }, `${range} 1.5`);
  refuses({ schema: "1" }, `${range} "1"`);
  refuses([], "record must be an object: current value is []");
});

Deno.test("migrateRecord() gives a record of the former rmnist the name that its data set has now", () => {
  const cell = { benchmark: "rmnist", version: 1, model: "ode2vae" };
  const named = (changes: object) =>
    (migrateRecord({ schema: RECORD_SCHEMA, cell: { ...cell, ...changes } }).cell as typeof cell)
      .benchmark;
  assertEquals(named({}), "rmnist_t10k");
  assertEquals(named({ version: 2 }), "rmnist");
  assertEquals(named({ benchmark: "balls" }), "balls");
});
