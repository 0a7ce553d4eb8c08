import { assert, assertEquals } from "@std/assert";
import { loadAssets } from "../../../reports/pages/assets.ts";
import { renderSite } from "../../../reports/pages/site.ts";
import { compareWithBase } from "../../../reports/paired/base_differences.ts";
import { resultsFiles } from "../../../reports/readme_table.ts";
import type { StoredRecord } from "../../../benchmarks/record/read_records.ts";
import { markdownTexts } from "../../../reports/tables/markdown.ts";
import { baseTable } from "../../../reports/tables/paired_tables.ts";
import { ABLATION, ablationRecord, exampleRecords, groupOf } from "../_ablation_records.ts";

function tableOf(records: readonly StoredRecord[]) {
  const group = groupOf(records);
  const table = baseTable(group)!;
  const cells = table.blocks.map(({ rows }) => rows);
  return { comparison: compareWithBase(group)!, table, cells, caption: table.caption };
}

/** Rows that are one, two, … ten-thousandths better than the base on each seed, and three at least. */
function manyRecords(names: readonly string[], seeds: number): StoredRecord[] {
  return ["base", ...names].flatMap((model, row) =>
    Array.from(
      { length: seeds },
      (_, seed) => ablationRecord(model, seed, 0.02 + seed / 1000 - row * (seed + 1) / 1e4),
    )
  );
}

Deno.test("baseTable() shows difference, share, interval, seeds and both p", () => {
  const [rows, variants] = tableOf(exampleRecords()).cells;
  assertEquals(rows, [
    [
      "All frames from the first epoch",
      "−0.0024 ± 0.0012",
      "−11.4 %",
      "[−0.0054, 0.0006]",
      "3 of 3",
      "0.25",
      "0.75",
    ],
    ["β = |q|/|W| as printed", "0 ± 0", "0.0 %", "–", "0 of 3, 3 equal", "1", "1"],
    [
      "Released code's times",
      "+0.0010 ± 0.0020",
      "+4.8 %",
      "[−0.0040, 0.0060]",
      "1 of 3",
      "0.75",
      "1",
    ],
  ]);
  assertEquals(variants!.map(([label, difference, , , better]) => [label, difference, better]), [
    ["Mean parameters of the last epochs", "−0.0024 ± 0.0012", "3 of 3"],
    ["Parameters of the last epoch", "+0.0007 ± 0.0012", "0 of 3, 2 equal"],
  ]);
});

Deno.test("baseTable() has nothing to show of a row without a pair, nor a spread of one seed", () => {
  const [rows] = tableOf([
    ablationRecord("base", 0, 0.02),
    ablationRecord("no-growth", 0, 0.019),
    ablationRecord("code-times", 0, 0.3, {}, { status: "diverged" }),
  ]).cells;
  assertEquals(rows, [
    ["All frames from the first epoch", "−0.00100", "−5.0 %", "–", "1 of 1", "1", "1"],
    ["Released code's times", "–", "–", "–", "–", "–", "–"],
  ]);
});

Deno.test("baseTable() says what the columns are and what three seeds can show", () => {
  assertEquals(
    tableOf(exampleRecords()).caption,
    "Differences from ODE²VAE-KL, the base, seed by seed: the row's error minus the base's, mean ± " +
      "sample standard deviation (ddof 1) over the seeds that both have. The row is better where " +
      "they are below zero. Percent: of the base's mean on these seeds. Interval: of the mean " +
      "difference, by Student's t. p: exact sign-flip test, two-sided; corrected: by Holm's method " +
      "over the rows of each part (3 and 2). With 3 seeds no p is below 0.25; that shows " +
      "directions, not proof.",
  );
});

Deno.test("baseTable() speaks of directions only where no corrected p can be a proof", () => {
  const told = (names: readonly string[], seeds: number) =>
    tableOf(manyRecords(names, seeds)).caption.split("With ")[1];
  const weak = "; that shows directions, not proof.";
  assertEquals(told(["no-growth"], 1), `1 seed no p is below 1${weak}`);
  // 2 / 2⁵ is above 0.05, 2 / 2⁶ below, and with two rows twice as much is compared.
  assertEquals(told(["no-growth"], 5), `5 seeds no p is below 0.0625${weak}`);
  assertEquals(told(["no-growth"], 6), "6 seeds no p is below 0.0313.");
  assertEquals(told(["no-growth", "code-times"], 6), `6 seeds no p is below 0.0313${weak}`);
  assertEquals(told(["no-growth", "code-times"], 7), "7 seeds no p is below 0.0156.");
  // What it promises is what the test gives: every difference has one sign.
  const { comparison } = tableOf(manyRecords(["no-growth", "code-times"], 7));
  assertEquals(comparison.rows.map(({ corrected }) => corrected), [4 / 128, 4 / 128]);
});

Deno.test("baseTable() has no ± where there is one seed, and says what a smoke tier is", () => {
  const { caption } = tableOf([
    ablationRecord("base", 0, 0.02, {}, { tier: "smoke" }),
    ablationRecord("no-growth", 0, 0.019, {}, { tier: "smoke" }),
  ]);
  assert(caption.includes("minus the base's; one seed each gives no ± and no interval."));
  assert(caption.includes("over 1 row. With 1 seed"));
  assert(caption.endsWith("The smoke tier only tests that the suite runs."));
});

Deno.test("markdownTexts() gives a table for each part, equally wide rows, and the caption once", () => {
  const { table, caption } = tableOf(exampleRecords());
  const text = markdownTexts(table);
  assert(text.startsWith("**Against the base, ODE²VAE-KL**\n\nTrained another way:\n\n| Row | "));
  assert(text.includes("\n\nThe same training, tested another way:\n\n| Row | "));
  assert(text.includes("\n| β = \\|q\\|/\\|W\\| as printed | 0 ± 0 | 0.0 % | – | "), text);
  assertEquals(text.split("With 3 seeds").length, 2);
  assert(text.endsWith(`${caption.split(". ").at(-1)}\n`));
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  assertEquals(rows.length, 2 * 2 + 3 + 2);
  assertEquals(new Set(rows.map((line) => line.split(/(?<!\\)\|/).length)), new Set([9]));
});

Deno.test("resultsFiles() have the differences from a base", () => {
  const { table } = tableOf(exampleRecords());
  const files = [...resultsFiles(exampleRecords()).values()];
  assert(files.some((text) => text.includes(markdownTexts(table).trimEnd())));
});

Deno.test("renderSite() has the differences from a base on the benchmark's page alone", async () => {
  const site = renderSite(exampleRecords(), { assets: await loadAssets() });
  const page = site.get(`${ABLATION}.html`)!;
  const [, table = ""] = /<table class="base sortable">([^]*?)<\/table>/.exec(page) ?? [];
  const { cells, table: { heads } } = tableOf(exampleRecords());
  for (const head of heads) assert(table.includes(`<th scope="col">${head}</th>`), head);
  const texts = [...table.matchAll(/<(?:th|td)(?:\s[^>]*)?>([^<]*)</g)].map(([, text]) => text);
  const escaped = (text: string) => text.replaceAll("'", "&#39;");
  assertEquals(texts, [
    ...heads,
    "Trained another way",
    ...cells[0]!.flat().map(escaped),
    "The same training, tested another way",
    ...cells[1]!.flat().map(escaped),
  ]);
  assert(!table.includes("Mean image</th>"));
  assertEquals(site.get("index.html")!.includes("Against the base"), false);
});
