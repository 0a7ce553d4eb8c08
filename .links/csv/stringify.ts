import { stringify as stringifyRows } from "npm:csv-stringify@^6/sync";

/** Name of an object's property or index of an array's item. */
export type PropertyAccessor = number | string;

/** A column with its own header. */
export interface ColumnDetails {
  /** Header of the column; the last accessor by default. */
  header?: string;
  /** Where an item keeps the value. */
  prop: PropertyAccessor | readonly PropertyAccessor[];
}

/** Where an item keeps a column's value: a property, a path of properties, or either with a header. */
export type Column = ColumnDetails | PropertyAccessor | readonly PropertyAccessor[];

/** One row: an object or an array. */
export type DataItem = Readonly<Record<string, unknown>> | readonly unknown[];

/** Options of {@link stringify}, as in `@std/csv`. */
export interface StringifyOptions {
  /** Whether the first line holds the columns' headers; true by default. */
  headers?: boolean;
  /** Text between two fields; "," by default. */
  separator?: string;
  /** Columns in order; by default the properties of the first item. */
  columns?: readonly Column[];
  /** Whether the text begins with a byte-order mark. */
  bom?: boolean;
}

/**
 * Writes rows as comma-separated values with CRLF at each line's end.
 *
 * @throws TypeError where the separator has a quote or a line end, or a path leads through an array by name
 */
export function stringify(data: readonly DataItem[], options: StringifyOptions = {}): string {
  const separator = options.separator ?? ",";
  if (separator.includes('"') || separator.includes("\r\n")) {
    throw new TypeError(
      `Cannot stringify data as the separator must not hold a quotation mark or a line end: ${
        JSON.stringify(separator)
      }`,
    );
  }
  const columns = (options.columns ?? inferColumns(data)).map(normalize);
  const rows = data.map((item) =>
    columns.length > 0 ? columns.map(({ path }) => toText(follow(item, path))) : wholeRow(item)
  );
  if ((options.headers ?? true) && columns.length > 0) {
    rows.unshift(columns.map(({ header }) => header));
  }
  return stringifyRows(rows, {
    bom: options.bom ?? false,
    delimiter: separator,
    quoted_match: /\n/,
    record_delimiter: "\r\n",
  });
}

function inferColumns(data: readonly DataItem[]): readonly Column[] {
  const first = data[0];
  return first === undefined || Array.isArray(first) ? [] : Object.keys(first);
}

function normalize(column: Column): { header: string; path: readonly PropertyAccessor[] } {
  if (typeof column !== "object") return { header: String(column), path: [column] };
  const prop = "prop" in column ? column.prop : column;
  const path = typeof prop === "object" ? prop : [prop];
  const header = "prop" in column ? column.header : undefined;
  return { header: header ?? String(path.at(-1)), path };
}

function follow(item: unknown, path: readonly PropertyAccessor[]): unknown {
  let value = item;
  for (const accessor of path) {
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value) && typeof accessor !== "number") {
      throw new TypeError(`Property accessor is not of type "number": ${accessor}`);
    }
    value = Reflect.get(value, accessor);
  }
  return value;
}

function wholeRow(item: DataItem): string[] {
  if (Array.isArray(item)) return item.map(toText);
  throw new TypeError("No property accessor function was provided for object");
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
