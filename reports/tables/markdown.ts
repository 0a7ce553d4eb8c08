/**
 * The tables of a group in Markdown.
 *
 * @module
 */
import { escapeMarkdown } from "../../benchmarks/markdown.ts";
import type { ReportGroup } from "../catalogue.ts";
import {
  comparisonCells,
  comparisonHeads,
  type ComparisonTable,
  comparisonTables,
  differencesLead,
  groupLabel,
} from "./comparison_table.ts";
import { originsInWords } from "./notes.ts";
import { pairedTables, type TextTable } from "./paired_tables.ts";
import { ranges } from "./terminal.ts";

/** Brackets of intervals stay: nothing follows them that would make a link. */
function escapeCell(text: string): string {
  return text.replace(/\|/g, "\\|");
}

function tableLines(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${heads.join(" | ")} |`,
    `|---|${"--:|".repeat(heads.length - 1)}`,
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
  ];
}

/** The table alone under its heading, with the numbers of its footnotes if these follow. */
function headedTable(table: ComparisonTable, footnotes: boolean): string[] {
  const rows = table.rows.map((row) => {
    const noted = footnotes && row.footnotes.length > 0;
    const [method, ...cells] = comparisonCells(table, row);
    const notes = noted ? ` <sup>${ranges(row.footnotes)}</sup>` : "";
    return [escapeMarkdown(method!) + notes, ...cells.map(escapeCell)];
  });
  return [
    `**${escapeMarkdown(table.heading)}.** ${escapeMarkdown(groupLabel(table.group))}.`,
    "",
    ...tableLines(comparisonHeads(table), rows),
    "",
    escapeMarkdown(table.caption),
  ];
}

/** Commits and machines of a table's records; nothing where its group's first table says it. */
function originLines({ group, origins }: ComparisonTable): string[] {
  const { lead, items } = originsInWords(group, origins);
  if (lead === "") return [];
  if (items.length === 0) return ["", escapeMarkdown(lead)];
  return [
    "",
    `**${escapeMarkdown(lead)}**`,
    "",
    ...items.map((text) => `- ${escapeMarkdown(text)}`),
  ];
}

/** The table, its caption and its footnotes, ending in a line break. */
export function markdownComparison(table: ComparisonTable): string {
  const lines = [...headedTable(table, true), ...originLines(table)];
  if (table.differences.length > 0) {
    lines.push("", differencesLead(table), "");
    lines.push(...table.differences.map((text) => `- ${escapeMarkdown(text)}`));
  }
  if (table.footnotes.length > 0) {
    lines.push("", ...table.footnotes.map((text, i) => `${i + 1}. ${escapeMarkdown(text)}`));
  }
  return lines.join("\n") + "\n";
}

function pointLines({ points }: TextTable): string[] {
  return points.map(({ about, sentence }) =>
    `- ${escapeMarkdown(about)}: ${escapeMarkdown(sentence)}`
  );
}

/** A heading, sentences, a table for each block, the caption; ends in a line break. */
export function markdownTexts(text: TextTable): string {
  const { title, heads, blocks, caption } = text;
  return [
    `**${escapeMarkdown(title)}**`,
    "",
    ...pointLines(text),
    ...(text.points.length > 0 ? [""] : []),
    ...blocks.flatMap(({ heading, rows }) => [
      ...(heading === undefined ? [] : [`${escapeMarkdown(heading)}:`, ""]),
      ...tableLines(heads, rows.map(([name, ...cells]) => [escapeMarkdown(name!), ...cells])),
      "",
    ]),
    escapeMarkdown(caption),
  ].join("\n") + "\n";
}

/** All tables of a group, each with the tests on its rows; ends in a line break. */
export function markdownGroup(group: ReportGroup): string {
  return comparisonTables(group).flatMap((comparison) => [
    markdownComparison(comparison),
    ...pairedTables(group, comparison.table).map(markdownTexts),
  ]).join("\n");
}

/**
 * The tables of a group without their notes, and what the tests say on each; ends in a line break.
 *
 * @param notes where the notes are, a sentence in Markdown
 */
export function markdownSummary(group: ReportGroup, notes: string): string {
  const tables = comparisonTables(group).flatMap((comparison) => {
    const points = pairedTables(group, comparison.table).flatMap(pointLines);
    return [
      ...headedTable(comparison, false),
      ...originLines(comparison),
      ...(points.length > 0 ? ["", ...points] : []),
      "",
    ];
  });
  return [...tables, notes].join("\n") + "\n";
}
