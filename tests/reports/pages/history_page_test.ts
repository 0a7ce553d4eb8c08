import { assertEquals } from "@std/assert";
import type { Acceptance } from "../../../benchmarks/check/accepted.ts";
import { traceSha256 } from "../../../benchmarks/record/record.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { historyPage } from "../../../reports/pages/history_page.ts";
import { reportGroups } from "../../../reports/catalogue.ts";
import { makeRecord, store } from "../fixtures.ts";

const frame = { assets: { style: "", script: "", tables: "", chartJs: "" }, pages: [] };

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

Deno.test("historyPage() says plainly that there is one version only", () => {
  const text = textOf(historyPage(groups, [], frame));
  assertEquals(text.includes("there is no history to show yet"), true);
  assertEquals(text.includes("None is recorded"), true);
  assertEquals(historyPage(groups, [], frame).includes("<svg"), false);
});

Deno.test("historyPage() shows what changed from one version to the next", () => {
  const page = historyPage(groups, [acceptanceOf(present)], frame);
  const text = textOf(page);
  assertEquals(text.includes("2 versions of the suite computed results of this group"), true);
  assertEquals(text.includes("−0.0020 to 1 (2 seeds)"), true);
  assertEquals(text.includes("2 replaced results are known beside the 2 on the site"), true);
  assertEquals(page.includes('data-chart="history"'), true);
});

Deno.test("historyPage() marks accepted changes with their reason, escaped", () => {
  const page = historyPage(groups, [acceptanceOf([present[0]!])], frame);
  assertEquals(page.includes("the loss had &lt;a&gt; sign wrong"), true);
  assertEquals(page.includes("accepted 2026-11-21"), true); // the chart's mark
  const text = textOf(page);
  assertEquals(text.includes("1 accepted change marked"), true);
  assertEquals(/ODE²VAE-KL: 0\.02\d+ → 0\.018\d+ \(1 cell\)/.test(text), true);
});
