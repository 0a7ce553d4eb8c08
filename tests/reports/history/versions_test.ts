import { assertEquals } from "@std/assert";
import type { Acceptance } from "../../../benchmarks/check/accepted.ts";
import { traceSha256 } from "../../../benchmarks/record/record.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import {
  distinctResults,
  groupHistory,
  hasChanges,
  resultsOfAcceptances,
  resultsOfRecords,
} from "../../../reports/history/versions.ts";
import { makeRecord } from "../fixtures.ts";

/** A record of `seed` with test error `value`, computed by `commit` on a day of November. */
function record(seed: number, value: number, commit: string, day: number): CellRecord {
  const base = makeRecord({ seed });
  const metrics = [{ ...base.metrics[0]!, value }];
  return {
    ...base,
    metrics,
    traceSha256: traceSha256(metrics, base.curves),
    fingerprint: { ...base.fingerprint, commit },
    finishedAt: `2026-11-${day}T00:00:00.000Z`,
  };
}

const { model: _model, seed: _seed, ...group } = makeRecord().cell;

/** Results that are no longer among the records. */
const replaced = (records: readonly CellRecord[]) =>
  resultsOfRecords(records).map((result) => ({ ...result, current: false }));

Deno.test("groupHistory() numbers versions by time and compares the seeds that both have", () => {
  const former = [record(0, 0.02, "aaa", 10), record(1, 0.03, "aaa", 11)];
  const present = [
    record(0, 0.018, "bbb", 13),
    record(1, 0.026, "bbb", 12),
    record(2, 0.5, "ccc", 14),
  ];
  const results = distinctResults([
    ...resultsOfRecords(present),
    ...replaced(former),
  ]);
  const history = groupHistory(group, results, "testMse");
  assertEquals(history.commits, ["aaa", "bbb", "ccc"]);
  const [first, second, third] = history.versions;
  assertEquals([first!.number, first!.change, first!.spread!.mean], [1, undefined, 0.025]);
  assertEquals(second!.results.map(({ cell }) => cell.seed), [0, 1]);
  assertEquals([second!.change!.from, second!.change!.shared, second!.change!.identical], [
    1,
    2,
    0,
  ]);
  // (0.018 − 0.02 + 0.026 − 0.03) / 2
  assertEquals(Math.abs(second!.change!.difference! + 0.003) < 1e-12, true);
  assertEquals(third!.change, { from: 2, shared: 0, identical: 0, difference: undefined });
  assertEquals(hasChanges(history), true);
});

Deno.test("hasChanges() is false where one version computed everything", () => {
  const present = [record(0, 0.02, "aaa", 10), record(1, 0.03, "aaa", 11)];
  const history = groupHistory(group, resultsOfRecords(present), "testMse");
  assertEquals([history.commits.length, hasChanges(history)], [1, false]);
});

Deno.test("distinctResults() recognises a rewritten record, and keeps that it is present", () => {
  const present = record(0, 0.02, "aaa", 10);
  const rewritten = { ...present, command: "another", sequences: [] };
  const results = distinctResults([
    ...replaced([rewritten]),
    ...resultsOfRecords([present]),
  ]);
  assertEquals(results.map(({ current }) => current), [true]);
});

Deno.test("resultsOfAcceptances() gives former and new results, and none where a cell is new", () => {
  const result = (commit: string, value: number) => {
    const { metrics, traceSha256, finishedAt } = record(0, value, commit, 10);
    return { status: "completed" as const, metrics, traceSha256, finishedAt, commit };
  };
  const acceptance: Acceptance = {
    schema: 1,
    ...group,
    reason: "a reason",
    acceptedAt: "2026-11-15T00:00:00.000Z",
    commit: "ccc",
    cells: [
      { model: "ode2vae-kl", seed: 0, former: result("aaa", 0.02), accepted: result("bbb", 0.01) },
      { model: "ode2vae-kl", seed: 1, former: null, accepted: result("bbb", 0.03) },
    ],
  };
  assertEquals(resultsOfAcceptances([acceptance]).map(({ commit, cell }) => [commit, cell.seed]), [
    ["aaa", 0],
    ["bbb", 0],
    ["bbb", 1],
  ]);
});
