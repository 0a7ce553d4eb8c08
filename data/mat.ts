/**
 * MATLAB's MAT-files of level 5 ("MAT v5", which `save -v6` and `save -v7` write): a header of 128 bytes, then the
 * variables, each compressed or not. After The MathWorks' "MAT-File Format", chapter 1.
 *
 * @module
 */
import { COMPRESSED, inflated, MatElements } from "./_mat_elements.ts";
import { readMatrix } from "./_mat_matrix.ts";
import { MatSource, quoted } from "./_mat_source.ts";
import { DataError } from "./data_error.ts";
import { readFile } from "./idx.ts";
import type { MatArray, MatValue } from "./mat_value.ts";

export type { MatArray, MatCell, MatData, MatText, MatUnsupported, MatValue } from "./mat_value.ts";

const HEADER_BYTES = 128;

/**
 * Parses a MAT v5 file.
 *
 * @param bytes The file.
 * @param path What messages call it.
 * @param maxBytes The most memory that its values may take, and that a compressed variable may take once more while it
 * is read; small files can unpack to very large ones.
 * @returns the variables by name, in the file's order; nameless ones, which MATLAB keeps for itself, are left out
 * @throws DataError (corrupt) for another format, for a damaged file and for one that takes too much memory
 */
export function parseMat(
  bytes: Uint8Array,
  path: string,
  maxBytes = 2 ** 30,
): ReadonlyMap<string, MatValue> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source = new MatSource(path, isLittleEndian(view, path), maxBytes);
  const elements = new MatElements(view, source, HEADER_BYTES);
  const variables = new Map<string, MatValue>();
  while (!elements.isDone) {
    source.part = `the variable at byte ${elements.at}`;
    const element = elements.next();
    const matrix = element.type === COMPRESSED ? inflated(element, source) : element;
    const { name, value } = readMatrix(matrix, source, 0);
    if (name === "") continue;
    if (variables.has(name)) throw source.fault("its name must be new", "the name of another one");
    variables.set(name, value);
  }
  return variables;
}

/**
 * Reads a MAT v5 file.
 *
 * @param path Where it is.
 * @param maxBytes As for {@link parseMat}.
 * @returns the variables by name, in the file's order
 * @throws DataError (missing) where the file cannot be read, (corrupt) as for {@link parseMat}
 */
export async function readMat(
  path: string,
  maxBytes?: number,
): Promise<ReadonlyMap<string, MatValue>> {
  return parseMat(await readFile(path), path, maxBytes);
}

/**
 * The numeric variable `name` of a file.
 *
 * @param file What {@link readMat} gave.
 * @param name The variable.
 * @param path What messages call the file.
 * @throws DataError (missing) where there is no such variable, (corrupt) where it is of another kind
 */
export function matArray(
  file: ReadonlyMap<string, MatValue>,
  name: string,
  path: string,
): MatArray {
  const value = file.get(name);
  if (value?.kind === "numeric") return value;
  if (value === undefined) {
    const names = [...file.keys()];
    const more = names.length > 20 ? ` and ${names.length - 20} more` : "";
    throw new DataError(
      "missing",
      `Cannot use ${path}: it must have a variable ${quoted(name)}: current value is ${
        names.slice(0, 20).map(quoted).join(", ") || "no variable"
      }${more}`,
    );
  }
  const className = value.kind === "unsupported" ? value.className : `a ${value.kind} array`;
  throw new DataError(
    "corrupt",
    `Cannot use ${path}: its variable ${quoted(name)} must be an array of real numbers: ` +
      `current value is ${className}`,
  );
}

/**
 * Checks the header.
 *
 * @returns whether the low byte of a number comes first
 * @throws DataError (corrupt) where it is another format's
 */
function isLittleEndian(view: DataView, path: string): boolean {
  const refusal = (value: string) =>
    new DataError(
      "corrupt",
      `Cannot read ${path}: it must be a MAT v5 file: current value is ${value}`,
    );
  const isComplete = view.byteLength >= HEADER_BYTES;
  const order = isComplete ? view.getUint16(126) : 0;
  const isLittle = order === 0x494d; // "IM": the number "MI" with its low byte first.
  const version = isComplete ? view.getUint16(124, isLittle) : 0;
  const isHdf5 = (at: number) =>
    view.byteLength >= at + 8 && view.getBigUint64(at) === 0x894844460d0a1a0an;
  if (isHdf5(0) || isHdf5(512) || version === 0x0200) {
    throw refusal('a MAT v7.3 (HDF5) file; save it with "-v7" in MATLAB');
  }
  // MAT v4 begins with a number of at most 4052 and 16 more bytes, MAT v5 with text.
  const isV4 = view.byteLength >= 20 &&
    Math.min(view.getUint32(0), view.getUint32(0, true)) <= 4052;
  if (isV4) throw refusal('a MAT v4 file; save it with "-v7" in MATLAB');
  if (!isComplete) {
    throw refusal(`a file of ${view.byteLength} bytes, fewer than the header's ${HEADER_BYTES}`);
  }
  if ((!isLittle && order !== 0x4d49) || version >> 8 !== 1) {
    throw refusal("a file without its version and byte order in bytes 124 to 127");
  }
  return isLittle;
}
