import { parse as parseRows } from "npm:csv-parse@7.0.3/sync";

/** Options of {@link parse}, as in `@std/csv`. */
export interface ParseOptions {
  /** Text between two fields; "," by default. */
  separator?: string;
  /** Character that begins a line to skip. */
  comment?: string;
  /** Whether spaces before a field are dropped. */
  trimLeadingSpace?: boolean;
  /** Whether quotes inside an unquoted field are kept as they are. */
  lazyQuotes?: boolean;
  /** Fields that every row must have: 0 for as many as the first, negative for no check. */
  fieldsPerRecord?: number;
  /** Whether the first line is no data; it names the fields where `columns` does not. */
  skipFirstRow?: boolean;
  /** Names of the fields. */
  columns?: readonly string[];
}

/** Rows as arrays, or as objects where names are known. */
export type ParseResult<T> = T extends { columns: readonly (infer Name extends string)[] }
  ? Record<Name, string>[]
  : T extends { skipFirstRow: true } ? Record<string, string>[]
  : T extends { skipFirstRow: boolean } ? string[][] | Record<string, string>[]
  : string[][];

/** Parses comma-separated values into arrays. */
export function parse(input: string): string[][];
/**
 * Parses comma-separated values into arrays, or into objects where `columns` or `skipFirstRow` gives names.
 *
 * @throws SyntaxError where quotes are not balanced or a row has another number of fields than it must have
 */
export function parse<const T extends ParseOptions>(input: string, options: T): ParseResult<T>;
export function parse(input: string, options: ParseOptions = {}): unknown {
  const rows = readRows(input, options);
  const expected = options.fieldsPerRecord === 0 ? rows[0]?.length : options.fieldsPerRecord;
  rows.forEach((row, i) => {
    if (expected !== undefined && expected > 0 && row.length !== expected) {
      throw new SyntaxError(
        `Syntax error on line ${i + 1}: expected ${expected} fields but got ${row.length}`,
      );
    }
  });
  if (!options.skipFirstRow && options.columns === undefined) return rows;
  const header = options.skipFirstRow ? rows.shift() : undefined;
  if (options.skipFirstRow && header === undefined) {
    throw new TypeError("Cannot parse input: headers must be defined");
  }
  const names = options.columns ?? header ?? [];
  return rows.map((row, i) => {
    if (row.length !== names.length) {
      throw new SyntaxError(
        `Syntax error on line ${
          i + (header === undefined ? 1 : 2)
        }: The record has ${row.length} fields, but the header has ${names.length} fields`,
      );
    }
    return Object.fromEntries(names.map((name, column) => [name, row[column]!]));
  });
}

function readRows(input: string, options: ParseOptions): string[][] {
  const settings = {
    bom: true,
    comment_no_infix: true,
    delimiter: options.separator ?? ",",
    ltrim: options.trimLeadingSpace ?? false,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    relax_quotes: options.lazyQuotes ?? false,
    skip_empty_lines: true,
  };
  try {
    return parseRows(
      input,
      options.comment === undefined ? settings : { ...settings, comment: options.comment },
    );
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
