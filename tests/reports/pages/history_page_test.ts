import { assertEquals } from "@std/assert";
import type { Acceptance } from "../../../benchmarks/check/accepted.ts";
import { traceSha256 } from "../../../benchmarks/record/record.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { historyPage } from "../../../reports/pages/history_page.ts";
import { reportGroups } from "../../../reports/catalogue.ts";
import { makeRecord, store } from "../fixtures.ts";

const frame = { assets: { style: "", script: "", tables: "", chartJs: "", curves: "" }, pages: [] };

function textOf(page: string): string {
  return page.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

/** The record as an earlier commit gave it, its test error larger by `more`. */
function earlier(record: CellRecord, more: number): CellRecord {
  const [first, ...others] = record.metrics;
  const metrics = [{ ...first!, value: Number(first!.value) + more }, ...others];
  return {
    ...record,
    metrics,
    traceSha256: traceSha256(metrics, record.curves),
    fingerprint: { ...record.fingerprint, commit: "1111111122222222" },
    finishedAt: "2026-11-01T00:00:00.000Z",
  };
}

function resultOf(record: CellRecord) {
  return {
    status: "completed" as const,
    traceSha256: record.traceSha256,
    metrics: record.metrics,
    commit: record.fingerprint.commit,
    finishedAt: record.finishedAt,
  };
}

/** That these records took the place of results with an error larger by 0.002. */
function acceptanceOf(records: readonly CellRecord[]): Acceptance {
  const { model: _, seed: __, ...identity } = records[0]!.cell;
  return {
    schema: 1,
    ...identity,
    reason: "the loss had <a> sign wrong",
    acceptedAt: "2026-11-21T10:00:00.000Z",
    commit: "3333333344444444",
    cells: records.map((record) => {
      const { model, seed } = record.cell;
      return { model, seed, former: resultOf(earlier(record, 0.002)), accepted: resultOf(record) };
    }),
  };
}

const present = [0, 1].map((seed) => makeRecord({ seed }));
const groups = reportGroups(present.map(store));

Deno.test("historyPage() says that nothing was replaced where nothing was", () => {
  const text = textOf(historyPage(groups, [], frame));
  assertEquals(text.includes("None is recorded: every result here is the first of its cell"), true);
  assertEquals(text.includes("Accepted changes"), false);
});

Deno.test("historyPage() shows accepted changes with their reason, escaped, under their group alone", () => {
  const page = historyPage(groups, [acceptanceOf(present)], frame);
  assertEquals(page.includes("the loss had &lt;a&gt; sign wrong"), true);
  const text = textOf(page);
  assertEquals(/ODE²VAE-KL: 0\.02\d+ → 0\.018\d+ \(2 cells\)/.test(text), true, text);
  assertEquals(text.includes("33333333"), true);
  const other: Acceptance = { ...acceptanceOf(present), version: 99 };
  assertEquals(historyPage(groups, [other], frame).includes("sign wrong"), false);
});
