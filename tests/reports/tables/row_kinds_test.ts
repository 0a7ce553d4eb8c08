import { assertEquals } from "@std/assert";
import type { PublishedRow } from "../../../reports/benchmarks/benchmark_report.ts";
import { REPORTS } from "../../../reports/benchmarks/registry.ts";
import { reportGroups } from "../../../reports/catalogue.ts";
import {
  comparisonTable,
  kindHeading,
  OTHER_PROTOCOL,
  ROW_KINDS,
  rowKind,
} from "../../../reports/tables/comparison_table.ts";
import { htmlComparison } from "../../../reports/tables/html.ts";
import { terminalComparison } from "../../../reports/tables/terminal.ts";
import { makeRecords } from "../fixtures.ts";

/** A published row, of the paper's own or later, by the table's protocol or another. */
function published(later: boolean, protocol?: string): PublishedRow {
  const row = REPORTS.rmnist!.tables![0]!.rows![0]!;
  return { ...row, later, ...(protocol === undefined ? {} : { protocol }) };
}

Deno.test("rowKind() separates the paper's rows from later ones, and the protocol of both", () => {
  const kind = (row: PublishedRow | undefined, trivial = false) => rowKind(row, trivial);
  assertEquals(kind(published(false)), "paper");
  assertEquals(kind(published(false, "other digits")), "other-protocol");
  assertEquals(kind(published(true)), "later");
  assertEquals(kind(published(true, "other digits")), "later-other-protocol");
  assertEquals(kind(undefined), "other");
  assertEquals(kind(undefined, true), "reference");
});

Deno.test("kindHeading() heads all kinds but the paper's rows, and other models that come first", () => {
  assertEquals(ROW_KINDS.map((kind) => kindHeading(kind, ROW_KINDS)), [
    undefined,
    "By another protocol",
    "Published later",
    "Published later, by another protocol",
    "Other models",
    "Simple references, the same for every seed",
  ]);
  assertEquals(kindHeading("other", ["other", "reference"]), undefined);
  // Alone in its table it is as much of another protocol.
  assertEquals(kindHeading("other-protocol", ["other-protocol"]), "By another protocol");
});

Deno.test("htmlComparison() does not call the paper's own rows of another protocol later", () => {
  const [first] = reportGroups(makeRecords()).map((group) => comparisonTable(group));
  const rows = first!.rows.map((row) =>
    row.kind === "paper"
      ? { ...row, kind: "other-protocol" as const, differenceText: OTHER_PROTOCOL }
      : row
  );
  const page = htmlComparison({ ...first!, rows }, { prefix: "p", ours: () => undefined }).text;
  const headings = [...page.matchAll(/scope="rowgroup" colspan="\d">([^<]*)</g)].map(([, text]) =>
    text
  );
  assertEquals(headings, [
    "By another protocol",
    "Published later",
    "Published later, by another protocol",
    "Simple references, the same for every seed",
  ]);
});

Deno.test("terminalComparison() gives no percent to a row of another protocol", () => {
  const [table] = reportGroups(makeRecords()).map((group) => comparisonTable(group));
  const lines = terminalComparison(table!, { width: 100, notes: true }).split("\n");
  assertEquals(lines.some((line) => line.includes("percent")), true);
  const row = lines.find((line) => line.startsWith("InImNet"))!;
  assertEquals(row.includes("other protocol"), false);
});
