import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { MatrixExhibit, Traces } from "../../../models/training/exhibit.ts";
import { migrateRecord, recordMigrations } from "../../../benchmarks/record/migrate_record.ts";
import { parseRecord } from "../../../benchmarks/record/parse_record.ts";
import { RECORD_SCHEMA, traceSha256 } from "../../../benchmarks/record/record.ts";
import { readRecord, recordText } from "../../../benchmarks/record/record_file.ts";
import { listRecordFiles } from "../../../benchmarks/record/read_records.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleRecord, secondSchema } from "../_example_record.ts";

Deno.test("recordMigrations has a step from every older schema", () => {
  const schemas = Array.from({ length: RECORD_SCHEMA - 1 }, (_, i) => i + 1);
  assertEquals(Object.keys(recordMigrations).map(Number), schemas);
});

Deno.test("parseRecord() gives the curves of schema 2 units and directions, and keeps their numbers", () => {
  const old = secondSchema();
  const { curves, metrics, traceSha256: hash, ...record } = parseRecord(old);
  assertEquals(metrics, exampleRecord().metrics);
  assertEquals(curves, [
    {
      ...{ name: "loss", label: "loss", unit: "nats per sequence", direction: "lower" },
      ...{ xLabel: "epoch", xUnit: "", x: [1, 2], y: [3, "NaN"] },
    },
    {
      ...{ name: "lengthScale", label: "length scale", unit: "" },
      ...{ xLabel: "epoch", xUnit: "", x: [1], y: [2] },
    },
    {
      ...{ name: "errorPerAngle", label: "MSE per pixel, every angle predicted from frame 0" },
      ...{ unit: "", xLabel: "angle", xUnit: "degrees", x: [0, 90], y: [0.5, 0.25] },
    },
  ]);
  assertEquals(hash, traceSha256(metrics, curves));
  assertEquals([record.schema, record.standIn], [RECORD_SCHEMA, ""]);
});

Deno.test("parseRecord() gives the sequences and matrices of schema 2 as exhibits", () => {
  const [frames, covariance, codes, ...others] = parseRecord(secondSchema()).exhibits;
  assertEquals(others, []);
  assertEquals(frames, {
    kind: "frames",
    ...{ name: "sequence0", label: "training digit 0", height: 1, width: 2, frames: 3 },
    ...{ marked: [1], markedLabel: "hidden from training", ofData: true },
    strips: [
      { label: "truth", pixels: "AAECAwQF", white: 1 },
      { label: "reconstruction", pixels: "BQQDAgEA", white: 1 },
      { label: "standard deviation", pixels: "AAAAAAAA", white: 0.5 },
    ],
  });
  const axis = { label: "angle", unit: "degrees", coordinates: [0, 90, 180, 270] };
  assertEquals(covariance, {
    kind: "matrix",
    ...{ name: "viewCovariance", label: "covariance between views", unit: "" },
    ...{ rows: axis, columns: axis, values: secondSchema().matrices[0]!.values },
  } as MatrixExhibit);
  const { panels, marks, x, xStep, sharedY } = codes as Traces;
  assertEquals(
    [x, xStep, sharedY, marks],
    [{ label: "angle", unit: "degrees" }, 90, true, [
      { x: 288, label: "never shown in training" },
    ]],
  );
  assertEquals(panels.map(({ y }) => y.label), [
    "direction 1, 63 % of the variance",
    "direction 2, 20 % of the variance",
  ]);
  assertEquals(panels[1]!.series, [
    {
      ...{ label: "training digit 0: posterior mean", colour: 0, style: "line" },
      ...{ x: [0, 90, 180, 270], y: [0, 1, 0, -1] },
    },
    {
      ...{ label: "training digit 0: the encoder's code", colour: 0, style: "points" },
      ...{ x: [0, 270], y: [0, -1.5] },
    },
  ]);
});

Deno.test("parseRecord() marks the angle that the former rmnist never showed", () => {
  const cell = { ...exampleRecord().cell, version: 1 };
  const record = parseRecord(secondSchema({ cell }));
  assertEquals(record.cell.benchmark, "rmnist_t10k");
  assertEquals((record.exhibits[2] as Traces).marks![0]!.x, 67.5);
});

Deno.test("parseRecord() says of procedural data of schema 2 that they are stand-ins", () => {
  const { standIn } = parseRecord(secondSchema({ dataOrigin: "procedural threes: drawn" }));
  assert(standIn.startsWith("Not MNIST: "));
});

Deno.test("parseRecord() reads a record of schema 1 as one without matrices", () => {
  const { matrices: _, time: { parts: __, ...time }, ...old } = secondSchema();
  const record = parseRecord({ ...old, time, schema: 1 });
  assertEquals(record, { ...parseRecord(secondSchema({ matrices: [] })), time });
});

Deno.test("parseRecord() refuses a record of schema 2 whose numbers or words are not those of its hash", () => {
  const { metrics, curves } = secondSchema();
  for (
    const change of [
      { metrics: [{ ...metrics[0], value: 0.01 }, metrics[1]] },
      { curves: [{ ...curves[0], label: "loss (bits)" }, curves[1], curves[2]] },
      { traceSha256: exampleRecord().traceSha256 },
    ]
  ) {
    assertThrows(
      () => parseRecord(secondSchema(change)),
      SyntaxError,
      "traceSha256 must be the hash of its metrics and curves, ",
    );
  }
});

Deno.test("parseRecord() names the field of schema 2 that is wrong", () => {
  const refuses = (change: object, message: string) =>
    assertThrows(() => parseRecord(secondSchema(change)), SyntaxError, message);
  refuses({ curves: 3 }, "curves must be an array, is 3");
  refuses({ metrics: [3] }, "metrics[0] must be an object, is 3");
  refuses({ sequences: undefined }, "sequences must be an array, is absent");
  refuses({ matrices: [{}] }, "matrices[0].rows must be an object, is absent");
  refuses({ dataOrigin: 3 }, "dataOrigin must be a string, is 3");
});

Deno.test("readRecord() reads every committed record, of whichever schema, with its numbers", () => {
  let matrices = 0;
  for (const folder of ["reports/reference", "reports/reference/smoke"]) {
    for (const name of listRecordFiles(folder)) {
      const old = JSON.parse(Deno.readTextFileSync(`${folder}/${name}`));
      assert(old.schema >= 1 && old.schema <= RECORD_SCHEMA);
      const record = readRecord(`${folder}/${name}`);
      const { metrics, curves, exhibits } = record;
      assertEquals(metrics, old.metrics);
      for (const [i, { label, unit, x, y }] of curves.entries()) {
        const former = old.curves[i];
        assertEquals([x, y], [former.x, former.y]);
        if (old.schema >= 3) continue;
        assertEquals(unit === "" ? label : `${label} (${unit})`, former.label);
        assertEquals(label.endsWith(")") && unit === "", false, label);
      }
      assertEquals(curves.length, old.curves.length);
      const [covariance] = old.matrices ?? [];
      if (covariance === undefined) continue;
      matrices++;
      assertEquals((exhibits[0] as MatrixExhibit).values, covariance.values);
      const { panels } = exhibits[1] as Traces;
      assertEquals(
        panels.flatMap(({ series }) => series[0]!.y),
        old.matrices.find(({ name }: { name: string }) => name === "posteriorCodes0").values,
      );
    }
  }
  assert(matrices > 0);
});

Deno.test("readRecord() reads back a migrated record that was written anew", () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/r.json`;
  const record = parseRecord(secondSchema());
  Deno.writeTextFileSync(path, recordText(record));
  assertEquals(readRecord(path), record);
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

Deno.test("migrateRecord() throws when the schema is not known", () => {
  const refuses = (value: unknown, message: string) =>
    assertEquals(assertThrows(() => migrateRecord(value), SyntaxError).message, message);
  const range = `schema must be 1 to ${RECORD_SCHEMA}, is`;
  refuses({}, `${range} absent`);
  refuses({ schema: 0 }, `${range} 0`);
  refuses({ schema: RECORD_SCHEMA + 1 }, `${range} ${RECORD_SCHEMA + 1}`);
  refuses({ schema: 1.5 }, `${range} 1.5`);
  refuses({ schema: "1" }, `${range} "1"`);
  refuses([], "record must be an object, is []");
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

Deno.test("traceSha256() covers names and numbers, and no words about them", () => {
  const { metrics, curves } = exampleRecord();
  const [metric, ...others] = metrics;
  const [curve] = curves;
  const trace = traceSha256(metrics, curves);
  const words = { label: "x", unit: "x", direction: "higher", xLabel: "x", xUnit: "x" } as const;
  assertEquals(
    traceSha256([{ ...metric!, ...words }, ...others], [{ ...curve!, ...words }]),
    trace,
  );
  const changed = [
    traceSha256([{ ...metric!, value: 0.0189 }, ...others], curves),
    traceSha256([{ ...metric!, name: "x" }, ...others], curves),
    traceSha256(metrics.toReversed(), curves),
    traceSha256(metrics, [{ ...curve!, name: "x" }]),
    traceSha256(metrics, [{ ...curve!, x: [1, 3] }]),
    traceSha256(metrics, [{ ...curve!, y: [3.5, 1] }]),
  ];
  for (const other of changed) assertNotEquals(other, trace);
});
