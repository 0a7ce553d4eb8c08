/**
 * Entries of a bibliography in BibTeX's format.
 *
 * @module
 */

/** One entry. */
export interface BibtexEntry {
  /** Kind, e.g. `inproceedings`. */
  readonly type: "article" | "inproceedings";
  /** What a document cites it by. */
  readonly key: string;
  /** Fields in the order in which they are written; values as LaTeX reads them, without their braces. */
  readonly fields: Readonly<Record<string, string>>;
}

/** An entry as text, with a final line break. */
export function formatBibtex({ type, key, fields }: BibtexEntry): string {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  const lines = Object.entries(fields).map(([name, value]) =>
    `  ${name.padEnd(width)} = {${value}}`
  );
  return `@${type}{${key},\n${lines.join(",\n")}\n}\n`;
}

/** A whole bibliography: entries by key, an empty line between them. */
export function formatBibliography(entries: readonly BibtexEntry[]): string {
  return [...new Map(entries.map((entry) => [entry.key, entry])).values()]
    .toSorted((a, b) => a.key < b.key ? -1 : 1)
    .map(formatBibtex)
    .join("\n");
}
