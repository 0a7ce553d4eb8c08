import { recordText, writeRecord } from "../../../benchmarks/record/record_file.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { canonicalJson } from "../../../benchmarks/record/canonical_json.ts";
import { RunError } from "../../../benchmarks/errors.ts";
import {
  groupRecords,
  readRecordFolder,
  readRecords,
} from "../../../benchmarks/record/read_records.ts";
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

Deno.test("readRecordFolder() keeps one record a cell: that in the file of its name", () => {
  inFolder((folder) => {
    const { file, record } = store(makeRecord());
    for (const name of ["a copy.json", file, "z.json"]) {
      Deno.writeTextFileSync(`${folder}/${name}`, recordText(record));
    }
    const { records, problems } = readRecordFolder(folder);
    assertEquals(records.map((stored) => stored.file), [file]);
    assertEquals(
      problems,
      ["a copy.json", "z.json"].map((name) =>
        `Cannot use record ${folder}/${name}: a cell must have one record, has ${file} too`
      ),
    );
    assertThrows(() => readRecords(folder), RunError, "(and 1 other problem)");
    Deno.removeSync(`${folder}/${file}`);
    assertEquals(readRecordFolder(folder).records.map((stored) => stored.file), ["a copy.json"]);
  });
});

Deno.test("readRecords() reads in the order of names, and refuses a file that is no record", () => {
  inFolder((folder) => {
    for (const seed of [2, 0, 1]) writeRecord(folder, makeRecord({ seed }));
    Deno.writeTextFileSync(`${folder}/.x.json.1.tmp`, "half");
    assertEquals(readRecords(folder).map((record) => record.cell.seed), [0, 1, 2]);
    Deno.writeTextFileSync(`${folder}/a.json`, '{"schema":');
    assertThrows(() => readRecords(folder), RunError, `Cannot read record ${folder}/a.json`);
    assertEquals(readRecords(`${folder}/absent`), []);
  });
});

const text = recordText(makeRecord());
const utf16 = (words: string) =>
  new Uint8Array(Uint16Array.from(words, (c) => c.charCodeAt(0)).buffer);

Deno.test("readRecordFolder() reads a record behind a link, with a byte-order mark, with CRLF", () => {
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/elsewhere`);
    Deno.writeTextFileSync(`${folder}/elsewhere/record`, `\ufeff${text.replaceAll("\n", "\r\n")}`);
    Deno.symlinkSync("elsewhere/record", `${folder}/link.json`);
    const { records, problems } = readRecordFolder(folder);
    assertEquals([records, problems], [[{ file: "link.json", record: makeRecord() }], []]);
  });
});

/** Files that are no records: their name, how one is made, and what is said of it. */
const bad: readonly (readonly [string, (path: string) => void, string])[] = [
  ["folder", (path) => Deno.mkdirSync(path), "it must be a regular file, is a folder"],
  [
    "pipe",
    (path) => new Deno.Command("mkfifo", { args: [path] }).outputSync(),
    "it must be a regular file, is a device or pipe",
  ],
  [
    "device",
    (path) => Deno.symlinkSync("/dev/zero", path),
    "it must be a regular file, is a device or pipe",
  ],
  ["loop", (path) => Deno.symlinkSync(path, path), "too many levels of symbolic links"],
  ["nowhere", (path) => Deno.symlinkSync("/nowhere", path), "no such file or directory"],
  [
    "500 MB",
    (path) => {
      Deno.writeTextFileSync(path, "{");
      Deno.truncateSync(path, 5e8);
    },
    "it must have at most 33554432 bytes, has 500000000",
  ],
  [
    "deep",
    (path) => Deno.writeTextFileSync(path, "[".repeat(1e4) + "]".repeat(1e4)),
    "it must have at most 64 brackets inside each other, has more",
  ],
  [
    "many",
    (path) => Deno.writeTextFileSync(path, `[${"0,".repeat(4e6)}0]`),
    "it must have at most 4000000 values, has more",
  ],
  [
    "UTF-16",
    (path) => Deno.writeFileSync(path, utf16(`\ufeff${text}`)),
    "it must be UTF-8, is UTF-16",
  ],
  ["UTF-16 without mark", (path) => Deno.writeFileSync(path, utf16(text)), "it must be JSON: "],
  [
    "Latin-1",
    (path) => Deno.writeFileSync(path, Uint8Array.of(0x22, 0xe9, 0x22)),
    "it must be UTF-8",
  ],
  ["NULs", (path) => Deno.writeTextFileSync(path, `${text}\0\0`), "it must be JSON: "],
  ["escape", (path) => Deno.writeTextFileSync(path, "\x1b[31m"), "it must be JSON: "],
  ["empty", (path) => Deno.writeTextFileSync(path, ""), "it must be JSON: "],
];

Deno.test("readRecordFolder() says in one line what is no record, and reads the others", () => {
  inFolder((folder) => {
    writeRecord(folder, makeRecord());
    for (const [name, make] of bad) make(`${folder}/${name}.json`);
    const { records, problems } = readRecordFolder(folder);
    assertEquals(records.map(({ record }) => record), [makeRecord()]);
    assertEquals(problems.length, bad.length);
    for (const [name, , reason] of bad) {
      const line = problems.find((problem) => problem.includes(`/${name}.json: `)) ?? "";
      assertStringIncludes(line, `Cannot read record ${folder}/${name}.json: ${reason}`);
      assertEquals(/\p{Cc}/u.test(line), false, name);
    }
  });
});
