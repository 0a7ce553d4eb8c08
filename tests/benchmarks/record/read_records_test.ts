import { recordText } from "../../../benchmarks/record/record_file.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { canonicalJson } from "../../../benchmarks/record/canonical_json.ts";
import { RunError } from "../../../benchmarks/errors.ts";
import { groupRecords, readRecordFolder } from "../../../benchmarks/record/read_records.ts";
import {
  makeRecord,
  makeRecords,
  PROCEDURAL_SHA,
  STAND_IN,
  store,
} from "../../reports/fixtures.ts";

/** Runs `body` in a folder that is removed afterwards. */
function inFolder(body: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("readRecordFolder() reads good records and tells each bad one in one line", () => {
  inFolder((folder) => {
    const { file, record } = store(makeRecord());
    const json = recordText(record);
    Deno.writeTextFileSync(`${folder}/${file}`, json);
    Deno.writeTextFileSync(`${folder}/truncated.json`, json.slice(0, json.length / 2));
    Deno.writeTextFileSync(`${folder}/newer.json`, canonicalJson({ ...record, schema: 99 }));
    Deno.writeTextFileSync(`${folder}/.${file}.123.tmp.json`, "half");
    const { records, problems } = readRecordFolder(folder);
    assertEquals(records.map((stored) => stored.file), [file]);
    assertEquals(problems.length, 2);
    assertEquals(problems.map((line) => line.includes("\n")), [false, false]);
    assertEquals(/newer\.json.*schema.*99/.test(problems[0]!), true);
    assertEquals(/truncated\.json/.test(problems[1]!), true);
  });
});

Deno.test("readRecordFolder() refuses a folder that does not exist", () => {
  assertThrows(() => readRecordFolder("/nowhere/records"), RunError, "it does not exist");
});

Deno.test("groupRecords() never joins other tiers, data, backends", () => {
  const groups = groupRecords([
    makeRecord({ seed: 0 }),
    makeRecord({ seed: 1 }),
    makeRecord({ tier: "quick" }),
    makeRecord({ backend: "wasm" }),
    makeRecord({ dataSha256: PROCEDURAL_SHA, standIn: STAND_IN }),
  ].map(store));
  assertEquals(
    groups.map((group) => [group.tier, group.backend, group.standIn, group.records.length]),
    [["paper", "ort-cpu", "", 2], ["paper", "wasm", "", 1], ["quick", "ort-cpu", "", 1], [
      "paper",
      "ort-cpu",
      STAND_IN,
      1,
    ]],
  );
});

Deno.test("groupRecords() gives the same order whatever the order of the files", () => {
  const records = makeRecords();
  assertEquals(groupRecords(records.toReversed()), groupRecords(records));
});

Deno.test("groupRecords() refuses two records of one cell", () => {
  const twice = [store(makeRecord()), { file: "copy.json", record: makeRecord() }];
  assertThrows(() => groupRecords(twice), RunError, "copy.json");
});
