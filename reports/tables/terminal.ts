/**
 * The comparison table for a terminal: aligned, at most `width` columns, colour only when asked for.
 *
 * @module
 */
import { printableLine } from "../../data/printable.ts";
import { counted, formatPercent } from "../../benchmarks/statistics/numbers.ts";
import type { ReportGroup } from "../catalogue.ts";
import {
  type ComparisonRow,
  type ComparisonTable,
  comparisonTables,
  groupLabel,
  OTHER_PROTOCOL,
} from "./comparison_table.ts";
import { originsInWords } from "./notes.ts";

/** How to draw. */
export interface TerminalOptions {
  /** Columns of the terminal; the table keeps within 20 … 120, the text below it within 100. */
  readonly width?: number;
  /** True for all notes, and for rows of later work without a number of ours; by default a line counts them. */
  readonly notes?: boolean;
  /** True to use ANSI colours. */
  readonly colour?: boolean;
}

interface Column {
  readonly header: string;
  readonly text: (row: ComparisonRow) => string;
  readonly right: boolean;
}

function notes(row: ComparisonRow): string {
  return row.footnotes.length === 0 ? "" : ` [${ranges(row.footnotes)}]`;
}

/** "1–3,5": runs of three or more numbers are joined. */
export function ranges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    if (end - i >= 2) parts.push(`${sorted[i]}–${sorted[end]}`);
    else parts.push(...sorted.slice(i, end + 1).map(String));
    i = end + 1;
  }
  return parts.join(",");
}

/** Breaks text into lines of at most `width`, the following ones indented. */
export function wrap(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printableLine(text).split(" ")) {
    const next = line === "" ? (lines.length > 0 ? indent + word : word) : `${line} ${word}`;
    if (next.length > width && line !== "") {
      lines.push(line);
      line = indent + word;
    } else line = next;
  }
  return [...lines, line];
}

const column = (header: string, text: Column["text"], right = true): Column => (
  { header, text, right }
);
const METHOD = column("method", (row) => row.method + notes(row), false);
const OURS = column("ours", (row) => row.ours);
const SEEDS = column("seeds", (row) => row.seeds);
const INTERVAL = column("95 % t-interval", (row) => row.interval);
const PUBLISHED = column("published", (row) => row.published);
const DIFFERENCE = column("difference", (row) => row.differenceText);
const PERCENT = column("percent", ({ difference, differenceText }) =>
  // A footnote names the other protocol.
  differenceText === OTHER_PROTOCOL
    ? "–"
    : difference?.relative === undefined
    ? differenceText
    : formatPercent(difference.relative));
const INSIDE = column("in ours", (row) => row.inInterval);

/** Columns that only a table with published numbers has. */
const ON_PUBLISHED: readonly Column[] = [PUBLISHED, DIFFERENCE, PERCENT, INSIDE];

/** Column sets from full to narrow: the first that fits is drawn. */
const LAYOUTS: readonly (readonly Column[])[] = [
  [METHOD, OURS, SEEDS, INTERVAL, PUBLISHED, DIFFERENCE, INSIDE],
  [METHOD, OURS, SEEDS, INTERVAL, PUBLISHED, PERCENT, INSIDE],
  [METHOD, OURS, SEEDS, PUBLISHED, PERCENT, INSIDE],
  [METHOD, OURS, PUBLISHED, PERCENT, INSIDE],
  [METHOD, OURS, PUBLISHED, PERCENT],
  [METHOD, OURS, PUBLISHED],
];

/** Escaped before it is measured. */
const cellText = (column: Column, row: ComparisonRow) => printableLine(column.text(row));

function widths(columns: readonly Column[], rows: readonly ComparisonRow[]): number[] {
  return columns.map((column) =>
    Math.max(column.header.length, ...rows.map((row) => cellText(column, row).length))
  );
}

/** Seeds in short, so that the interval fits beside them: "3", "4/5". */
function shorten(row: ComparisonRow): ComparisonRow {
  return { ...row, seeds: row.seeds.replace(/ (seeds?|converged)\b/, "") };
}

/** A row of later work that has no number of ours. */
function isElsewhere({ ours, kind }: ComparisonRow): boolean {
  return ours === "not run" && (kind === "later" || kind === "later-other-protocol");
}

/** What a table without its notes leaves out: "On the page and with --notes: 17 notes, 4 rows of later work." */
function hiddenText({ rows, differences, footnotes }: ComparisonTable): string {
  const notes = differences.length + footnotes.length;
  const elsewhere = rows.filter(isElsewhere).length;
  const parts = [
    ...(notes === 0 ? [] : [counted(notes, "note")]),
    ...(elsewhere === 0 ? [] : [`${counted(elsewhere, "row")} of later work`]),
  ];
  return parts.length === 0 ? "" : `On the page and with --notes: ${parts.join(", ")}.`;
}

/** The table as text without a final line break. */
export function terminalComparison(table: ComparisonTable, options: TerminalOptions = {}): string {
  const { notes = false } = options;
  const width = Math.min(120, Math.max(20, options.width ?? 120));
  const textWidth = Math.min(100, width);
  const paint = (code: number, text: string) =>
    options.colour === true ? `\x1b[${code}m${text}\x1b[0m` : text;
  const shown = table.rows.filter((row) => notes || !isElsewhere(row)).map(shorten);
  const rows = notes ? shown : shown.map((row) => ({ ...row, footnotes: [] }));
  const total = (columns: readonly Column[]) =>
    widths(columns, rows).reduce((sum, w) => sum + w + 2, -2);
  const layouts = table.hasPublished
    ? LAYOUTS
    : LAYOUTS.map((layout) => layout.filter((column) => !ON_PUBLISHED.includes(column)));
  const fitting = layouts.find((layout) => total(layout) <= width);
  const columns = fitting ?? layouts.at(-1)!.slice(1);
  const sizes = widths(columns, rows);
  const cells = (text: (column: Column) => string) =>
    columns.map((column, i) =>
      column.right ? text(column).padStart(sizes[i]!) : text(column).padEnd(sizes[i]!)
    ).join("  ").trimEnd();
  // In a narrow terminal the method stands on a line of its own, above its numbers.
  const over = (text: string) =>
    fitting === undefined ? wrap(text, width, "  ").map((line) => paint(1, line)) : [];
  const rule = "─".repeat(Math.min(width, total(columns)));
  const lines = [
    ...wrap(groupLabel(table.group), textWidth).map((line) => paint(1, line)),
    ...wrap(table.heading, textWidth),
    rule,
    paint(1, cells((column) => column.header)),
    rule,
  ];
  rows.forEach((row, i) => {
    const before = rows[i - 1];
    if (before !== undefined && before.kind !== row.kind) lines.push(paint(2, rule));
    const line = cells((column) => cellText(column, row));
    lines.push(...over(cellText(METHOD, row)), row.ours === "not run" ? paint(2, line) : line);
  });
  lines.push(rule, ...wrap(notes ? table.caption : table.essentials, textWidth));
  const { short } = originsInWords(table.group, table.origins);
  if (short !== undefined) lines.push(...wrap(short, textWidth).map((line) => paint(1, line)));
  if (!notes) {
    const hidden = hiddenText(table);
    return [...lines, ...(hidden === "" ? [] : wrap(hidden, textWidth))].join("\n");
  }
  for (const text of table.differences) lines.push(...wrap(`  * ${text}`, textWidth, "    "));
  table.footnotes.forEach((text, i) =>
    lines.push(...wrap(`[${i + 1}] ${text}`, textWidth, "    "))
  );
  return lines.join("\n");
}

/** All tables of a group, as {@link terminalComparison} draws them. */
export function terminalGroup(group: ReportGroup, options: TerminalOptions = {}): string {
  return comparisonTables(group).map((table) => terminalComparison(table, options)).join("\n\n");
}
