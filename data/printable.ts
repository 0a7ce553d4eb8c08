/**
 * Text of records, files and servers in a form that a terminal, or the log of a job, only shows.
 *
 * @module
 */

/** Control characters but tab and line feed, line separators, and marks that turn the direction of writing. */
const CONTROLS =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A whole line in bold or faint, as tables have. */
// deno-lint-ignore no-control-regex
const PAINTED = /^(\x1b\[[12]m)(.*)(\x1b\[0m)$/;

/** Text with control characters as `\x1b` or `\u202e`; tabs and line feeds stay. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (sign) => {
    const code = sign.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}

/**
 * Lines that can be printed: without control characters, and without what GitHub's runner takes for a command, `::` at a
 * line's beginning and `##[`.
 */
export function printable(text: string): string {
  return text.split("\n").map((line) => {
    const [, start = "", inner = line, end = ""] = PAINTED.exec(line) ?? [];
    const shown = escapeControls(inner).replace(/^(\s*):(?=:)/, "$1\\:").replaceAll("##[", "#\\#[");
    return start + shown + end;
  }).join("\n");
}

/** One line that can be printed: line breaks and tabs become spaces. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\t\r\n]+/g, " "));
}
