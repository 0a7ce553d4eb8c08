import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { canonicalJson } from "../../../benchmarks/record/canonical_json.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { recordFileName } from "../../../benchmarks/record/record_file.ts";
import { quote, reproduceCommand } from "../../../benchmarks/runner/bench_command.ts";
import {
  mergeRecords,
  recordDifferences,
  type SourceRecord,
  withoutHost,
} from "../../../benchmarks/sweep/merge.ts";
import { exampleRecord } from "../_example_record.ts";

function source(path: string, changes: Partial<CellRecord> = {}): SourceRecord {
  const record = exampleRecord(changes);
  return { path, record, text: canonicalJson(record) };
}

/** The paths that are kept; the same whatever the order of the sources. */
function kept(...sources: SourceRecord[]): string[] {
  const paths = (each: readonly SourceRecord[]) => {
    const { kept, conflicts } = mergeRecords(each);
    assertEquals(conflicts, []);
    return [...kept.values()].map(({ path }) => path).sort();
  };
  const forwards = paths(sources);
  assertEquals(paths(sources.toReversed()), forwards);
  return forwards;
}

const { cell, fingerprint } = exampleRecord();
const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

Deno.test("mergeRecords() keeps one record a cell", () => {
  const other = source("b", { cell: { ...cell, seed: 4 } });
  assertEquals(kept(source("a"), other), ["a", "b"]);
  const { kept: files } = mergeRecords([source("a"), other]);
  assertEquals([...files.keys()], [cell, other.record.cell].map(recordFileName));
});

Deno.test("mergeRecords() keeps the first of equal results, whatever machine made it", () => {
  const first = source("first", { finishedAt: at(1) });
  const later = source("later", {
    finishedAt: at(2),
    fingerprint: { ...fingerprint, device: "another" },
  });
  assertEquals(kept(later, first), ["first"]);
  assertEquals(kept(source("a"), source("b")).length, 1);
});

Deno.test("mergeRecords() prefers a result to a failure, and the last of failures", () => {
  const failed = (path: string, second: number) =>
    source(path, { status: "failed", note: path, metrics: [], finishedAt: at(second) });
  const diverged = source("diverged", { status: "diverged", note: "at 6", finishedAt: at(0) });
  assertEquals(kept(failed("failed", 9), diverged), ["diverged"]);
  assertEquals(kept(failed("early", 1), failed("late", 2)), ["late"]);
  const interrupted = source("interrupted", { status: "interrupted", finishedAt: at(9) });
  assertEquals(kept(interrupted, source("done"), failed("failed", 8)), ["done"]);
});

Deno.test("mergeRecords() refuses two results of a cell that differ, and says where", () => {
  const metrics = [{ ...exampleRecord().metrics[0]!, value: 1 }];
  const cases: [Partial<CellRecord>, RegExp][] = [
    [{ metrics }, /a and b differ in metrics, traceSha256 \([0-9a-f]{16} and [0-9a-f]{16}\)$/],
    [
      { metrics: exampleRecord().metrics.map((metric) => ({ ...metric, value: 2 })) },
      /differ in metrics\[0\]\.value \(0\.0188 and 2\), metrics\[1\]\.value \(Infinity and 2\), /,
    ],
    [{ settings: {} }, /differ in settings\.decoder.*, settings\.epochs \(2 and undefined\), /],
    [
      { fingerprint: { ...fingerprint, commit: "123" } },
      /^rmnist quick ode2vae-kl seed 3: a and b differ in fingerprint\.commit \( and 123\)$/,
    ],
    [{ status: "diverged", note: "x" }, /differ in note .*, status \(completed and diverged\)$/],
  ];
  for (const [changes, line] of cases) {
    const { conflicts } = mergeRecords([source("a"), source("b", changes)].map((each, i) => ({
      ...each,
      record: { ...each.record, finishedAt: at(i) },
    })));
    assertEquals(conflicts.length, 1);
    assertMatch(conflicts[0]!, line);
  }
});

Deno.test("mergeRecords() refuses two cells with one file name", () => {
  const dataSha256 = cell.dataSha256.slice(0, 8) + "f".repeat(56);
  const { conflicts } = mergeRecords([source("a"), source("b", { cell: { ...cell, dataSha256 } })]);
  assertMatch(conflicts.join(), /^a and b are records of two cells with one file name: rmnist-v2_/);
});

const record = exampleRecord();
const command = (dataDir?: string) => reproduceCommand(record.cell, dataDir);

Deno.test("recordDifferences() gives none when only the time and the machine differ", () => {
  const elsewhere = exampleRecord({
    time: { data: 9, compilation: 9, training: 9, evaluation: 9 },
    finishedAt: "2027-01-01T00:00:00.000Z",
    fingerprint: { ...record.fingerprint, device: "GPU", os: "darwin", arch: "arm", threads: 2 },
  });
  assertEquals(recordDifferences(record, elsewhere), []);
  assertEquals(canonicalJson(withoutHost(record)), canonicalJson(withoutHost(elsewhere)));
});

for (const dataDir of [undefined, "/data", "data files", "it's here/d", "--data-dir"]) {
  Deno.test(`withoutHost() leaves the data folder ${dataDir} out of the command, and nothing else`, () => {
    const { command: kept } = withoutHost(exampleRecord({ command: command(dataDir) }));
    assertEquals(kept, command());
    const more = `${command(dataDir)} --x ${quote("a b")}`;
    assertEquals(withoutHost(exampleRecord({ command: more })).command, `${command()} --x 'a b'`);
  });
}

Deno.test("withoutHost() leaves the path of definitions out of the command, and nothing else", () => {
  const of = (path: string) => `ODE2VAE_DEFINITIONS=${quote(path)} ${command("/data")}`;
  const kept = ["/a/registry.ts", "it's here/registry.ts"].map((path) =>
    withoutHost(exampleRecord({ command: of(path) })).command
  );
  assertEquals(kept, Array(2).fill(` ${command()}`));
});

Deno.test("recordDifferences() names every other field that differs", () => {
  const { cell, fingerprint } = record;
  // One change of each field that is no host's, by the path that must be named.
  const changes: Record<string, Parameters<typeof exampleRecord>[0]> = {
    "cell.seed": { cell: { ...cell, seed: 9 } },
    "status": { status: "diverged" },
    "note": { note: "x" },
    "dataOrigin": { dataOrigin: "procedural" },
    "settings.epochs": { settings: { ...record.settings, epochs: 3 } },
    "settings.extra": { settings: { ...record.settings, extra: 1 } },
    "parameters": { parameters: 1 },
    "steps": { steps: 1 },
    "standIn": { standIn: "x" },
    "command": { command: "deno task bench rmnist --tier paper" },
    "traceSha256": { traceSha256: "0".repeat(64) },
    ...Object.fromEntries(
      (["suite", "commit", "deno", "v8", "typescript", "backendVersion", "mathsProbe"] as const)
        .map((field) => [
          `fingerprint.${field}`,
          { fingerprint: { ...fingerprint, [field]: "other" } },
        ]),
    ),
  };
  for (const [path, change] of Object.entries(changes)) {
    assertEquals(recordDifferences(record, exampleRecord(change)), [path]);
  }
  const [exhibit, ...exhibits] = record.exhibits;
  const other = exampleRecord({ exhibits: [{ ...exhibit!, label: "x" }, ...exhibits] });
  assertEquals(recordDifferences(record, other), ["exhibits[0].label"]);
  const [metric, ...metrics] = record.metrics;
  const moved = exampleRecord({ metrics: [{ ...metric!, value: 0.0189 }, ...metrics] });
  assertEquals(recordDifferences(record, moved), ["metrics[0].value", "traceSha256"]);
  assertNotEquals(canonicalJson(withoutHost(record)), canonicalJson(withoutHost(moved)));
});
