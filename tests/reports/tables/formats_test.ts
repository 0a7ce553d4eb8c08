import { assertEquals } from "@std/assert";
import { parse } from "csv-parse/sync";
import { printable } from "../../../data/printable.ts";
import { reportGroups } from "../../../reports/catalogue.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { CSV_COLUMNS, resultsCsv } from "../../../reports/tables/files.ts";
import { htmlComparison } from "../../../reports/tables/html.ts";
import { markdownComparison } from "../../../reports/tables/markdown.ts";
import { ranges, terminalComparison, wrap } from "../../../reports/tables/terminal.ts";
import { makeRecord, makeRecords, store } from "../fixtures.ts";

const tables = reportGroups(makeRecords()).map((group) => comparisonTable(group));

Deno.test("terminalComparison() keeps within the terminal's width", () => {
  for (const width of [40, 60, 80, 100, 120, 200]) {
    const limit = Math.min(120, width);
    for (const table of tables) {
      for (const notes of [false, true]) {
        const lines = terminalComparison(table, { width, notes }).split("\n");
        const longest = Math.max(...lines.map((line) => line.length));
        assertEquals(longest <= limit || `${longest} > ${limit}`, true);
      }
    }
  }
});

Deno.test("terminalComparison() shows each number, aligned", () => {
  const lines = terminalComparison(tables[0]!, { width: 120 }).split("\n");
  const row = lines.find((line) => line.startsWith("ODE²VAE-KL"))!;
  const header = lines.find((line) => line.startsWith("method"))!;
  const published = tables[0]!.rows.find((r) => r.model === "ode2vae-kl")!;
  const { ours, interval, differenceText, inInterval } = published;
  for (const text of [ours, interval, published.published, differenceText, inInterval]) {
    assertEquals([text, row.includes(text)], [text, true]);
  }
  assertEquals(
    row.indexOf(published.published) + published.published.length,
    header.indexOf("published") + "published".length,
  );
});

Deno.test("terminalComparison() says where the published value lies in 80 columns too", () => {
  const lines = terminalComparison(tables[0]!, { width: 80 }).split("\n");
  const { inInterval } = tables[0]!.rows.find((row) => row.model === "ode2vae-kl")!;
  assertEquals(lines.find((line) => line.startsWith("ODE²VAE-KL"))!.endsWith(inInterval), true);
});

Deno.test("terminalComparison() fits one screen, and says what it leaves to the notes", () => {
  const lines = terminalComparison(tables[0]!, { width: 80 }).split("\n");
  assertEquals(lines.length <= 24 || lines, true);
  const last = "On the page and with --notes: ";
  assertEquals(lines.at(-1)!.startsWith(last) || lines, true);
  const all = terminalComparison(tables[0]!, { width: 80, notes: true });
  for (const text of ["[1] ", "InImNet"]) {
    assertEquals([text, all.includes(text), lines.join("\n").includes(text)], [text, true, false]);
  }
});

Deno.test("terminalComparison() puts a method above its numbers in 40 columns", () => {
  const lines = terminalComparison(tables[0]!, { width: 40 }).split("\n");
  const at = lines.indexOf("ODE²VAE-KL");
  const { ours, published } = tables[0]!.rows.find((row) => row.model === "ode2vae-kl")!;
  assertEquals(lines[at + 1]!.trim().split(/ {2,}/), [ours, published]);
});

Deno.test("terminalComparison() uses colour only when asked to", () => {
  assertEquals(terminalComparison(tables[0]!).includes("\x1b"), false);
  assertEquals(terminalComparison(tables[0]!, { colour: true }).includes("\x1b[1m"), true);
});

Deno.test("ranges() joins runs of three and more", () => {
  assertEquals(ranges([5, 1, 2, 3, 3]), "1–3,5");
  assertEquals(ranges([1, 2]), "1,2");
});

Deno.test("wrap() breaks between words and indents what follows", () => {
  assertEquals(wrap("aa bb cc", 5, " "), ["aa bb", " cc"]);
});

Deno.test("markdownComparison() has one row a method with seven cells each", () => {
  const text = markdownComparison(tables[0]!);
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  assertEquals(rows.length, tables[0]!.rows.length + 1);
  for (const row of rows) assertEquals(row.split("|").length, 9);
});

Deno.test("every format marks a row of another protocol", () => {
  const [table] = tables;
  const at = table!.rows.find(({ model }) => model === "cnn-ode")!.footnotes[0]!;
  const text = "Other protocol: tested on 360 other digits than those trained on, a harder split.";
  assertEquals(table!.footnotes[at - 1], text);
  const markdown = markdownComparison(table!);
  assertEquals(markdown.includes(`\n${at}. ${text}\n`), true);
  assertEquals(/\| CNN-ODE <sup>\d+<\/sup> \|.*\| other protocol \|/.test(markdown), true);
  assertEquals(terminalComparison(table!, { notes: true }).includes(`[${at}] ${text}`), true);
  const page = htmlComparison(table!, { prefix: "p", ours: () => undefined }).text;
  assertEquals(page.includes("Published later, by another protocol"), true);
  assertEquals(page.includes(`<li id="p-note-${at}">${text}</li>`), true);
});

Deno.test("terminalComparison() shows control characters of records, in aligned lines", () => {
  const record = makeRecord();
  const metrics = record.metrics.map((metric) => ({
    ...metric,
    label: "::error::\x1b[2J\u202eerror\nline",
  }));
  const standIn = "Stand-in\x07 data.\r";
  const [group] = reportGroups([store({ ...record, metrics, standIn })], {
    benchmarks: {},
    reports: {},
  });
  const text = terminalComparison(comparisonTable(group!), { colour: true });
  // Nothing but the suite's own bold and faint lines is left to escape.
  assertEquals(printable(text), text);
  assertEquals(
    text.includes("\\::error::\\x1b[2J\\u202eerror line (per pixel); lower is better"),
    true,
    text,
  );
  assertEquals(text.includes("Stand-in\\x07 data."), true, text);
});

Deno.test("resultsCsv() has a row for each cell and metric, and one for a cell without metrics", () => {
  const records = makeRecords();
  const rows: Record<string, string>[] = parse(resultsCsv(records), { columns: true });
  const expected = records.reduce((n, { record }) => n + Math.max(1, record.metrics.length), 0);
  assertEquals(rows.length, expected);
  assertEquals(Object.keys(rows[0]!), CSV_COLUMNS.slice());
  const diverged = rows.filter((row) => row.status === "diverged");
  assertEquals(diverged.map((row) => [row.seed, row.metric, row.value]), [["3", "", ""]]);
  const { record } = records[0]!;
  assertEquals(Number(rows[0]!.value), record.metrics[0]!.value);
});

Deno.test("resultsCsv() quotes lone line breaks and guards texts that spreadsheets compute, not numbers", () => {
  const [metric] = makeRecord().metrics;
  const units = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a\rb", "a=b", "'=1"];
  const metrics = units.map((unit, i) => ({ ...metric!, name: `m${i}`, unit, value: -i }));
  const tag = { ...metric!, name: "last", unit: "", value: "-Infinity" as const };
  const text = resultsCsv([store(makeRecord({ metrics: [...metrics, tag] }))]);
  assertEquals(text.includes(',"a\rb",'), true, text);
  const rows: Record<string, string>[] = parse(text, { columns: true, record_delimiter: "\r\n" });
  assertEquals(rows.map(({ unit }) => unit), [
    ...["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "'\rx", "a\rb", "a=b", "'=1", ""],
  ]);
  assertEquals(
    rows.map(({ value }) => value),
    [..."0123456789"].slice(0, 9).map((digit) => digit === "0" ? "0" : `-${digit}`).concat(
      "-Infinity",
    ),
  );
});

Deno.test("resultsCsv() keeps tags and quotes texts with commas", () => {
  const metrics = [{
    name: "testMse",
    label: "MSE",
    value: "NaN",
    unit: 'per "pixel", mean',
    direction: "lower",
  }] as const;
  const rows: Record<string, string>[] = parse(resultsCsv([store(makeRecord({ metrics }))]), {
    columns: true,
  });
  assertEquals([rows[0]!.value, rows[0]!.unit], ["NaN", 'per "pixel", mean']);
});
