/**
 * The kinds of rows of a comparison table, each under a heading of its own.
 *
 * @module
 */
import { isTrivialReference } from "../method_names.ts";
import type { PublishedRow } from "../published/published_cell.ts";

/** Kinds in the order in which a table shows them, with their headings. */
const HEADINGS = Object.freeze({
  paper: "The paper's rows",
  /** The paper's own number is of another protocol than the table's, e.g. of another data set. */
  "other-protocol": "By another protocol",
  later: "Published later",
  "later-other-protocol": "Published later, by another protocol",
  /** Models that no published row names. */
  other: "Other models",
  reference: "References that learn nothing",
});

/** Where a row of a table belongs. */
export type RowKind = keyof typeof HEADINGS;

/** All of them, in the order in which a table shows them. */
export const ROW_KINDS: readonly RowKind[] = Object.freeze(Object.keys(HEADINGS) as RowKind[]);

/** The kind of a row. @param published the row of the published table that names the model, if any */
export function rowKind(
  benchmark: string,
  model: string,
  published: PublishedRow | undefined,
): RowKind {
  if (published === undefined) return isTrivialReference(benchmark, model) ? "reference" : "other";
  if (published.protocol === undefined) return published.later ? "later" : "paper";
  return published.later ? "later-other-protocol" : "other-protocol";
}

/** The heading over the rows of a kind; undefined for the paper's, and for other models where they come first. */
export function kindHeading(kind: RowKind, kinds: readonly RowKind[]): string | undefined {
  return kind === "paper" || (kind === "other" && kinds[0] === kind) ? undefined : HEADINGS[kind];
}
