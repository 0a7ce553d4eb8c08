/**
 * The arrays of MAT v5 files: flags, shape, name, then what their class holds.
 *
 * @module
 */
import { type MatElement, MatElements, MATRIX, UTF8 } from "./_mat_elements.ts";
import { forEachStored, product, storedNumber } from "./_mat_numbers.ts";
import { type MatSource, quoted } from "./_mat_source.ts";
import type { MatArray, MatCell, MatData, MatText, MatUnsupported, MatValue } from "./mat_value.ts";

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

/** Classes that are passed over, by their code. */
const UNSUPPORTED: Readonly<Partial<Record<number, string>>> = {
  2: "a struct array",
  3: "an object array",
  5: "a sparse array",
  16: "a function handle",
  17: "an opaque object",
};

const CELL = 1;
const CHAR = 4;
/** The class of MATLAB's newer objects, the only one without a shape. */
const OPAQUE = 17;
const COMPLEX_FLAG = 0x0800;

const MAX_AXES = 32;
const MAX_CELL_DEPTH = 64;
const MAX_NAME_BYTES = 2048;
/** What a value counts for besides its elements, so that a file may not have any number of tiny cells. */
const VALUE_BYTES = 512;
/** What a character counts for: each is a string of its own until it is in its row. */
const CHARACTER_BYTES = 64;

/** Keeps a byte-order mark: it counts as a character. */
const UTF8_DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a cell holds that was never set. */
const UNSET: MatArray = { kind: "numeric", shape: [0, 0], data: new Float64Array() };

/**
 * Reads an array.
 *
 * @param element The element that holds it.
 * @param source The file.
 * @param depth How many cell arrays it lies in.
 * @returns its name, empty for what lies in a cell, and its value
 * @throws DataError (corrupt) where it is damaged or takes too much memory
 */
export function readMatrix(
  element: MatElement,
  source: MatSource,
  depth: number,
): { name: string; value: MatValue } {
  if (element.type !== MATRIX) {
    throw source.fault(`an array must be of element type ${MATRIX}`, element.type);
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
  if (!parts.isDone) {
    throw source.fault("nothing may follow the elements of the array", `${parts.left} bytes`);
  }
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
    throw source.fault("no axis may have a negative size", shape.join("×"));
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
  { type, view }: MatElement,
  shape: readonly number[],
  numeric: NumericClass,
  source: MatSource,
): MatArray | MatUnsupported {
  const { bytes, read } = storedNumber(type, view, shape, source);
  source.spend(product(shape) * numeric.array.BYTES_PER_ELEMENT);
  const data = new numeric.array(product(shape));
  let isSafe = true;
  forEachStored(shape, (stored, place) => {
    const value = read(view, stored * bytes, source.isLittle);
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

function readText(
  { type, view }: MatElement,
  shape: readonly number[],
  source: MatSource,
): MatText {
  const count = product(shape);
  source.spend(count * CHARACTER_BYTES);
  const characters = type === UTF8
    ? utf8Characters(view, count, source)
    : codedCharacters(type, view, shape, source);
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
  // MATLAB counts in units of UTF-16, SciPy in characters, of at most 4 bytes: longer text is not even decoded.
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
  type: number,
  view: DataView,
  shape: readonly number[],
  source: MatSource,
): readonly string[] {
  const { bytes, read } = storedNumber(type, view, shape, source);
  return Array.from({ length: product(shape) }, (_, i) => {
    const code = read(view, i * bytes, source.isLittle);
    if (Number.isInteger(code) && code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
    throw source.fault("a character must have a code from 0 to 1114111", code);
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
    throw source.fault(`cells must be nested at most ${MAX_CELL_DEPTH} deep`, "deeper");
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
