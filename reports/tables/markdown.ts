/**
 * The comparison table in Markdown.
 *
 * @module
 */
import {
  comparisonCells,
  comparisonHeads,
  type ComparisonTable,
  differencesLead,
  groupLabel,
} from "./comparison_table.ts";
import { originsInWords } from "./origins.ts";
import { ranges } from "./terminal.ts";

/** Text that Markdown and its tables leave as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|*_`<>[\]]/g, (mark) => `\\${mark}`).replace(/\s+/g, " ");
}

/** The table, its caption and its footnotes, ending in a line break. */
export function markdownComparison(table: ComparisonTable): string {
  const heads = comparisonHeads(table);
  const lines = [
    `**${escapeMarkdown(table.heading)}.** ${escapeMarkdown(groupLabel(table.group))}.`,
    "",
    `| ${heads.join(" | ")} |`,
    `|---|${"--:|".repeat(heads.length - 1)}`,
  ];
  for (const row of table.rows) {
    const notes = row.footnotes.length === 0 ? "" : ` <sup>${ranges(row.footnotes)}</sup>`;
    const [method, ...cells] = comparisonCells(table, row);
    lines.push(`| ${escapeMarkdown(method!)}${notes} | ${cells.map(escapeCell).join(" | ")} |`);
  }
  lines.push("", escapeMarkdown(table.caption));
  const { lead, items } = originsInWords(table.group, table.origins);
  if (items.length === 0) lines.push("", escapeMarkdown(lead));
  else lines.push("", `**${escapeMarkdown(lead)}**`, "");
  lines.push(...items.map((text) => `- ${escapeMarkdown(text)}`));
  if (table.differences.length > 0) {
    lines.push("", differencesLead(table), "");
    lines.push(...table.differences.map((text) => `- ${escapeMarkdown(text)}`));
  }
  if (table.footnotes.length > 0) {
    lines.push("", ...table.footnotes.map((text, i) => `${i + 1}. ${escapeMarkdown(text)}`));
  }
  return lines.join("\n") + "\n";
}

/** Intervals keep their brackets: nothing follows them that would make a link. */
function escapeCell(text: string): string {
  return text.replace(/\|/g, "\\|");
}
