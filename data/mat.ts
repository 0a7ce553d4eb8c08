/**
 * MATLAB's MAT-files of level 5 ("MAT v5", which `save -v6` and `save -v7` write): a header of 128 bytes, then the
 * variables, each compressed or not. After The MathWorks' "MAT-File Format", chapter 1.
 *
 * @module
 */
import {
  COMPRESSED,
  forEachStored,
  inflated,
  type MatElement,
  MatElements,
  MATRIX,
  MatSource,
  product,
  storedNumbers,
  UTF8,
} from "./_mat_elements.ts";
import { DataError, quoted, readFile } from "./files.ts";

/** Numbers in the type of their class; int64 and uint64 become float64 if that is exact. */
export type MatData =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** An array of real or logical numbers; logical ones are 0 and 1. */
export interface MatArray {
  /** Discriminates the values. */
  readonly kind: "numeric";
  /** Sizes of the axes, e.g. (16, 300, 50): at least two; MATLAB drops further ones at the end if their size is 1. */
  readonly shape: readonly number[];
  /** Elements, row-major: the last axis is the fastest, although in the file the first one is. */
  readonly data: MatData;
}

/** An array of characters. */
export interface MatText {
  /** Discriminates the values. */
  readonly kind: "text";
  /** Sizes of the axes, at least two; a line of n characters has (1, n). */
  readonly shape: readonly number[];
  /** A string for each row of the last axis, with MATLAB's padding of spaces; none if the array is empty. */
  readonly rows: readonly string[];
}

/** An array of any values. */
export interface MatCell {
  /** Discriminates the values. */
  readonly kind: "cell";
  /** Sizes of the axes, at least two. */
  readonly shape: readonly number[];
  /** Values, row-major. */
  readonly cells: readonly MatValue[];
}

/** A value that this reader does not support. */
export interface MatUnsupported {
  /** Discriminates the values. */
  readonly kind: "unsupported";
  /** Its class for messages, e.g. "a sparse array". */
  readonly className: string;
}

/** A variable's value. */
export type MatValue = MatArray | MatText | MatCell | MatUnsupported;

const HEADER_BYTES = 128;
const MAX_BYTES = 2 ** 30;

/**
 * Parses a MAT v5 file.
 *
 * @param path name of the file in messages
 * @param maxBytes limit of the memory for its values, and again for a compressed variable while it is read; small files
 * can unpack to very large ones
 * @returns the variables by name, in the file's order, without nameless ones, which are MATLAB's own
 * @throws DataError (corrupt) for another format, a damaged file or one that takes too much memory
 */
export function parseMat(
  bytes: Uint8Array,
  path: string,
  maxBytes: number = MAX_BYTES,
): ReadonlyMap<string, MatValue> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source = new MatSource(path, isLittleEndian(view, path), maxBytes);
  const elements = new MatElements(view, source, HEADER_BYTES);
  const variables = new Map<string, MatValue>();
  while (elements.left > 0) {
    source.part = `the variable at byte ${elements.at}`;
    const element = elements.next();
    const matrix = element.type === COMPRESSED ? inflated(element, source) : element;
    const { name, value } = readMatrix(matrix, source, 0);
    if (name === "") continue;
    if (variables.has(name)) throw source.fault("its name must be unique", "taken");
    variables.set(name, value);
  }
  return variables;
}

/**
 * Reads a MAT v5 file like {@link parseMat}.
 *
 * @throws DataError (missing) if the file cannot be read, (corrupt) as for {@link parseMat} or if it has more than maxBytes
 */
export async function readMat(
  path: string,
  maxBytes: number = MAX_BYTES,
): Promise<ReadonlyMap<string, MatValue>> {
  return parseMat(await readFile(path, maxBytes), path, maxBytes);
}

/**
 * The numeric variable `name` of a file that {@link readMat} has read.
 *
 * @param path name of the file in messages
 * @throws DataError (missing) if there is no such variable, (corrupt) if it is of another kind
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
      `Cannot use ${path}: it must have a variable ${quoted(name)}, is ${
        names.slice(0, 20).map(quoted).join(", ") || "no variable"
      }${more}`,
    );
  }
  const className = value.kind === "unsupported" ? value.className : `a ${value.kind} array`;
  throw new DataError(
    "corrupt",
    `Cannot use ${path}: its variable ${quoted(name)} must be an array of real numbers: ` +
      `is ${className}`,
  );
}

/**
 * Checks the header.
 *
 * @returns whether the low byte of a number comes first
 * @throws DataError (corrupt) if it is that of another format
 */
function isLittleEndian(view: DataView, path: string): boolean {
  const refusal = (value: string) =>
    new DataError("corrupt", `Cannot read ${path}: it must be a MAT v5 file, is ${value}`);
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

interface NumericClass {
  readonly name: string;
  readonly array: (new (length: number) => MatData) & { readonly BYTES_PER_ELEMENT: number };
  readonly isInteger: boolean;
}

/** Classes of numbers, by their code. */
const NUMERIC: Readonly<Partial<Record<number, NumericClass>>> = {
  6: { name: "double", array: Float64Array, isInteger: false },
  7: { name: "single", array: Float32Array, isInteger: false },
  8: { name: "int8", array: Int8Array, isInteger: true },
  9: { name: "uint8", array: Uint8Array, isInteger: true },
  10: { name: "int16", array: Int16Array, isInteger: true },
  11: { name: "uint16", array: Uint16Array, isInteger: true },
  12: { name: "int32", array: Int32Array, isInteger: true },
  13: { name: "uint32", array: Uint32Array, isInteger: true },
  14: { name: "int64", array: Float64Array, isInteger: true },
  15: { name: "uint64", array: Float64Array, isInteger: true },
};

/** Classes that are not supported, by their code. */
const UNSUPPORTED: Readonly<Partial<Record<number, string>>> = {
  2: "a struct array",
  3: "an object array",
  5: "a sparse array",
  16: "a function handle",
  17: "an opaque object",
};

const CELL = 1;
const CHAR = 4;
/** The class of MATLAB's newer objects, which alone have no shape. */
const OPAQUE = 17;
const COMPLEX_FLAG = 0x0800;

const MAX_AXES = 32;
const MAX_CELL_DEPTH = 64;
const MAX_NAME_BYTES = 2048;
/** Memory counted for a value besides its elements, so that the number of tiny cells is limited. */
const VALUE_BYTES = 512;
/** Memory counted for a character: each is a string of its own until it is in its row. */
const CHARACTER_BYTES = 64;

/** Keeps a byte-order mark, which counts as a character. */
const UTF8_DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** The value of a cell that was never set. */
const UNSET: MatArray = { kind: "numeric", shape: [0, 0], data: new Float64Array() };

/**
 * Reads an array: flags, shape, name, then the content of its class.
 *
 * @param depth number of cell arrays around it
 * @returns its name, empty for the content of a cell, and its value
 * @throws DataError (corrupt) if it is damaged or takes too much memory
 */
function readMatrix(
  element: MatElement,
  source: MatSource,
  depth: number,
): { name: string; value: MatValue } {
  if (element.type !== MATRIX) {
    throw source.fault(`the element type of an array must be ${MATRIX}`, element.type);
  }
  source.spend(VALUE_BYTES);
  if (element.view.byteLength === 0) return { name: "", value: UNSET };
  const parts = new MatElements(element.view, source);
  const flags = parts.next().view;
  if (flags.byteLength !== 8) throw source.fault("flags must have 8 bytes", flags.byteLength);
  const word = flags.getUint32(0, source.isLittle);
  const code = word & 0xff;
  const shape = code === OPAQUE ? [] : readShape(parts.next(), source);
  const name = readName(parts.next(), source);
  if (depth === 0) source.part = `variable ${quoted(name)}`;
  const numeric = NUMERIC[code];
  const className = numeric !== undefined && (word & COMPLEX_FLAG) !== 0
    ? `a complex ${numeric.name} array`
    : UNSUPPORTED[code];
  if (className !== undefined) return { name, value: { kind: "unsupported", className } };
  let value: MatValue;
  if (numeric !== undefined) value = readNumbers(parts.next(), shape, numeric, source);
  else if (code === CELL) value = readCells(parts, shape, source, depth);
  else if (code === CHAR) value = readText(parts.next(), shape, source);
  else throw source.fault("the class must be known", code);
  parts.end("the elements of the array");
  return { name, value };
}

function readShape({ type, view }: MatElement, source: MatSource): readonly number[] {
  const axes = view.byteLength / 4;
  if ((type !== 5 && type !== 6) || !Number.isInteger(axes) || axes < 2 || axes > MAX_AXES) {
    throw source.fault(
      `an array must have 2 to ${MAX_AXES} axes in 32-bit numbers`,
      `${view.byteLength} bytes of element type ${type}`,
    );
  }
  const shape = Array.from({ length: axes }, (_, i) => view.getInt32(4 * i, source.isLittle));
  if (shape.some((size) => size < 0)) {
    throw source.fault("the size of each axis must be >= 0", shape.join("×"));
  }
  return shape;
}

function readName({ type, view }: MatElement, source: MatSource): string {
  if ((type !== 1 && type !== UTF8) || view.byteLength > MAX_NAME_BYTES) {
    throw source.fault(
      `the name must be text of at most ${MAX_NAME_BYTES} bytes`,
      `${view.byteLength} bytes of element type ${type}`,
    );
  }
  source.spend(view.byteLength);
  return UTF8_DECODER.decode(view);
}

function readNumbers(
  element: MatElement,
  shape: readonly number[],
  numeric: NumericClass,
  source: MatSource,
): MatArray | MatUnsupported {
  const read = storedNumbers(element, shape, source);
  source.spend(product(shape) * numeric.array.BYTES_PER_ELEMENT);
  const data = new numeric.array(product(shape));
  let isSafe = true;
  forEachStored(shape, (stored, place) => {
    const value = read(stored);
    data[place] = value;
    if (!numeric.isInteger) return;
    if (data[place] !== value || !Number.isInteger(value)) {
      throw source.fault(`each number must fit ${numeric.name}`, value);
    }
    isSafe &&= Number.isSafeInteger(value);
  });
  return isSafe
    ? { kind: "numeric", shape, data }
    : { kind: "unsupported", className: `${numeric.name} numbers beyond 2^53` };
}

function readText(element: MatElement, shape: readonly number[], source: MatSource): MatText {
  const count = product(shape);
  source.spend(count * CHARACTER_BYTES);
  const characters = element.type === UTF8
    ? utf8Characters(element.view, count, source)
    : codedCharacters(element, shape, source);
  const placed = new Array<string>(count);
  forEachStored(shape, (stored, place) => {
    placed[place] = characters[stored]!;
  });
  const length = shape.at(-1)!;
  const rows = Array.from(
    { length: count === 0 ? 0 : count / length },
    (_, row) => placed.slice(row * length, (row + 1) * length).join(""),
  );
  return { kind: "text", shape, rows };
}

function utf8Characters(view: DataView, count: number, source: MatSource): readonly string[] {
  // MATLAB counts units of UTF-16, SciPy characters, each at most 4 bytes: longer text is not even decoded.
  if (view.byteLength <= 4 * count) {
    const text = UTF8_DECODER.decode(view);
    const characters = text.length === count ? text.split("") : [...text];
    if (characters.length === count) return characters;
  }
  throw source.fault(
    `text must have the ${count} characters of its shape`,
    `${view.byteLength} bytes of UTF-8`,
  );
}

function codedCharacters(
  element: MatElement,
  shape: readonly number[],
  source: MatSource,
): readonly string[] {
  const read = storedNumbers(element, shape, source);
  return Array.from({ length: product(shape) }, (_, i) => {
    const code = read(i);
    if (Number.isInteger(code) && code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
    throw source.fault("the code of a character must be from 0 to 1114111", code);
  });
}

function readCells(
  parts: MatElements,
  shape: readonly number[],
  source: MatSource,
  depth: number,
): MatCell {
  const count = product(shape);
  if (depth >= MAX_CELL_DEPTH) {
    throw source.fault(`the depth of nested cells must be at most ${MAX_CELL_DEPTH}`, "more");
  }
  // An empty cell is a tag of 8 bytes.
  if (8 * count > parts.left) {
    throw source.fault(`${count} cells must have at least 8 bytes each`, `${parts.left} bytes`);
  }
  source.spend(8 * count);
  const cells = new Array<MatValue>(count);
  forEachStored(shape, (_, place) => {
    cells[place] = readMatrix(parts.next(), source, depth + 1).value;
  });
  return { kind: "cell", shape, cells };
}
