import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { parseBenchArgs } from "../../../benchmarks/commands/bench.ts";
import { UsageError } from "../../../benchmarks/errors.ts";
import type { BenchOptions } from "../../../benchmarks/runner/bench_command.ts";
import { backendNames } from "../../../models/backend/backend.ts";
import { parseRecord } from "../../../benchmarks/record/parse_record.ts";
import { recordFileName } from "../../../benchmarks/record/record_file.ts";
import { checkNames, findBenchmark, loadRegistry } from "../../../benchmarks/registry.ts";
import { bench, contents, temporaryFolder } from "../_bench_process.ts";

Deno.test("bench --help shows the usage and --list the benchmarks", async () => {
  const help = await bench(["--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertMatch(help.stdout, /^Usage: deno task bench NAME \[options\]$/m);
  const [, backends] = /--backend B\s+([^;]*);/.exec(help.stdout) ?? [];
  assertEquals(backends!.split(/,\s+|\s+or\s+/), [...backendNames]);
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
  const definitions = /^definitions: from outside the suite, .*toy_definition\.ts \(ODE2VAE_DEF/m;
  assertMatch(stderr, definitions);
  assertMatch(stderr, /^backend: ort-cpu \(toy 1\), 1 thread a cell, \d+ cells? at a time$/m);
  assertMatch(stderr, /^data: a line drawn by the tests \(SHA-256 [0-9a-f]{16}…\)$/m);
  assertMatch(stderr, /^Toy line \(toy\) \(toy v1\), tier smoke$/m);
  assertMatch(stderr, /^cells: 5 \(0 done, 0 to resume, 5 to start\)$/m);
  // Titles of the definition, in the terminal and on the page.
  assertStringIncludes(stdout, "\nMomentum ");
  const page = Deno.readTextFileSync(join(out, "site/toy.html"));
  const lead = '<p class="lead">A line is fitted to five points.</p>';
  for (const text of ["<h1>Toy line (toy)</h1>", lead, '<th scope="row">Momentum</th>']) {
    assertStringIncludes(page, text);
  }
  const files = contents(join(out, "records"));
  assertEquals(Object.keys(files).length, 5);
  for (const [name, text] of Object.entries(files)) {
    const record = parseRecord(JSON.parse(text));
    assertEquals(recordFileName(record.cell), name);
    assertEquals(record.dataOrigin, "a line drawn by the tests");
    assertMatch(record.command, /^ODE2VAE_DEFINITIONS=\S+toy_definition\.ts deno task bench toy /);
    assertStringIncludes(record.command, `--models ${record.cell.model} --seed `);
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
    assert(findBenchmark(registry, name) === definition);
  }
});

Deno.test("bench refuses, before a cell runs, to replace pages and results that it has not made", async () => {
  using folder = temporaryFolder();
  const out = folder.path;
  const args = ["toy", "--tier", "smoke", "--models", "start", "--seeds", "1", "--out", out];
  Deno.mkdirSync(join(out, "site"));
  for (const name of ["results.csv", "site/index.html", "site/toy.html"]) {
    Deno.writeTextFileSync(join(out, name), "mine");
    const { code, stdout, stderr } = await bench(args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, new RegExp(`^Cannot write the [^\n]* way, is ${join(out, name)}\n$`));
    assertEquals(Deno.readTextFileSync(join(out, name)), "mine");
    Deno.removeSync(join(out, name));
  }
  assertEquals([...Deno.readDirSync(out)].map(({ name }) => name), ["site"]);
});

Deno.test("checkNames() refuses names that no file can have, and a key that is not the benchmark's name", async () => {
  const { benchmarks } = await loadRegistry();
  checkNames({ benchmarks });
  const rmnist = benchmarks.rmnist!;
  const renamed = (name: string) => ({ benchmarks: { [name]: { ...rmnist, name } } });
  for (const name of ["a/../../b", "..", ".hidden", "", "a b", "a\\b", "ä", "a\u001b[31m"]) {
    assertThrows(() => checkNames(renamed(name)), SyntaxError, "a benchmark's name must be a name");
    const models = { [name]: Object.values(rmnist.models)[0]! };
    assertThrows(
      () => checkNames({ benchmarks: { rmnist: { ...rmnist, models } } }),
      SyntaxError,
      "the name of a model of rmnist must be a name",
    );
  }
  for (const name of ["index", "History", "METHODS", "speed"]) {
    assertThrows(() => checkNames(renamed(name)), SyntaxError, "none of the site's pages index, ");
  }
  for (const name of ["record", "data", "sitemap", "indexes"]) checkNames(renamed(name));
  const [model] = Object.values(rmnist.models);
  const alike = {
    benchmarks: { toy: { ...rmnist, name: "toy" }, Toy: { ...rmnist, name: "Toy" } },
  };
  assertThrows(
    () => checkNames(alike),
    SyntaxError,
    'the name of a benchmark must be other than "toy" in more than case, is "Toy"',
  );
  assertThrows(
    () => checkNames({ benchmarks: { rmnist: { ...rmnist, models: { a: model!, A: model! } } } }),
    SyntaxError,
    'the name of a model of rmnist must be other than "a" in more than case, is "A"',
  );
  assertThrows(
    () => checkNames({ benchmarks: { other: rmnist } }),
    SyntaxError,
    'the name of benchmark "other" must be its key in the registry, is "rmnist"',
  );
});

Deno.test("bench exits 2 with one line when ODE2VAE_DEFINITIONS cannot be loaded", async () => {
  const { code, stderr } = await bench(["toy"], { ODE2VAE_DEFINITIONS: "/nowhere.ts" });
  assertEquals(code, 2);
  assertMatch(stderr, /^Cannot load ODE2VAE_DEFINITIONS=\/nowhere\.ts: [^\n]+\n$/);
});

Deno.test("parseBenchArgs() gives the defaults when only a name is given", () => {
  assertEquals(parseBenchArgs(["rmnist"]), {
    benchmark: "rmnist",
    tier: "quick",
    backend: "auto",
    outDir: "out",
    plan: false,
    notes: false,
    fresh: false,
    freshCode: false,
    settings: false,
    checkpointSeconds: 20,
  });
});

Deno.test("parseBenchArgs() reads every option", () => {
  const args =
    "rmnist --tier paper --models a,b --seeds 0,3 --shard 2/5 --backend wasm --jobs 2 --data-dir d --out o " +
    "--plan --notes --fresh --fresh-code --checkpoint-seconds 0.5";
  const expected: BenchOptions & { settings: boolean } = {
    benchmark: "rmnist",
    tier: "paper",
    models: ["a", "b"],
    seeds: [0, 3],
    shard: { index: 2, count: 5 },
    backend: "wasm",
    jobs: 2,
    dataDir: "d",
    outDir: "o",
    plan: true,
    notes: true,
    fresh: true,
    freshCode: true,
    settings: false,
    checkpointSeconds: 0.5,
  };
  assertEquals(parseBenchArgs(args.split(" ")), expected);
  const joined = args.replaceAll(/(--[a-z-]+) (?!--)/g, "$1=");
  assertEquals(parseBenchArgs(joined.split(" ")), expected);
});

Deno.test("bench --settings shows each method's table once, and what the models have instead", async () => {
  const { code, stdout } = await bench(["toy", "--settings", "--tier", "paper"]);
  assertEquals(code, 0);
  const lines = stdout.split("\n");
  assertEquals(lines.filter((line) => line.startsWith("Line: settings")).length, 1);
  assertMatch(stdout, /^ {2}learningRate +rate; a number; the default is 0.05$/m);
  assertMatch(stdout, /^ {2}sgd +epochs 40$/m);
  assertMatch(stdout, /^ {2}momentum +epochs 40, learningRate 0.02, momentum 0.9$/m);
  const unknown = await bench(["toy", "--settings", "--models", "sgdd"]);
  assertEquals([unknown.code, unknown.stdout], [2, ""]);
});

Deno.test("parseBenchArgs() helps and lists without a name", () => {
  assertEquals(parseBenchArgs(["--help"]), "help");
  assertEquals(parseBenchArgs(["-h"]), "help");
  assertEquals(parseBenchArgs(["--list"]), "list");
});

for (
  const args of [
    ["rmnist", "balls"],
    ["rmnist", "--tier", "long"],
    ["rmnist", "--tier", ""],
    ["rmnist", "--models", ","],
    ["rmnist", "--shard", "5/4"],
    ["rmnist", "--jobs", "-1"],
    ["rmnist", "--jobs", "two"],
    ["rmnist", "--checkpoint-seconds", "-1"],
    ["rmnist", "--no-plan"],
    ["rmnist", "--settings", "--plan"],
    ["--list", "--settings"],
    ["rmnist", "-x"],
  ]
) {
  Deno.test(`parseBenchArgs() throws a UsageError when given ${args.join(" ")}`, () => {
    const error = assertThrows(() => parseBenchArgs(args), UsageError);
    assertStringIncludes(error.message, "Cannot ");
  });
}
