/**
 * Lines of the text files of motion capture, and what is wrong with one.
 *
 * @module
 */
import { DataError, quoted } from "../files.ts";

/** Most bytes of such a file; the longest of CMU's have a fifth of it. */
export const MAX_TEXT_BYTES = 2 ** 26;

/** A line that is neither empty nor a comment. */
export interface Line {
  /** Number in the file, from 1. */
  readonly number: number;
  /** Its words, at least one. */
  readonly words: readonly [string, ...string[]];
}

/** The error about a line. */
export function lineFault(
  path: string,
  line: number,
  constraint: string,
  value: string | number,
): DataError {
  return new DataError(
    "corrupt",
    `Cannot read ${path}: in line ${line}, ${constraint}, is ${value}`,
  );
}

/**
 * The lines of a file, whatever ends them (CRLF, LF or CR), without empty ones and comments, which begin with #.
 *
 * @throws DataError (corrupt) if the last line has no end: the file was cut, maybe inside a number
 */
export function* textLines(bytes: Uint8Array, path: string): Generator<Line, void> {
  const lines = new TextDecoder().decode(bytes).split(/\r\n?|\n/);
  const rest = lines.pop()!;
  for (const [i, line] of lines.entries()) {
    const [first, ...others] = line.trim().split(/\s+/);
    if (first !== "" && !first!.startsWith("#")) {
      yield { number: i + 1, words: [first!, ...others] };
    }
  }
  if (rest.trim() !== "") {
    throw lineFault(
      path,
      lines.length + 1,
      "the last line must end with a line break",
      quoted(rest),
    );
  }
}

/** The words of a line as numbers. @throws DataError (corrupt) unless they are `count` decimal numbers, finite in float32 */
export function finiteNumbers(
  words: readonly string[],
  count: number,
  of: string,
  line: number,
  path: string,
): number[] {
  const rule = `${of} must have ${count} finite number${count === 1 ? "" : "s"}`;
  if (words.length !== count) throw lineFault(path, line, rule, words.length);
  return words.map((word) => {
    const number = Number(word);
    // Number() also knows "0x10".
    if (Number.isFinite(Math.fround(number)) && /^[-+.\de]+$/i.test(word)) return number;
    throw lineFault(path, line, rule, quoted(word));
  });
}
