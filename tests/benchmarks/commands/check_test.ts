import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { readRecords, writeRecord } from "../../../benchmarks/record/record_file.ts";
import { traceSha256 } from "../../../benchmarks/record/record.ts";
import { bench, contents, decode, temporaryFolder } from "../_bench_process.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const check = (...args: string[]) => checkWith({}, ...args);

async function checkWith(environment: Record<string, string>, ...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", path("../../../benchmarks/commands/check.ts"), ...args],
    // A job of GitHub Actions may run these tests: its variables are not theirs.
    env: {
      ...{ ODE2VAE_DEFINITIONS: path("../toy_definition.ts"), NO_COLOR: "1" },
      ...{ GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "", ...environment },
    },
    stdin: "null",
  });
  return decode(await command.output());
}

const run = ["toy", "--tier", "smoke"];

/** Scales the metric of each record of a folder, as if another version of the suite had made it. */
function scaleMetrics(folder: string, factor: number, only?: string): void {
  for (const record of readRecords(folder)) {
    if (only !== undefined && record.cell.model !== only) continue;
    const metrics = record.metrics.map((metric) => ({
      ...metric,
      value: Number(metric.value) * factor,
    }));
    change(folder, record, { metrics, traceSha256: traceSha256(metrics, record.curves) });
  }
}

function change(folder: string, record: CellRecord, changes: Partial<CellRecord>): void {
  writeRecord(folder, { ...record, ...changes });
}

Deno.test("check runs what is missing, finds it identical, and finds drift in either direction", async () => {
  using folder = temporaryFolder();
  const [reference, out] = [join(folder.path, "reference"), join(folder.path, "out")];
  await bench([...run, "--seeds", "2", "--out", reference]);
  const args = [...run, "--against", reference, "--out", out];

  const same = await check(...args);
  assertEquals(same.code, 0, same.stderr);
  const lines = same.stdout.trimEnd().split("\n");
  assertMatch(lines[0]!, /^sgd testMse: identical: 0\.\d+ per point, 2 seeds$/);
  assertMatch(lines[1]!, /^momentum testMse: identical: 0\.\d+ per point, 2 seeds$/);
  assertMatch(lines[2]!, /^start testMse: identical: [\d.]+ per point, 1 seed$/);
  assertEquals(lines[3], "toy smoke: no drift in 3 metrics (3 identical)");
  assertEquals(lines.length, 4);
  assertStringIncludes(same.stderr, "cells: 5 (0 done, 0 to resume, 5 to start)");

  const results = contents(join(out, "records"));
  // The results stay 1; a reference at half of them makes them worse, at twice better.
  for (const [factor, verdict] of [[0.5, "drift-worse"], [4, "drift-better"]] as const) {
    scaleMetrics(join(reference, "records"), factor, "start");
    const drifted = await check(...args, "--no-run");
    assertEquals(drifted.code, 1, drifted.stdout);
    assertMatch(drifted.stdout, new RegExp(`^start testMse: ${verdict}: `, "m"));
    assertMatch(drifted.stdout, /margin ±[\d.e-]+ \(rounding of a model without randomness\)/);
    assertStringIncludes(
      drifted.stdout,
      `toy smoke: drift in 1 of 3 metrics: start testMse (${verdict})\nA change that is wanted`,
    );
  }
  const tolerant = await check(...args, "--no-run", "--margin", "60%");
  assertEquals(tolerant.code, 0, tolerant.stdout);
  assertMatch(
    tolerant.stdout,
    /^start testMse: numerics-changed: .*\(--margin 60%\), 1 seed$/m,
  );
  const strict = await check(...args, "--no-run", "--margin", "60%", "--strict");
  assertEquals(strict.code, 1, strict.stdout);
  assertStringIncludes(strict.stdout, "With --strict only identical results pass");

  const files = ["check.json", "check.md", "summary.md"].map((name) => join(folder.path, name));
  Deno.writeTextFileSync(files[2]!, "before\n");
  const github = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: files[2]! };
  const reported = await checkWith(
    github,
    ...[...args, "--no-run", "--json", files[0]!, "--markdown", files[1]!],
  );
  assertEquals(reported.code, 1);
  assertMatch(reported.stdout, /^::error title=toy smoke%3A start testMse%3A drift-better::/m);
  const [json, markdown, summary] = files.map((file) => Deno.readTextFileSync(file));
  assertEquals([JSON.parse(json!).failed, JSON.parse(json!).comparisons.length], [true, 3]);
  assertMatch(markdown!, /^### ❌ toy smoke: drift in 1 of 3 metrics/);
  assertEquals(summary, `before\n${markdown}\n`);
  const nowhere = await check(...args, "--no-run", "--json", join(folder.path, "no", "c.json"));
  assertEquals(nowhere.code, 1);
  assertMatch(nowhere.stderr, /^Cannot write the check: .*c\.json must be a writable file: /m);
  const wrong = await checkWith({ GITHUB_ACTIONS: "true" }, ...run, "--seeds", "x");
  assertEquals(wrong.code, 2);
  assertMatch(wrong.stdout, /^::error title=Drift check::Cannot read --seeds: [^\n]*\n$/);

  // What is accepted is the reference from then on.
  const acceptance = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", path("../../../benchmarks/commands/accept.ts"), ...run],
      ...["--out", out, "--against", join(reference, "records"), "--reason", "it was wrong"],
    ],
    env: { ODE2VAE_DEFINITIONS: path("../toy_definition.ts"), NO_COLOR: "1" },
  });
  const accepted = decode(await acceptance.output());
  assertEquals([accepted.code, accepted.stderr], [0, ""]);
  assertMatch(accepted.stdout, /^accepted start seed 0: testMse [\d.]+ -> testMse [\d.]+\n/);
  const after = await check(...args, "--no-run");
  assertEquals(after.code, 0, after.stdout);
  assertStringIncludes(after.stdout, "no drift in 3 metrics (3 identical)");
  assertEquals(contents(join(out, "records")), results, "a check alters no result");
});

Deno.test("check names the cells that it could not compare", async () => {
  using folder = temporaryFolder();
  const [reference, out] = [join(folder.path, "reference"), join(folder.path, "out")];
  await bench([...run, "--models", "sgd", "--seeds", "2", "--out", reference]);
  await bench([...run, "--models", "sgd,momentum", "--seeds", "1,2", "--out", out]);
  const against = [...run, "--against", reference, "--out", out];
  const { code, stdout, stderr } = await check(...against, "--no-run");
  assertEquals(code, 0, stderr);
  assertEquals(stdout.split("\n").slice(0, 2), [
    "not compared: sgd seed 0: no result",
    "not compared: sgd seed 2: no reference",
  ]);
  assertStringIncludes(stdout, "toy smoke: no drift in 1 metric (1 identical)");
  const none = await check(...against, "--no-run", "--models", "momentum");
  assertEquals(none.code, 1, "a check of nothing does not pass");
  assertStringIncludes(none.stdout, "not compared: momentum seed 1: no reference");
  assertMatch(
    none.stderr,
    /^Cannot check toy: .* must hold a result of a cell of the reference: /m,
  );
});

Deno.test("check exits 1 when a cell fails, and compares the others", async () => {
  using folder = temporaryFolder();
  const [reference, out] = [join(folder.path, "reference"), join(folder.path, "out")];
  const faulty = ["faulty", "--tier", "smoke", "--models", "sound,dying", "--seeds", "1"];
  await bench([...faulty, "--out", reference], { ODE2VAE_TOY_HEALTHY: "1" });
  const { code, stdout, stderr } = await check(...faulty, "--against", reference, "--out", out);
  assertEquals(code, 1, stderr);
  assertStringIncludes(stdout, "not compared: dying seed 0: failed");
  assertStringIncludes(stdout, "faulty smoke: no drift in 1 metric (1 identical)");
});

Deno.test("check refuses an unfit reference in one line, exits 2 and runs nothing", async () => {
  using folder = temporaryFolder();
  const [reference, out] = [join(folder.path, "reference"), join(folder.path, "out")];
  await bench([...run, "--models", "start", "--out", reference]);
  const records = join(reference, "records");
  const [record] = readRecords(records);
  const refuses = async (expected: RegExp, ...args: string[]) => {
    const { code, stdout, stderr } = await check("toy", "--out", out, ...args);
    assertEquals([code, stdout], [2, ""], stderr);
    const lines = stderr.trimEnd().split("\n");
    assertMatch(lines.at(-1)!, expected);
    assert(!/^\s+at /m.test(stderr), stderr);
    const left = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
    assertEquals(left, ["reference"]);
  };
  const smoke = ["--tier", "smoke"];
  await refuses(
    /: it must hold results of tier quick: current value is smoke$/,
    "--against",
    reference,
  );
  await refuses(
    /against \/nowhere: it must hold results of benchmark toy: current value is none$/,
    ...[...smoke, "--against", "/nowhere"],
  );
  await refuses(/^Cannot run model "x": the models of toy are /, ...smoke, "--models", "x");
  await refuses(
    /^Cannot compare metric "mse": it must be one of testMse/,
    ...[...smoke, "--against", reference, "--metrics", "mse"],
  );
  Deno.removeSync(records, { recursive: true });
  Deno.mkdirSync(records);
  change(records, record!, { cell: { ...record!.cell, version: 7 } });
  await refuses(
    /: it must hold results of version 1: current value is 7$/,
    ...[...smoke, "--against", reference],
  );
  change(records, record!, { cell: { ...record!.cell, dataSha256: "f".repeat(64) } });
  await refuses(
    /: it must hold results of the data set [0-9a-f]{64}: current value is f{64}$/,
    ...[...smoke, "--against", reference],
  );
});

Deno.test("check --help shows the usage", async () => {
  const { code, stdout, stderr } = await check("--help");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^Usage: deno task check NAME \[options\]$/m);
});
