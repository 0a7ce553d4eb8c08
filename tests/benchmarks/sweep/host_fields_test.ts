import { assertEquals, assertNotEquals } from "@std/assert";
import { canonicalJson } from "../../../benchmarks/record/canonical_json.ts";
import { quote, reproduceCommand } from "../../../benchmarks/runner/reproduce.ts";
import { recordDifferences, withoutHost } from "../../../benchmarks/sweep/host_fields.ts";
import { exampleRecord } from "../_example_record.ts";

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
