/**
 * JSON from a file of unknown content: what it costs to read is bounded before it is read.
 *
 * @module
 */

import { MOST_BYTES, MOST_DEPTH, MOST_VALUES } from "./limits.ts";

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPENING, CLOSING] = [[0x5b, 0x7b], [0x5d, 0x7d]];

/**
 * Reads a file of JSON. A byte-order mark is left out.
 *
 * @returns the value, and the text of the file
 * @throws {SyntaxError} when it is no regular file, is too large, or is not JSON in UTF-8
 * @throws the system's error when it cannot be read
 */
export function readJsonFile(path: string): { readonly value: unknown; readonly text: string } {
  const text = readJsonText(path);
  try {
    return { value: JSON.parse(text), text };
  } catch (error) {
    // The parser quotes the file, control characters included.
    const reason = (error as SyntaxError).message.replace(/\p{Cc}+/gu, "\ufffd");
    throw new SyntaxError(`it must be JSON: ${reason}`);
  }
}

/**
 * Reads a file of JSON, or of a line of JSON for each item, without parsing it. A byte-order mark is left out.
 *
 * @throws {SyntaxError} when it is no regular file, is too large, or is not UTF-8
 * @throws the system's error when it cannot be read
 */
export function readJsonText(path: string): string {
  const stat = Deno.statSync(path);
  // A named pipe would wait for a writer for ever.
  if (!stat.isFile) {
    throw new SyntaxError(
      `it must be a regular file, is a ${stat.isDirectory ? "folder" : "device or pipe"}`,
    );
  }
  if (stat.size > MOST_BYTES) {
    throw new SyntaxError(`it must have at most ${MOST_BYTES} bytes, has ${stat.size}`);
  }
  const bytes = Deno.readFileSync(path);
  checkShape(bytes);
  return decode(bytes);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const isWide = (bytes[0] ?? 0) + (bytes[1] ?? 0) === 0xff + 0xfe;
    throw new SyntaxError(`it must be UTF-8, is ${isWide ? "UTF-16" : "another encoding"}`);
  }
}

/** Throws where JSON has more values, or is deeper, than the parser should be asked to read. */
function checkShape(bytes: Uint8Array): void {
  let [values, depth, inString] = [1, 0, false];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString && byte === BACKSLASH) i++;
    else if (byte === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (byte === COMMA) values++;
    else if (OPENING.includes(byte)) {
      values++;
      depth++;
    } else if (CLOSING.includes(byte)) depth--;
    if (depth > MOST_DEPTH) {
      throw new SyntaxError(
        `it must have at most ${MOST_DEPTH} brackets inside each other, has more`,
      );
    }
    if (values > MOST_VALUES) {
      throw new SyntaxError(`it must have at most ${MOST_VALUES} values, has more`);
    }
  }
}
