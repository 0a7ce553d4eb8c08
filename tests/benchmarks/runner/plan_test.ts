import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { codeName } from "../../../benchmarks/record/fingerprint.ts";
import { writeCheckpoint } from "../../../benchmarks/runner/checkpoint_file.ts";
import { RunError, UsageError } from "../../../benchmarks/errors.ts";
import { checkpointName, freshMarkerName } from "../../../benchmarks/runner/output_folders.ts";
import {
  checkModels,
  comparableRecords,
  planCells,
  type PlanOptions,
} from "../../../benchmarks/runner/plan.ts";
import { recordFileName, writeRecord } from "../../../benchmarks/record/record_file.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleRecord } from "../_example_record.ts";
import { benchmarks } from "../toy_definition.ts";

const definition = benchmarks.toy!;

// The code of the example records.
const { fingerprint: host } = exampleRecord();

function options(outDir: string): PlanOptions {
  return {
    definition,
    tier: "smoke",
    seeds: [0, 4],
    backend: "ort-cpu",
    dataSha256: "a".repeat(64),
    outDir,
    fresh: false,
    freshCode: false,
    host,
  };
}

Deno.test("planCells() orders cells seed by seed and runs a deterministic model once", () => {
  using folder = temporaryFolder();
  assertEquals(
    planCells(options(folder.path)).map(({ cell, state, epochs }) => [
      cell.seed,
      cell.model,
      state,
      epochs,
    ]),
    [
      [0, "sgd", "new", 5],
      [0, "momentum", "new", 5],
      [0, "start", "new", 0],
      [4, "sgd", "new", 5],
      [4, "momentum", "new", 5],
    ],
  );
});

Deno.test("planCells() runs the tier's seeds, or the first ones of a model that has fewer", () => {
  using folder = temporaryFolder();
  const { sgd, momentum } = definition.models;
  const fewer = { ...definition, models: { sgd: { ...sgd!, seeds: 1 }, momentum: momentum! } };
  const names = (seeds?: number[]) =>
    planCells({ ...options(folder.path), definition: fewer, seeds })
      .map(({ cell }) => `${cell.model} ${cell.seed}`);
  assertEquals(names(), ["sgd 0", "momentum 0", "momentum 1"]);
  assertEquals(names([1]), ["sgd 1", "momentum 1"]);
});

Deno.test("planCells() knows what is done, failed, saved and to be renewed", () => {
  using folder = temporaryFolder();
  const records = join(folder.path, "records");
  const checkpoints = join(folder.path, "checkpoints");
  Deno.mkdirSync(records);
  Deno.mkdirSync(checkpoints);
  const cells = planCells(options(folder.path)).map(({ cell }) => cell);
  const settings = (model: string) => resolveSettings(definition, "smoke", model);
  const save = (i: number, epoch: number) =>
    writeCheckpoint(join(checkpoints, checkpointName(cells[i]!)), {
      cell: cells[i]!,
      settings: settings(cells[i]!.model),
      backendVersion: "",
      codes: [codeName(host)],
      epoch,
      curves: [],
      time: { data: 0, compilation: 0, training: 0, evaluation: 0 },
      arrays: {},
    });
  writeRecord(records, exampleRecord({ cell: cells[0]!, settings: settings("sgd") }));
  writeRecord(
    records,
    exampleRecord({ cell: cells[1]!, status: "diverged", note: "at 6", settings: { epochs: 3 } }),
  );
  writeRecord(records, exampleRecord({ cell: cells[2]!, status: "failed", note: "killed" }));
  save(3, 2);
  writeRecord(records, exampleRecord({ cell: cells[4]!, settings: settings("momentum") }));
  save(4, 1);
  Deno.writeTextFileSync(join(checkpoints, freshMarkerName(cells[4]!)), "");

  const planned = planCells(options(folder.path));
  assertEquals(planned.map(({ state, epoch, note }) => [state, epoch, note]), [
    ["done", 0, ""],
    ["done", 0, "at 6; its settings differ from the definition's: rerun with --fresh"],
    ["new", 0, "failed before: killed"],
    ["resumes", 2, ""],
    ["resumes", 1, ""],
  ]);
  const fresh = planCells({ ...options(folder.path), fresh: true });
  assertEquals(fresh.map(({ state }) => state), Array(5).fill("new"));

  // Other code: finished cells say so, and with freshCode run again, as do those that it began.
  const other = { ...options(folder.path), host: { ...host, codeSha256: "b".repeat(64) } };
  assertEquals(
    planCells(other)[0]!.note,
    "made by other code, an unknown commit (code fedcba98): rerun with --fresh-code",
  );
  const again = planCells({ ...other, freshCode: true });
  assertEquals(again.map(({ state, renew }) => [state, renew]), [
    ["new", true],
    ["new", true],
    ["new", false],
    ["new", true],
    ["new", true],
  ]);
  assertEquals(planCells({ ...options(folder.path), freshCode: true }), planned);
  const committed = { ...options(folder.path), host: { ...host, commit: "c".repeat(40) } };
  assertEquals(planCells({ ...committed, freshCode: true }), planned, "the hash alone decides");
});

Deno.test("planCells() throws when a record cannot be read", () => {
  using folder = temporaryFolder();
  const [planned] = planCells(options(folder.path));
  Deno.mkdirSync(join(folder.path, "records"));
  Deno.writeTextFileSync(join(folder.path, "records", recordFileName(planned!.cell)), "{");
  assertThrows(() => planCells(options(folder.path)), RunError, "move it away");
});

Deno.test("checkModels() keeps the definition's order and throws when a model is unknown", () => {
  assertEquals(checkModels(definition, ["start", "sgd"]), ["sgd", "start"]);
  assertEquals(checkModels(definition), ["sgd", "momentum", "start"]);
  assertThrows(() => checkModels(definition, ["adam"]), UsageError, "sgd, momentum, start");
});

Deno.test("comparableRecords() leaves other definitions, tiers and backends out", () => {
  const { cell } = exampleRecord();
  const mine = { ...cell, benchmark: "toy", tier: "smoke" as const, version: 1 };
  const records = [
    mine,
    { ...mine, seed: 9 },
    { ...mine, version: 2 },
    { ...mine, tier: "paper" as const },
    { ...mine, backend: "wasm" },
    cell,
  ].map((changed) => exampleRecord({ cell: changed }));
  assertEquals(comparableRecords(records, options("")), records.slice(0, 2));
});
