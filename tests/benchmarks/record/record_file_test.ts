import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { RunError } from "../../../benchmarks/errors.ts";
import {
  findRecord,
  isFinished,
  readRecord,
  recordFileName,
  recordText,
  sameCell,
  writeRecord,
} from "../../../benchmarks/record/record_file.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleRecord } from "../_example_record.ts";

Deno.test("recordFileName() holds the whole identity", () => {
  const { cell } = exampleRecord();
  assertEquals(recordFileName(cell), "rmnist-v2_quick_ode2vae-kl_seed3_ort-cpu_01234567.json");
  const others = [
    { ...cell, benchmark: "balls" },
    { ...cell, version: 3 },
    { ...cell, tier: "paper" as const },
    { ...cell, model: "ode2vae" },
    { ...cell, seed: 4 },
    { ...cell, backend: "wasm" },
    { ...cell, dataSha256: "f".repeat(64) },
  ];
  assertEquals(new Set([cell, ...others].map(recordFileName)).size, 8);
  assert(others.every((other) => !sameCell(cell, other)));
  assert(sameCell(cell, { ...cell }));
});

Deno.test("readRecord() gives back what writeRecord() was given", () => {
  using folder = temporaryFolder();
  for (
    const record of [
      exampleRecord(),
      exampleRecord({ status: "diverged", note: "at step 3", metrics: [], curves: [] }),
      exampleRecord({ exhibits: [] }),
      exampleRecord({ standIn: "Drawn by a generator." }),
      exampleRecord({ time: { data: 0, compilation: 1, training: 2, evaluation: 3 } }),
    ]
  ) {
    const path = writeRecord(folder.path, record);
    assertEquals(readRecord(path), record);
    assertEquals(findRecord(folder.path, record.cell), record);
  }
});

Deno.test("writeRecord() refuses what readRecord() would not read, and leaves the former record", () => {
  using folder = temporaryFolder();
  const record = exampleRecord();
  const path = writeRecord(folder.path, record);
  const before = Deno.readTextFileSync(path);
  const [metric, curve] = [record.metrics[0]!, record.curves[0]!];
  for (
    const [changed, words] of [
      [{ metrics: [metric, metric] }, "metrics[1].name must be another than that of metrics[0]"],
      [{ curves: [curve, curve] }, "curves[1].name must be another than that of curves[0]"],
      [{ curves: [{ ...curve, y: [] }] }, "curves[0].y must have as many values as x"],
    ] as const
  ) {
    assertThrows(() => writeRecord(folder.path, { ...record, ...changed }), RunError, words);
    assertEquals(Deno.readTextFileSync(path), before);
  }
});

Deno.test("writeRecord() writes the same bytes when the keys come in another order", () => {
  using folder = temporaryFolder();
  const record = exampleRecord();
  const path = writeRecord(folder.path, record);
  const first = Deno.readTextFileSync(path);
  writeRecord(folder.path, Object.fromEntries(Object.entries(record).reverse()) as typeof record);
  assertEquals(Deno.readTextFileSync(path), first);
});

Deno.test("isFinished() holds for results only", () => {
  const finished = (["completed", "diverged", "failed", "interrupted"] as const)
    .map((status) => isFinished(exampleRecord({ status })));
  assertEquals(finished, [true, true, false, false]);
});

Deno.test("findRecord() gives undefined when there is none", () => {
  using folder = temporaryFolder();
  assertEquals(findRecord(folder.path, exampleRecord().cell), undefined);
});

Deno.test("findRecord() throws when the file holds another cell", () => {
  using folder = temporaryFolder();
  const record = exampleRecord();
  const path = writeRecord(folder.path, record);
  const cell = { ...record.cell, seed: 4 };
  Deno.renameSync(path, join(folder.path, recordFileName(cell)));
  assertThrows(() => findRecord(folder.path, cell), RunError, "Cannot use record");
});

type Change = (record: Record<string, unknown>) => void;
const damages: readonly (readonly [string, Change, string])[] = [
  ["schema is newer", (r) => r.schema = 5, "schema must be 1 to 4, is 5"],
  ["status is unknown", (r) => r.status = "done", "status must be one of completed"],
  [
    "a metric is null",
    (r) => (r.metrics as { value: unknown }[])[0]!.value = null,
    "metrics[0].value must be a number",
  ],
  [
    "a metric has changed",
    (r) => (r.metrics as { value: unknown }[])[0]!.value = 0.01,
    "traceSha256 must be the hash",
  ],
  [
    "a curve is shorter than its x",
    (r) => (r.curves as { y: unknown[] }[])[0]!.y.pop(),
    "curves[0].y must have as many values",
  ],
  [
    "the seed is a fraction",
    (r) => (r.cell as { seed: number }).seed = 0.5,
    "cell.seed must be a whole number",
  ],
  [
    "the data hash is short",
    (r) => (r.cell as { dataSha256: string }).dataSha256 = "ab",
    "cell.dataSha256 must be 64 hex digits",
  ],
  [
    "a name leaves the folder",
    (r) => r.cell = { ...r.cell as object, model: "x/../../y" },
    "cell.model must be a name as",
  ],
  [
    "a name has a letter that a page's would lose",
    (r) => r.cell = { ...r.cell as object, model: "gp\u00e9" },
    "cell.model must be a name as",
  ],
  ["the exhibits are absent", (r) => delete r.exhibits, "exhibits must be an array, is absent"],
  [
    "an exhibit is not whole",
    (r) => (r.exhibits as { values: unknown[] }[])[1]!.values.pop(),
    "exhibits[1].values must have rows × columns values, 6, has 5",
  ],
  [
    "a curve's direction is unknown",
    (r) => (r.curves as { direction: unknown }[])[0]!.direction = "up",
    'curves[0].direction must be one of lower, higher, is "up"',
  ],
  ["the stand-in is not said", (r) => delete r.standIn, "standIn must be a string, is absent"],
  [
    "a part of the time has half an occurrence",
    (r) => (r.time as { parts: { count: number }[] }).parts[0]!.count = 0.5,
    "time.parts[0].count must be a whole number",
  ],
  [
    "a setting is an object",
    (r) => (r.settings as Record<string, unknown>).epochs = {},
    "settings.epochs must be a number",
  ],
  [
    "there are too many metrics",
    (r) => r.metrics = Array(1001).fill(0),
    "metrics must have at most 1000 items, has 1001",
  ],
  [
    "a curve has 200,000 points",
    (r) => (r.curves as { x: number[] }[])[0]!.x = Array.from({ length: 2e5 }, (_, i) => i),
    "curves[0].x must have at most 100000 items, has 200000",
  ],
  [
    "a name is longer than a file's may be",
    (r) => r.cell = { ...r.cell as object, model: "m".repeat(49) },
    "cell.model must have at most 48 characters, has 49",
  ],
  [
    "a text is longer than a page",
    (r) => r.note = "n".repeat(10_001),
    "note must have at most 10000 characters, has 10001",
  ],
  ["time is absent", (r) => delete r.time, "time must be an object, is absent"],
  ["the note is absent", (r) => delete r.note, "note must be a string"],
];
Deno.test("readRecord() refuses a record of which anything was edited after it was written", () => {
  using folder = temporaryFolder();
  const path = writeRecord(folder.path, exampleRecord());
  const text = Deno.readTextFileSync(path);
  const edits: readonly (readonly [string, string])[] = [
    ['"seed": 3', '"seed": 4'],
    ['"rate": 0.001', '"rate": 0.002'],
    ['"dataOrigin": "MNIST t10k"', '"dataOrigin": "MNIST"'],
    ['"direction": "lower"', '"direction": "higher"'],
    ["AAECAwQF", "AAECAwQG"],
    ['"commit": ""', '"commit": "0123"'],
    ['"training": 8', '"training": 7'],
    ['"note": ""', '"note": "", "remark": 1'],
  ];
  for (const [from, to] of edits) {
    assert(text.includes(from), from);
    Deno.writeTextFileSync(path, text.replace(from, to));
    assertThrows(
      () => readRecord(path),
      RunError,
      "contentSha256 must be the hash of all the rest",
    );
  }
  Deno.writeTextFileSync(path, text);
  assertEquals(readRecord(path), exampleRecord());
});

for (const [when, damage, message] of damages) {
  Deno.test(`readRecord() throws when ${when}`, () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "r.json");
    const record = JSON.parse(JSON.stringify(exampleRecord()));
    damage(record);
    Deno.writeTextFileSync(path, recordText(record));
    const error = assertThrows(() => readRecord(path), RunError, message);
    assertEquals(error.message.split("\n").length, 1);
  });
}
