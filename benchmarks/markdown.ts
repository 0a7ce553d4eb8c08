/**
 * Text inside Markdown.
 *
 * @module
 */
import { escapeControls } from "../data/printable.ts";

/** Text that Markdown, GitHub's too, and its tables show as it is: no markup, tag, picture, link or mention. */
export function escapeMarkdown(text: string): string {
  return escapeControls(text.replace(/\s+/g, " "))
    .replace(/[\\|*_`<>[\]&$]/g, "\\$&")
    // What would begin a heading, a list or a rule.
    .replace(/^(\d*)(?=(?:#+|-+|=+|[+.)])(?:\s|$))/, "$1\\")
    // GitHub makes links of whole addresses and names; an empty comment keeps their parts apart.
    .replace(/@|:(?=\/\/)|\bwww(?=\.)/gi, "$&<!-- -->");
}
