import { assertEquals, assertThrows } from "@std/assert";
import { RunError } from "../../../benchmarks/errors.ts";
import { readRecord, recordFileName, writeRecord } from "../../../benchmarks/record/record_file.ts";
import { RECORD_SCHEMA, traceSha256 } from "../../../benchmarks/record/record.ts";
import { keepReference, referenceRecord } from "../../../benchmarks/commands/keep_reference.ts";
import { readRecordFolder } from "../../../benchmarks/record/read_records.ts";
import { REPORTS } from "../../../reports/benchmarks/registry.ts";
import { exampleRecord } from "../_example_record.ts";
import { makeRecord } from "../../reports/fixtures.ts";

function inFolders(test: (from: string, to: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${folder}/records`);
    test(`${folder}/records`, `${folder}/reference`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("keepReference() leaves exhibits out, but for seed 0, and nothing else", () => {
  inFolders((from, to) => {
    const record = makeRecord({ seed: 1 });
    writeRecord(from, record);
    const name = recordFileName(record.cell);
    assertEquals(record.exhibits.length, 2);
    assertEquals(keepReference(from, to), [name]);
    const kept = readRecord(`${to}/${name}`);
    assertEquals(kept, { ...record, command: kept.command, exhibits: [] });
    assertEquals(
      traceSha256(kept.metrics, kept.curves),
      traceSha256(record.metrics, record.curves),
    );
  });
});

Deno.test("referenceRecord() keeps exhibits of the data where a report names their licence, of smoke none", () => {
  const matrix = exampleRecord().exhibits[1]!;
  const record = { ...makeRecord(), exhibits: [...makeRecord().exhibits, matrix] };
  assertEquals(record.exhibits.map(({ ofData }) => ofData), [true, true, undefined]);
  const foreign = { ...record, cell: { ...record.cell, benchmark: "bouncing_balls" } };
  const smoke = { ...record, cell: { ...record.cell, tier: "smoke" as const } };
  const kept = [record, foreign, smoke].map((one) => referenceRecord(one).exhibits.length);
  assertEquals(kept, [3, 1, 0]);
});

Deno.test("referenceRecord() names the data folder DIR, however it was quoted", () => {
  const named = (folder: string) =>
    referenceRecord({ ...makeRecord(), command: `a --data-dir ${folder} b` }).command;
  assertEquals(named("/home/me/data"), "a --data-dir DIR b");
  assertEquals(named(`'my data'`), "a --data-dir DIR b");
  assertEquals(named(`'it'\\''s mine'`), "a --data-dir DIR b");
  assertEquals(referenceRecord({ ...makeRecord(), command: "a b" }).command, "a b");
});

Deno.test("keepReference() refuses a folder without finished records", () => {
  inFolders((from, to) => {
    writeRecord(from, { ...makeRecord(), status: "failed", note: "its process died" });
    assertThrows(() => keepReference(from, to), RunError, "must hold finished records, holds none");
  });
});

Deno.test("reports/reference holds exhibits of seed 0 alone, those of the data under a licence", () => {
  const { records, problems } = readRecordFolder("reports/reference");
  assertEquals(problems, []);
  // Records of a former layout stay as they were written.
  const isPresent = (file: string) =>
    JSON.parse(Deno.readTextFileSync(`reports/reference/${file}`)).schema === RECORD_SCHEMA;
  const others = records.filter(({ file, record: { cell, exhibits } }) =>
    cell.seed > 0 && exhibits.length > 0 && isPresent(file)
  );
  assertEquals(others.map(({ file }) => file), []);
  const shown = records.filter(({ record }) => record.exhibits.some(({ ofData }) => ofData));
  assertEquals(shown.filter(({ record: { cell } }) => !REPORTS[cell.benchmark]?.credit), []);
  assertEquals(shown.length > 0, true);
});
