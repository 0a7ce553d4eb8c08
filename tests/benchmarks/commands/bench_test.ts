import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { backendNames } from "../../../models/backend/backend.ts";
import { parseRecord } from "../../../benchmarks/record/parse_record.ts";
import { recordFileName } from "../../../benchmarks/record/record_file.ts";
import { findBenchmark, loadRegistry } from "../../../benchmarks/registry.ts";
import { bench, contents, temporaryFolder } from "../_bench_process.ts";

Deno.test("bench --help shows the usage and --list the benchmarks", async () => {
  const help = await bench(["--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertMatch(help.stdout, /^Usage: deno task bench NAME \[options\]$/m);
  for (const name of backendNames) assertMatch(help.stdout, RegExp(`--backend .*\\b${name}\\b`));
  const list = await bench(["--list"]);
  assertEquals([list.code, list.stderr], [0, ""]);
  assertMatch(list.stdout, /^toy {2}Toy line \(toy\) \(version 1\)$/m);
  assertMatch(list.stdout, /^ {2}models: sgd, momentum, start$/m);
  assertMatch(list.stdout, /^ {2}seeds: smoke 2, quick 3, paper 2$/m);
});

Deno.test("bench writes records, results.csv and pages, and prints the table", async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, "data");
  Deno.mkdirSync(data);
  const out = join(folder.path, "out");
  const { code, stdout, stderr } = await bench([
    ...["toy", "--tier", "smoke", "--data-dir", data, "--out", out],
  ]);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /^backend: ort-cpu \(toy 1\), 1 thread a cell, \d+ cells? at a time$/m);
  assertMatch(stderr, /^data: a line drawn by the tests \(SHA-256 [0-9a-f]{16}…\)$/m);
  assertMatch(stderr, /^Toy line \(toy\) \(toy v1\), tier smoke$/m);
  assertMatch(stderr, /^cells: 5 \(0 done, 0 to resume, 5 to start\)$/m);
  assertStringIncludes(stdout, "momentum");
  const files = contents(join(out, "records"));
  assertEquals(Object.keys(files).length, 5);
  for (const [name, text] of Object.entries(files)) {
    const record = parseRecord(JSON.parse(text));
    assertEquals(recordFileName(record.cell), name);
    assertEquals(record.dataOrigin, "a line drawn by the tests");
    assertStringIncludes(record.command, `--models ${record.cell.model} --seeds `);
    assertStringIncludes(record.command, `--data-dir ${data}`);
    assertEquals(record.fingerprint.threads, 1);
  }
  assertStringIncludes(Deno.readTextFileSync(join(out, "results.csv")), "testMse");
  assertMatch(Deno.readTextFileSync(join(out, "site", "index.html")), /^\s*<!doctype html>/i);
});

Deno.test("bench --plan shows the cells and the time left, and writes nothing", async () => {
  using folder = temporaryFolder();
  const out = join(folder.path, "out");
  const args = ["toy", "--tier", "smoke", "--out", out];
  const before = await bench([...args, "--plan"]);
  assertEquals(before.code, 0, before.stderr);
  assertMatch(
    before.stdout,
    /^5 of 5 cells to run, time unknown until each model has been timed$/m,
  );
  assertEquals([...Deno.readDirSync(folder.path)], []);
  await bench([...args, "--models", "sgd"]);
  const after = await bench([...args, "--plan"]);
  assertMatch(after.stdout, /^sgd seed 0 +done$/m);
  assertMatch(after.stdout, /^momentum seed 1 +new$/m);
  assertMatch(after.stdout, /^3 of 5 cells to run, time unknown until each model has been timed$/m);
  await bench([...args, "--models", "momentum,start", "--seeds", "1"]);
  const timed = await bench([...args, "--plan"]);
  assertMatch(timed.stdout, /^1 of 5 cells to run, about \d+ s with 1 cell at a time$/m);
  const done = await bench([...args, "--models", "sgd", "--plan"]);
  assertMatch(done.stdout, /^nothing to run \(--fresh runs finished cells again\)$/m);
});

Deno.test("bench prints tables and plans alone on standard output", async () => {
  using folder = temporaryFolder();
  const { stdout } = await bench([
    ...["toy", "--tier", "smoke", "--models", "sgd", "--plan", "--out", folder.path],
  ]);
  assertEquals(stdout.trimEnd().split("\n").length, 3);
});

Deno.test("loadRegistry() gives the suite's own benchmarks without ODE2VAE_DEFINITIONS", async () => {
  assertEquals(Deno.env.get("ODE2VAE_DEFINITIONS"), undefined, "the tests must not run under it");
  const registry = await loadRegistry();
  for (const [name, definition] of Object.entries(registry.benchmarks)) {
    assertEquals(definition.name, name);
    assert(findBenchmark(registry, name) === definition);
  }
});

Deno.test("bench exits 2 with one line when ODE2VAE_DEFINITIONS cannot be loaded", async () => {
  const { code, stderr } = await bench(["toy"], { ODE2VAE_DEFINITIONS: "/nowhere.ts" });
  assertEquals(code, 2);
  assertMatch(stderr, /^Cannot load ODE2VAE_DEFINITIONS=\/nowhere\.ts: [^\n]+\n$/);
});
