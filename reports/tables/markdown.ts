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

/** The table, its caption and its footnotes, ending in a line break. */
export function markdownComparison(table: ComparisonTable): string {
  const rows = table.rows.map((row) => {
    const notes = row.footnotes.length === 0 ? "" : ` <sup>${ranges(row.footnotes)}</sup>`;
    const [method, ...cells] = comparisonCells(table, row);
    return [escapeMarkdown(method!) + notes, ...cells.map(escapeCell)];
  });
  const lines = [
    `**${escapeMarkdown(table.heading)}.** ${escapeMarkdown(groupLabel(table.group))}.`,
    "",
    ...tableLines(comparisonHeads(table), rows),
    "",
    escapeMarkdown(table.caption),
  ];
  const { lead, items } = originsInWords(table.group, table.origins);
  if (lead !== "") {
    lines.push("", items.length === 0 ? escapeMarkdown(lead) : `**${escapeMarkdown(lead)}**`);
  }
  if (items.length > 0) lines.push("", ...items.map((text) => `- ${escapeMarkdown(text)}`));
  if (table.differences.length > 0) {
    lines.push("", differencesLead(table), "");
    lines.push(...table.differences.map((text) => `- ${escapeMarkdown(text)}`));
  }
  if (table.footnotes.length > 0) {
    lines.push("", ...table.footnotes.map((text, i) => `${i + 1}. ${escapeMarkdown(text)}`));
  }
  return lines.join("\n") + "\n";
}

/** A heading, sentences, a table for each block, the caption; ends in a line break. */
export function markdownTexts({ title, points, heads, blocks, caption }: TextTable): string {
  return [
    `**${escapeMarkdown(title)}**`,
    "",
    ...points.map(({ about, sentence }) =>
      `- ${escapeMarkdown(about)}: ${escapeMarkdown(sentence)}`
    ),
    ...(points.length > 0 ? [""] : []),
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
