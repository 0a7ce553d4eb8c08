/**
 * The part of `@std/csv` that the suite uses, under the same names, over csv-stringify. It stands in where JSR cannot be
 * reached; without `links` in deno.json the original takes its place.
 *
 * @module
 */
import { stringify as stringifyRows } from "npm:csv-stringify@^6/sync";

/** One row. */
export type DataItem = Readonly<Record<string, unknown>>;

/** Options of {@link stringify}. */
export interface StringifyOptions {
  /** Properties of the rows, in the order of the columns; they are the headers too. */
  columns: readonly string[];
}

/** Writes rows as comma-separated values with a line of headers and CRLF at each line's end. */
export function stringify(data: readonly DataItem[], { columns }: StringifyOptions): string {
  const rows = data.map((item) => columns.map((name) => toText(item[name])));
  return stringifyRows([[...columns], ...rows], {
    quoted_match: /[\r\n]/,
    record_delimiter: "\r\n",
  });
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
