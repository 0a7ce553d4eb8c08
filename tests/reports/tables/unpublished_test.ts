/** Tables without a published number, in every format. */
import { assert, assertEquals } from "@std/assert";
import { renderSite } from "../../../reports/pages/site.ts";
import {
  aboutBenchmark,
  hasPublishedNumbers,
  reportGroups,
  SUITE,
} from "../../../reports/catalogue.ts";
import {
  COMPARISON_HEADS,
  comparisonHeads,
  comparisonTable,
  whyNotComparable,
} from "../../../reports/tables/comparison_table.ts";
import { htmlComparison } from "../../../reports/tables/html.ts";
import { markdownComparison } from "../../../reports/tables/markdown.ts";
import { terminalComparison } from "../../../reports/tables/terminal.ts";
import { ABLATION, ablationRecord, exampleRecords, groupOf } from "../_ablation_records.ts";
import { makeRecord, makeRecords, PROCEDURAL_SHA, STAND_IN, store } from "../fixtures.ts";

const table = comparisonTable(groupOf(exampleRecords()));
const OURS = ["Method", "Ours", "Seeds", "95 % t-interval"];
const ON_PUBLISHED = /publish|difference|in our interval|in ours|percent|N\/A/i;

Deno.test("comparisonHeads() leaves out the columns on published numbers where there are none", () => {
  assertEquals([table.hasPublished, comparisonHeads(table)], [false, OURS]);
  const [published] = reportGroups(makeRecords()).map((group) => comparisonTable(group));
  assertEquals(comparisonHeads(published!), COMPARISON_HEADS);
});

Deno.test("hasPublishedNumbers() is true of tables with a number, whatever else is in them", () => {
  // Two rows of the second motion-capture table say N/A.
  const has = (name: string) => hasPublishedNumbers(aboutBenchmark(SUITE, name));
  assertEquals(["rmnist", "mocap_many", "bouncing_balls"].map(has), [true, true, true]);
  assertEquals([ABLATION, "unknown", "toString"].map(has), [false, false, false]);
});

Deno.test("markdownComparison() has four columns without a published number", () => {
  const text = markdownComparison(table);
  assert(text.includes(`| ${OURS.join(" | ")} |\n|---|--:|--:|--:|\n`));
  assert(text.includes("\n| All frames from the first epoch | 0.01860 ± 0.00020 | 3 seeds | ["));
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  assertEquals(new Set(rows.map((line) => line.split(/(?<!\\)\|/).length)), new Set([6]));
  assertEquals(ON_PUBLISHED.exec(text), null);
});

Deno.test("terminalComparison() has no column on published numbers at any width", () => {
  for (const width of [60, 80, 100, 120]) {
    const lines = terminalComparison(table, { width }).split("\n");
    const head = lines.find((line) => line.startsWith("method"))!;
    assertEquals([head.trim().split(/ {2,}/)[1], ON_PUBLISHED.exec(lines.join())], ["ours", null]);
    const expected = width >= 80 ? ["method", "ours", "seeds", "95 % t-interval"] : undefined;
    if (expected !== undefined) assertEquals(head.trim().split(/ {2,}/), expected);
  }
});

Deno.test("htmlComparison() has four columns, and no heading over the trained rows", () => {
  const page = htmlComparison(table, { prefix: "p", ours: () => undefined }).text;
  const heads = [...page.matchAll(/scope="col">([^<]*)</g)].map(([, text]) => text);
  assertEquals(heads, OURS);
  const groups = [...page.matchAll(/scope="rowgroup" colspan="4">([^<]*)</g)];
  assertEquals(groups.map(([, text]) => text), ["Simple references, the same for every seed"]);
  assertEquals(page.match(/<td /g)!.length, 3 * table.rows.length);
  assertEquals(ON_PUBLISHED.exec(page), null);
});

Deno.test("renderSite() does not speak of published numbers where there are none", () => {
  const assets = { style: "", script: "", tables: "", chartJs: "", curves: "" };
  const page = (records: Parameters<typeof renderSite>[0]) =>
    renderSite(records, { assets }).get(`${ABLATION}.html`)!;
  const standIn = exampleRecords().map(({ file, record }) => ({
    file,
    record: { ...record, standIn: "Drawn by a generator." },
  }));
  for (const records of [exampleRecords(), standIn]) {
    assertEquals(/.{30}publish.{20}/i.exec(page(records)), null);
  }
  // The second page is of stand-in data.
  const rmnist = [...renderSite(makeRecords(), { assets })]
    .filter(([path]) => path.startsWith("rmnist")).map(([, page]) => page).join();
  for (
    const text of [
      "seed by seed, beside the published ones.",
      "These results do not compare with published numbers.",
      "each seed&#39;s value, published numbers.",
    ]
  ) assert(rmnist.includes(text) || rmnist.includes(text.replace("&#39;", "'")), text);
});

Deno.test("whyNotComparable() names no published numbers where there are none", () => {
  const reason = (tier: "smoke" | "reduced", standIn = "") => {
    const { file, record } = ablationRecord("base", 0, 0.02, {}, { tier });
    return whyNotComparable(groupOf([{ file, record: { ...record, standIn } }]));
  };
  assertEquals(reason("reduced"), undefined);
  assertEquals(reason("smoke"), "The smoke tier only tests that the suite runs.");
  assertEquals(
    reason("reduced", STAND_IN),
    STAND_IN,
  );
  const quick = store(makeRecord({ dataSha256: PROCEDURAL_SHA, standIn: STAND_IN }));
  assert(whyNotComparable(groupOf([quick]))!.endsWith("shown for orientation only."));
});
