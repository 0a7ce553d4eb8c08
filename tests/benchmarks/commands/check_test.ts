import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckOptions } from "../../../benchmarks/check/check_benchmark.ts";
import { checkCommand, parseCheckArgs } from "../../../benchmarks/commands/check.ts";
import { helpText } from "../../../benchmarks/commands/command_line.ts";
import { UsageError } from "../../../benchmarks/errors.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { traceSha256 } from "../../../benchmarks/record/record.ts";
import { recordFileName, writeRecord } from "../../../benchmarks/record/record_file.ts";
import { readRecords } from "../../../benchmarks/record/read_records.ts";
import { taskArgs } from "../../tasks.ts";
import { bench, contents, decode, temporaryFolder } from "../_bench_process.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const check = (...args: string[]) => checkWith({}, ...args);

async function checkWith(environment: Record<string, string>, ...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), {
    args: taskArgs("check", args),
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

Deno.test("check runs again what other code made, says so with --no-run, and with --strict needs every cell", async () => {
  using folder = temporaryFolder();
  const [reference, out] = [join(folder.path, "reference"), join(folder.path, "out")];
  await bench([...run, "--out", reference]);
  await bench([...run, "--out", out]);
  const args = [...run, "--against", reference, "--out", out];
  const records = join(out, "records");
  // As if the code had changed since: its numbers are not those of the present code.
  for (const record of readRecords(records)) {
    if (record.cell.model !== "sgd") continue;
    const fingerprint = { ...record.fingerprint, commit: "abc", codeSha256: "9".repeat(64) };
    change(records, record, { fingerprint });
  }
  scaleMetrics(records, 2, "sgd");
  const { stderr } = await bench([...run, "--out", out, "--plan"]);
  const words = "made by other code, commit abc (code 99999999): rerun with --fresh-code";
  assertMatch(stderr, new RegExp(`^\\d finished cells?: ${RegExp.escape(words)}$`, "m"));
  const seen = await check(...args, "--no-run");
  assertEquals(seen.code, 1, seen.stdout);
  assertStringIncludes(seen.stdout, "made by other code: sgd seed 0, commit abc (code 99999999)");
  const again = await check(...args);
  assertEquals(again.code, 0, again.stdout + again.stderr);
  assertMatch(again.stdout, /^sgd testMse: identical: /m);
  assertEquals(again.stdout.includes("other code"), false);

  const [first] = readRecords(records);
  Deno.removeSync(join(records, recordFileName(first!.cell)));
  const partial = await check(...args, "--no-run");
  assertEquals(partial.code, 0, partial.stdout);
  const strict = await check(...args, "--no-run", "--strict");
  assertEquals(strict.code, 1, strict.stdout);
  assertStringIncludes(strict.stdout, "no result");
});

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
      `toy smoke: drift in 1 of 3 metrics: start testMse (${verdict})\nTo accept an intended change`,
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
  // Before any cell runs.
  for (
    const [variables, name, ...options] of [
      [{}, "--json", "--json", join(folder.path, "no", "c.json")],
      [{}, "--markdown", "--markdown", folder.path],
      [{ ...github, GITHUB_STEP_SUMMARY: join(folder.path, "no", "s.md") }, "GITHUB_STEP_SUMMARY"],
    ] as const
  ) {
    const nowhere = await checkWith(variables, ...args, "--seeds", "3", ...options);
    assertEquals(nowhere.code, 2);
    assertMatch(nowhere.stderr, new RegExp(`^Cannot use ${name}: it must be a file that can be `));
    assertEquals(nowhere.stderr.trimEnd().includes("\n"), false);
  }
  const wrong = await checkWith({ GITHUB_ACTIONS: "true" }, ...run, "--seeds", "x");
  assertEquals(wrong.code, 2);
  assertMatch(wrong.stdout, /^::error title=Drift check::Cannot read --seeds: [^\n]*\n$/);

  // What is accepted is the reference from then on.
  const acceptance = new Deno.Command(Deno.execPath(), {
    args: taskArgs("accept", [
      ...run,
      ...["--out", out, "--against", join(reference, "records"), "--reason", "it was wrong"],
    ]),
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

Deno.test("check without a name checks every benchmark that has references, and fails when one drifts", async () => {
  using folder = temporaryFolder();
  const [reference, out] = [join(folder.path, "reference"), join(folder.path, "out")];
  const files = ["check.json", "check.md", "summary.md"].map((name) => join(folder.path, name));
  const sound = ["faulty", "--tier", "smoke", "--models", "sound", "--seeds", "1"];
  await bench([...run, "--models", "sgd,start", "--seeds", "1", "--out", reference]);
  await bench([...sound, "--out", reference]);
  const args = ["--tier", "smoke", "--against", reference, "--out", out];

  const same = await check(...args, "--json", files[0]!, "--markdown", files[1]!);
  assertEquals(same.code, 0, same.stderr);
  const lines = same.stdout.trimEnd().split("\n");
  assertMatch(lines[0]!, /^sgd testMse: identical: /);
  assertEquals(lines[2], "toy smoke: no drift in 2 metrics (2 identical)");
  assertEquals(lines.slice(4), ["faulty smoke: no drift in 1 metric (1 identical)"]);
  const checks = JSON.parse(Deno.readTextFileSync(files[0]!));
  assertEquals(
    checks.map(({ benchmark, failed }: { benchmark: string; failed: boolean }) =>
      `${benchmark} ${failed}`
    ),
    ["toy false", "faulty false"],
  );
  const headings = () => Deno.readTextFileSync(files[1]!).match(/^###.*$/gm);
  assertEquals(headings(), [
    "### ✅ toy smoke: no drift in 2 metrics (2 identical)",
    "### ✅ faulty smoke: no drift in 1 metric (1 identical)",
  ]);

  // The first benchmark drifts, and the second is still checked.
  scaleMetrics(join(reference, "records"), 0.5, "start");
  const reports = ["--json", files[0]!, "--markdown", files[1]!];
  const github = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: files[2]! };
  const drifted = await checkWith(github, ...args, "--no-run", ...reports);
  assertEquals(drifted.code, 1, drifted.stderr);
  assertMatch(
    drifted.stdout,
    /^toy smoke: drift in 1 of 2 metrics: start testMse \(drift-worse\)$/m,
  );
  assertMatch(drifted.stdout, /^::error title=toy smoke%3A start testMse%3A drift-worse::/m);
  assertMatch(drifted.stdout, /^faulty smoke: no drift in 1 metric \(1 identical\)$/m);
  assertEquals(headings()!.map((line) => line.split(" ")[1]), ["❌", "✅"]);
  assertEquals(Deno.readTextFileSync(files[2]!), `${Deno.readTextFileSync(files[1]!)}\n`);

  // One without a verdict fails the check, and the other is still checked.
  for (const record of readRecords(join(reference, "records"))) {
    if (record.cell.benchmark !== "toy") continue;
    change(join(reference, "records"), record, { cell: { ...record.cell, version: 7 } });
    Deno.removeSync(join(reference, "records", recordFileName(record.cell)));
  }
  const unfit = await checkWith(github, ...args, "--no-run", ...reports);
  assertEquals(unfit.code, 1, unfit.stderr);
  assertMatch(unfit.stdout, /^toy smoke: not checked: Cannot check toy .* version 1, holds 7$/m);
  assertMatch(unfit.stdout, /^::error title=Drift check::Cannot check toy /m);
  assertMatch(unfit.stdout, /^faulty smoke: no drift in 1 metric \(1 identical\)$/m);
  const [failure, success] = JSON.parse(Deno.readTextFileSync(files[0]!));
  assertEquals([failure.benchmark, failure.failed, success.failed], ["toy", true, false]);
  assertMatch(failure.error, /^Cannot check toy /);
  assertStringIncludes(
    Deno.readTextFileSync(files[1]!),
    "### ❌ toy smoke: not checked\n\nCannot ",
  );
});

Deno.test("check without a name skips metrics that a benchmark does not have, and says so", async () => {
  using folder = temporaryFolder();
  const [reference, out] = [join(folder.path, "reference"), join(folder.path, "out")];
  await bench([...run, "--models", "sgd", "--seeds", "1", "--out", reference]);
  const faulty = ["faulty", "--tier", "smoke", "--models", "sound", "--seeds", "1"];
  await bench([...faulty, "--out", reference]);
  // Another benchmark's references have one more metric.
  const records = join(reference, "records");
  for (const record of readRecords(records).filter(({ cell }) => cell.benchmark === "faulty")) {
    const metrics = [...record.metrics, { ...record.metrics[0]!, name: "other" }];
    change(records, record, { metrics, traceSha256: traceSha256(metrics, record.curves) });
  }
  const args = ["--tier", "smoke", "--against", reference, "--out", out];
  const mixed = await check(...args, "--metrics", "testMse,other");
  assertMatch(mixed.stderr, /^toy smoke: skips metric other: its references do not have it$/m);
  assertMatch(mixed.stdout, /^toy smoke: no drift in 1 metric \(1 identical\)$/m);
  assertMatch(mixed.stdout, /^sound other: /m);
  const only = await check(...args, "--no-run", "--metrics", "other");
  assertEquals(only.code, 1, only.stderr);
  assertMatch(
    only.stdout,
    /^sgd testMse: identical/m,
    "without any of them the headline is compared",
  );
  assertMatch(only.stdout, /^sound other: drift-worse: seed 0 has no value any more/m);
  const none = await check(...args, "--no-run", "--metrics", "mse");
  assertEquals([none.code, none.stdout], [2, ""]);
  assertMatch(none.stderr, /^Cannot compare metric "mse": it must be one of testMse/);
});

Deno.test("check without a name exits 2 with one line when there is nothing to check", async () => {
  using folder = temporaryFolder();
  const none = await check("--tier", "smoke", "--against", folder.path);
  assertEquals([none.code, none.stdout], [2, ""]);
  assertMatch(none.stderr, /: it must hold results of tier smoke of a benchmark, holds none\n$/);
  const models = await check("--models", "sgd", "--against", folder.path);
  assertEquals([models.code, models.stdout], [2, ""]);
  assertMatch(models.stderr, /^Cannot use --models with all benchmarks: /);
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
    /^Cannot check toy: .* must hold a result of a cell of the reference, /m,
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
    /: it must hold results of tier quick, holds smoke$/,
    "--against",
    reference,
  );
  await refuses(
    /against \/nowhere: it must hold results of benchmark toy, holds none$/,
    ...[...smoke, "--against", "/nowhere"],
  );
  await refuses(/^Cannot run toy model "x": it must be one of /, ...smoke, "--models", "x");
  await refuses(
    /^Cannot compare metric "mse": it must be one of testMse/,
    ...[...smoke, "--against", reference, "--metrics", "mse"],
  );
  Deno.removeSync(records, { recursive: true });
  Deno.mkdirSync(records);
  change(records, record!, { cell: { ...record!.cell, version: 7 } });
  await refuses(
    /: it must hold results of version 1, holds 7$/,
    ...[...smoke, "--against", reference],
  );
  change(records, record!, { cell: { ...record!.cell, dataSha256: "f".repeat(64) } });
  await refuses(
    /: it must hold results of the data set [0-9a-f]{64}, holds f{64}$/,
    ...[...smoke, "--against", reference],
  );
});

Deno.test("check --help shows the usage", async () => {
  const { code, stdout, stderr } = await check("--help");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^Usage: deno task check \[NAME\] \[options\]$/m);
});

function options(...args: string[]) {
  const options = parseCheckArgs(args);
  assert(options !== "help");
  return options;
}

Deno.test("parseCheckArgs() gives the defaults when only a name is given", () => {
  const defaults: CheckOptions = {
    ...{ tier: "quick", outDir: "out", against: "reports/reference" },
    ...{ run: true, alpha: 0.05, strict: false },
  };
  assertEquals(options("rmnist"), { benchmark: "rmnist", ...defaults });
  assertEquals(options(), defaults, "every benchmark");
});

Deno.test("parseCheckArgs() reads every option", () => {
  const given = options(
    ...["rmnist", "--against", "a", "--tier=smoke", "--models", "x,y", "--seeds", "3,5"],
    ...["--backend", "wasm", "--jobs", "2", "--data-dir", "d", "--out", "o", "--no-run"],
    ...["--margin", "2%", "--alpha", "0.01", "--metrics", "testMse,loss", "--strict"],
    ...["--json", "c.json", "--markdown=c.md"],
  );
  assertEquals(given, {
    ...{ benchmark: "rmnist", tier: "smoke", models: ["x", "y"], seeds: [3, 5] },
    ...{ jobs: 2, dataDir: "d", outDir: "o" },
    against: "a",
    run: false,
    backend: "wasm",
    margin: { value: 0.02, of: "mean" },
    alpha: 0.01,
    metrics: ["testMse", "loss"],
    strict: true,
    json: "c.json",
    markdown: "c.md",
  });
  assertEquals(options("rmnist", "--tolerance", "0.1%").tolerance, 0.001);
  const margin = (text: string) => options("rmnist", "--margin", text, "--run").margin;
  assertEquals(margin("1e-3"), { value: 1e-3, of: "mean" });
  assertEquals(margin("1.5sd"), { value: 1.5, of: "sd" });
  assertEquals(options("rmnist", "--run").run, true);
});

Deno.test("parseCheckArgs() gives the help, which names every option", () => {
  assertEquals(parseCheckArgs(["--help"]), "help");
  assertEquals(parseCheckArgs(["-h"]), "help");
  const error = assertThrows(() => parseCheckArgs(["rmnist", "--fresh"]), UsageError);
  const names = error.message.match(/--[a-z-]+(?=,)/g)!;
  assert(names.includes("--against") && names.includes("--no-run"));
  for (const name of names) assert(helpText(checkCommand).includes(`  ${name} `), name);
});

const refused = [
  [["rmnist", "--fresh"], 'Cannot use option "--fresh": it must be one of --tier, '],
  [["rmnist", "--no-help"], 'Cannot use option "--no-help": it must be one of '],
  [["rmnist", "--against"], "Cannot use option --against: it must have a value"],
  [["rmnist", "--margin=-1"], 'such as 1.5sd, is "-1"'],
  [["rmnist", "--margin=few"], 'such as 1.5sd, is "few"'],
  [["rmnist", "--margin=0"], 'such as 1.5sd, is "0"'],
  [["rmnist", "--margin=2 %"], 'such as 1.5sd, is "2 %"'],
  [["rmnist", "--tolerance=1%", "--margin=1%"], "with --margin or --alpha"],
  [["rmnist", "--tolerance=1%", "--alpha=0.1"], "with --margin or --alpha"],
  [["rmnist", "--tolerance=0"], 'such as 0.001 or 0.1%, is "0"'],
  [["rmnist", "--tolerance=1sd"], 'such as 0.001 or 0.1%, is "1sd"'],
  [["rmnist", "--alpha=0.5"], 'from 0.000001 to below 0.5, is "0.5"'],
  [["rmnist", "--alpha=0"], 'from 0.000001 to below 0.5, is "0"'],
  [["rmnist", "--alpha=five"], 'from 0.000001 to below 0.5, is "five"'],
  [["rmnist", "--metrics=,"], 'it must name a metric, is ","'],
  [["rmnist", "--json"], "Cannot use option --json: it must have a value"],
  [
    ["rmnist", "--tier", "fast"],
    'Cannot run tier "fast": it must be one of smoke, quick, reduced, paper',
  ],
  [["rmnist", "--seeds", "x"], "Cannot read --seeds"],
  [["rmnist", "--backend", "cuda"], 'Cannot use backend "cuda": it must be one of auto, '],
  [["rmnist", "balls"], "there must be one benchmark name"],
] as const;

for (const [args, message] of refused) {
  Deno.test(`parseCheckArgs() throws when the arguments are "${args.join(" ")}"`, () => {
    assertThrows(() => parseCheckArgs(args), UsageError, message);
  });
}
