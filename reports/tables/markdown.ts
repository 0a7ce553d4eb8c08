/**
 * The comparison table in Markdown.
 *
 * @module
 */
import { COMPARISON_HEADS, type ComparisonTable, groupLabel } from "./comparison_table.ts";
import { originsInWords } from "./origins.ts";
import { ranges } from "./terminal.ts";

/** Text that Markdown and its tables leave as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|*_`<>[\]]/g, (mark) => `\\${mark}`).replace(/\s+/g, " ");
}

/** The table, its caption and its footnotes, ending in a line break. */
export function markdownComparison(table: ComparisonTable): string {
  const lines = [
    `**${escapeMarkdown(table.heading)}.** ${escapeMarkdown(groupLabel(table.group))}.`,
    "",
    `| ${COMPARISON_HEADS.join(" | ")} |`,
    `|---|${"--:|".repeat(COMPARISON_HEADS.length - 1)}`,
  ];
  for (const row of table.rows) {
    const notes = row.footnotes.length === 0 ? "" : ` <sup>${ranges(row.footnotes)}</sup>`;
    const { ours, seeds, interval, published, differenceText, inInterval } = row;
    const cells = [ours, seeds, interval, published, differenceText, inInterval];
    lines.push(
      `| ${escapeMarkdown(row.method)}${notes} | ${cells.map(escapeCell).join(" | ")} |`,
    );
  }
  lines.push("", escapeMarkdown(table.caption));
  const { lead, items } = originsInWords(table.group, table.origins);
  if (items.length === 0) lines.push("", escapeMarkdown(lead));
  else lines.push("", `**${escapeMarkdown(lead)}**`, "");
  lines.push(...items.map((text) => `- ${escapeMarkdown(text)}`));
  if (table.differences.length > 0) {
    lines.push("", "How the published protocol differs:", "");
    lines.push(...table.differences.map((text) => `- ${escapeMarkdown(text)}`));
  }
  if (table.footnotes.length > 0) {
    lines.push("", ...table.footnotes.map((text, i) => `${i + 1}. ${escapeMarkdown(text)}`));
  }
  return lines.join("\n") + "\n";
}

/** Intervals keep their brackets: nothing follows them that would make a link. */
function escapeCell(text: string): string {
  return text === "" ? "–" : text.replace(/\|/g, "\\|");
}
