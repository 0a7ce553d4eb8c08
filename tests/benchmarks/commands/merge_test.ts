import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { writeRecord } from "../../../benchmarks/record/record_file.ts";
import { listRecordFiles, readRecords } from "../../../benchmarks/record/read_records.ts";
import { acquireRunLock } from "../../../benchmarks/runner/output_folders.ts";
import { main } from "../../../benchmarks/commands/merge.ts";
import { bench, contents, temporaryFolder, traces } from "../_bench_process.ts";
import { exampleRecord } from "../_example_record.ts";

async function merge(...args: string[]) {
  const lines: { out: string[]; err: string[] } = { out: [], err: [] };
  const code = await main(args, {
    print: (text) => lines.out.push(text),
    log: (line) => lines.err.push(line),
  });
  return { code, out: lines.out.join("\n"), err: lines.err.join("\n") };
}

/** An output folder with one record. */
function outputFolder(path: string, changes: Partial<CellRecord> = {}): string {
  Deno.mkdirSync(join(path, "records"), { recursive: true });
  writeRecord(join(path, "records"), exampleRecord(changes));
  return path;
}

const { cell } = exampleRecord();

/** Names of what is in a folder; none where there is no folder. */
function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

Deno.test("bench with --shard on several folders, then merge, gives the records of one run", async () => {
  using folder = temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  const whole = await bench(["toy", "--tier", "smoke", "--out", path("whole")]);
  assertEquals(whole.code, 0, whole.stderr);
  for (const i of [1, 2, 3]) {
    const shard = ["--shard", `${i}/3`, "--out", path(`shard-${i}`)];
    const { code, stderr } = await bench(["toy", "--tier", "smoke", ...shard]);
    assertEquals(code, 0, stderr);
  }
  const { code, err, out } = await merge(
    ...[1, 2, 3].map((i) => path(`shard-${i}`)),
    "--out",
    path("merged"),
  );
  assertEquals(code, 0, err);
  assertMatch(err, /^5 records of 3 folders in .*merged: 5 completed$/m);
  assertEquals(traces(path("merged")), traces(path("whole")));
  assertStringIncludes(out, "momentum");
  assertEquals(
    Deno.readTextFileSync(path("merged/results.csv")).split("\n").length,
    Deno.readTextFileSync(path("whole/results.csv")).split("\n").length,
  );
  assertMatch(Deno.readTextFileSync(path("merged/site/index.html")), /^\s*<!doctype html>/i);
  // Once more into the same folder, with itself among the sources: nothing changes.
  const records = contents(path("merged/records"));
  for (const sources of [[path("merged"), path("shard-2")], [path("merged")]]) {
    const again = await merge(...sources, "--out", path("merged"));
    assertEquals(again.code, 0, again.err);
  }
  assertEquals(contents(path("merged/records")), records);
});

Deno.test("merge copies records to the byte, keeps checkpoints alone and tells what has no result", async () => {
  using folder = temporaryFolder();
  const a = outputFolder(join(folder.path, "a"));
  const failed = { cell: { ...cell, seed: 5 }, status: "failed", note: "killed" } as const;
  const b = outputFolder(join(folder.path, "b"), failed);
  const out = join(folder.path, "out");
  const [name] = listRecordFiles(join(a, "records"));
  // Another spelling of the same record.
  const text = JSON.stringify(JSON.parse(Deno.readTextFileSync(join(a, "records", name!))));
  Deno.writeTextFileSync(join(a, "records", name!), text);
  for (const [where, seed] of [[a, 3], [b, 6]] as const) {
    Deno.mkdirSync(join(where, "checkpoints"));
    const checkpoint = name!.replace("seed3", `seed${seed}`).replace(/json$/, "ckpt");
    Deno.writeTextFileSync(join(where, "checkpoints", checkpoint), "state");
  }
  const { code, err } = await merge(a, b, "--out", out);
  assertEquals(code, 0, err);
  assertEquals(Deno.readTextFileSync(join(out, "records", name!)), text);
  assertMatch(err, /^2 records of 2 folders in .*out: 1 completed, 1 failed$/m);
  assertMatch(err, /^no result of rmnist quick ode2vae-kl seed 5: failed: killed$/m);
  assertEquals(err.match(/^unfinished in .*$/gm)?.length, 1);
  assertMatch(err, /^unfinished in .*b: rmnist-v2_quick_ode2vae-kl_seed6_ort-cpu_01234567$/m);
  assertEquals(names(join(out, "checkpoints")), []);
  assertEquals([names(join(a, "checkpoints")).length, names(join(b, "checkpoints")).length], [
    1,
    1,
  ]);
});

Deno.test("merge replaces a failure by a result that comes later, and never a result by a failure", async () => {
  using folder = temporaryFolder();
  const late = { finishedAt: "2027-01-01T00:00:00.000Z", status: "failed", note: "x" } as const;
  const failed = outputFolder(join(folder.path, "failed"), late);
  const done = outputFolder(join(folder.path, "done"));
  const out = join(folder.path, "out");
  assertEquals((await merge(failed, "--out", out)).code, 0);
  assertEquals(readRecords(join(out, "records"))[0]?.status, "failed");
  for (const sources of [[done], [failed], [failed, done]]) {
    assertEquals((await merge(...sources, "--out", out)).code, 0);
    assertEquals(readRecords(join(out, "records"))[0]?.status, "completed");
  }
});

Deno.test("merge writes nothing when results of a cell contradict each other", async () => {
  using folder = temporaryFolder();
  const a = outputFolder(join(folder.path, "a"));
  const b = outputFolder(join(folder.path, "b"), { steps: 13 });
  outputFolder(b, { cell: { ...cell, seed: 7 } });
  const out = join(folder.path, "out");
  const { code, err } = await merge(a, b, "--out", out);
  assertEquals(code, 1);
  assertMatch(
    err,
    /seed 3: .*[ab]\/records\/\S+ and .*[ab]\/records\/\S+ differ in steps \((?:12 and 13|13 and 12)\)$/m,
  );
  assertMatch(err, /^Cannot merge: .*, differ in 1 case /m);
  assertEquals(names(out), []);
  // The same against what is merged already: it stays as it was.
  assertEquals((await merge(a, "--out", out)).code, 0);
  const before = contents(join(out, "records"));
  assertEquals((await merge(b, "--out", out)).code, 1);
  assertEquals(contents(join(out, "records")), before);
});

Deno.test("merge writes nothing when a record is torn, and names each", async () => {
  using folder = temporaryFolder();
  const a = outputFolder(join(folder.path, "a"));
  const b = outputFolder(join(folder.path, "b"), { cell: { ...cell, seed: 7 } });
  const [name] = listRecordFiles(join(b, "records"));
  Deno.truncateSync(join(b, "records", name!), 100);
  const out = join(folder.path, "out");
  const { code, err } = await merge(a, b, "--out", out);
  assertEquals([code, names(out)], [1, []]);
  assertStringIncludes(err, `Cannot read record ${Deno.realPathSync(b)}/records/${name}`);
  assertMatch(err, /^Cannot merge: .*, 1 file could not be read$/m);
});

Deno.test("merge tells when records of one table were not made alike", async () => {
  using folder = temporaryFolder();
  const { fingerprint } = exampleRecord();
  const a = outputFolder(join(folder.path, "a"));
  const b = outputFolder(join(folder.path, "b"), {
    cell: { ...cell, seed: 7, dataSha256: "f".repeat(64) },
    fingerprint: { ...fingerprint, commit: "abc", device: "other" },
    dataOrigin: "procedural threes",
  });
  const { code, err } = await merge(a, b, "--out", join(folder.path, "out"));
  assertEquals(code, 0, err);
  assertEquals(err.match(/^notice: .*$/gm), [
    "notice: the records of rmnist v2 quick ort-cpu have 2 commits: abc, unknown",
    "notice: the records of rmnist v2 quick ort-cpu have 2 data sets: MNIST t10k 01234567, procedural threes ffffffff",
  ]);
});

Deno.test("merge exits 2 with one line when it is wrongly used", async () => {
  using folder = temporaryFolder();
  const a = outputFolder(join(folder.path, "a"));
  const out = join(folder.path, "out");
  const empty = join(folder.path, "empty");
  Deno.mkdirSync(empty);
  Deno.mkdirSync(out);
  const cases: [string[], RegExp][] = [
    [[a], /--out must name one folder, got none$/],
    [[a, "--out"], /--out: it must have a value/],
    [["--out", out], /there must be a folder to read/],
    [[a, join(folder.path, "none"), "--out", out], /none: it must be an output folder/],
    [[a, empty, "--out", out], /empty: it must be an output folder/],
    [[a, "--fast", "--out", out], /Cannot use option "--fast"/],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await merge(...args);
    assertEquals([code, err.includes("\n")], [2, false], err);
    assertMatch(err, message);
  }
  assertEquals((await merge(empty, "--out", out)).code, 2);
  Deno.mkdirSync(join(empty, "records"));
  const nothing = await merge(empty, "--out", join(folder.path, "new"));
  assertEquals([nothing.code, names(join(folder.path, "new"))], [1, []]);
  assertMatch(nothing.err, /^Cannot merge: there must be a record, got none$/);
  using _lock = acquireRunLock(out);
  const { code, err } = await merge(a, "--out", out);
  assertEquals(code, 2);
  assertMatch(err, /Cannot run in .*out: process \d+ on .* is running there$/);
  assert((await merge("--help")).out.includes("Usage: deno task merge"));
});
