import { assertEquals, assertThrows } from "@std/assert";
import { RunError } from "../../../benchmarks/errors.ts";
import { readRecord, recordFileName, writeRecord } from "../../../benchmarks/record/record_file.ts";
import { traceSha256 } from "../../../benchmarks/record/record.ts";
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

Deno.test("keepReference() leaves exhibits of the data out, but for seed 0, and nothing else", () => {
  inFolders((from, to) => {
    const matrix = exampleRecord().exhibits[1]!;
    const { exhibits, ...rest } = makeRecord({ seed: 1 });
    const record = { ...rest, exhibits: [...exhibits, matrix] };
    writeRecord(from, record);
    const name = recordFileName(record.cell);
    assertEquals(exhibits.map(({ ofData }) => ofData), [true, true]);
    assertEquals(keepReference(from, to), [name]);
    const kept = readRecord(`${to}/${name}`);
    assertEquals(kept, { ...record, command: kept.command, exhibits: [matrix] });
    assertEquals(
      traceSha256(kept.metrics, kept.curves),
      traceSha256(record.metrics, record.curves),
    );
  });
});

Deno.test("referenceRecord() keeps exhibits of the data where a report names their licence, of smoke none", () => {
  const record = makeRecord();
  const foreign = { ...record, cell: { ...record.cell, benchmark: "bouncing_balls" } };
  const smoke = { ...record, cell: { ...record.cell, tier: "smoke" as const } };
  const kept = [record, foreign, smoke].map((one) => referenceRecord(one).exhibits.length);
  assertEquals(kept, [2, 0, 0]);
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

Deno.test("reports/reference holds exhibits of the data of seed 0 alone, under a licence", () => {
  const { records, problems } = readRecordFolder("reports/reference");
  assertEquals(problems, []);
  const shown = records.filter(({ record }) => record.exhibits.some(({ ofData }) => ofData));
  assertEquals(shown.filter(({ record: { cell } }) => cell.seed !== 0), []);
  assertEquals(shown.filter(({ record: { cell } }) => !REPORTS[cell.benchmark]?.credit), []);
  assertEquals(shown.length > 0, true);
});
