/**
 * The elements that MAT v5 files consist of (a tag with type and size, then the content, at any depth) and their numbers.
 *
 * @module
 */
import { inflateSync } from "node:zlib";
import { DataError, firstLine } from "./files.ts";

/** A file while it is read: its name in messages, and the memory that its content may still take. */
export class MatSource {
  /** Name in messages. */
  readonly path: string;
  /** Whether the low byte of a number comes first. */
  readonly isLittle: boolean;
  /** The part that is being read, for messages. */
  part = "its header";
  readonly #maxBytes: number;
  #spent = 0;

  /** Constructs it with nothing read yet. */
  constructor(path: string, isLittle: boolean, maxBytes: number) {
    this.path = path;
    this.isLittle = isLittle;
    this.#maxBytes = maxBytes;
  }

  /** Bytes of memory that the content may still take. */
  get left(): number {
    return this.#maxBytes - this.#spent;
  }

  /** Counts memory before it is allocated. @throws DataError (corrupt) when the limit is exceeded */
  spend(bytes: number): void {
    if (bytes > this.left) throw this.tooLarge();
    this.#spent += bytes;
  }

  /** The error of a file that takes too much memory. */
  tooLarge(): DataError {
    return new DataError(
      "corrupt",
      `Cannot read ${this.path} as MAT v5: its content must take at most ${this.#maxBytes} bytes ` +
        `of memory, is more, at ${this.part}`,
    );
  }

  /** The error of a part that violates a constraint. */
  fault(constraint: string, value: string | number): DataError {
    return new DataError(
      "corrupt",
      `Cannot read ${this.path} as MAT v5: in ${this.part}, ${constraint}, is ${value}`,
    );
  }
}

/** Element type of an array. */
export const MATRIX = 14;
/** Element type of a compressed (zlib) element. */
export const COMPRESSED = 15;
/** Element type of text in UTF-8. */
export const UTF8 = 16;

/** An element. */
export interface MatElement {
  /** Its type, in the codes of MAT v5. */
  readonly type: number;
  /** Its content, without tag and padding. */
  readonly view: DataView;
}

/** Reads elements one after the other. */
export class MatElements {
  readonly #view: DataView;
  readonly #source: MatSource;
  #at: number;

  /** Starts at byte `at` of `view`. */
  constructor(view: DataView, source: MatSource, at = 0) {
    this.#view = view;
    this.#source = source;
    this.#at = at;
  }

  /** Byte at which the next element begins. */
  get at(): number {
    return this.#at;
  }

  /** Number of bytes that are left. */
  get left(): number {
    return Math.max(0, this.#view.byteLength - this.#at);
  }

  /** The next element. @throws DataError (corrupt) if it is incomplete */
  next(): MatElement {
    const { isLittle } = this.#source;
    if (this.left < 8) throw this.#source.fault("the next tag must have 8 bytes", this.left);
    const word = this.#view.getUint32(this.#at, isLittle);
    // A small element has its size in the upper half of the word and its content in the second word.
    const smallSize = word >>> 16;
    const isSmall = smallSize !== 0;
    const type = isSmall ? word & 0xffff : word;
    const size = isSmall ? smallSize : this.#view.getUint32(this.#at + 4, isLittle);
    const room = isSmall ? 4 : this.left - 8;
    if (size > room) {
      throw this.#source.fault(`the content of an element must have ${size} bytes`, room);
    }
    const start = this.#view.byteOffset + this.#at + (isSmall ? 4 : 8);
    // Content is padded to 8 bytes, unless it is compressed.
    this.#at += isSmall ? 8 : 8 + (type === COMPRESSED ? size : 8 * Math.ceil(size / 8));
    return { type, view: new DataView(this.#view.buffer, start, size) };
  }

  /** Checks that no element follows. @throws DataError (corrupt) if there are bytes left */
  end(of: string): void {
    if (this.left > 0) {
      throw this.#source.fault(`the rest after ${of} must be empty`, `${this.left} bytes`);
    }
  }
}

/**
 * The single element in a compressed element.
 *
 * @throws DataError (corrupt) if the zlib data is damaged, contains anything else or takes too much memory
 */
export function inflated(element: MatElement, source: MatSource): MatElement {
  const { buffer, byteOffset, byteLength } = element.view;
  let content: Uint8Array;
  try {
    content = inflateSync(new Uint8Array(buffer, byteOffset, byteLength), {
      maxOutputLength: Math.max(1, source.left),
    });
  } catch (error) {
    if (error instanceof RangeError) throw source.tooLarge();
    throw source.fault("the zlib data must be complete", firstLine(error));
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const elements = new MatElements(view, source);
  const inner = elements.next();
  elements.end("the compressed array");
  return inner;
}

/** How a number is stored in a file. */
interface StoredNumber {
  /** Its size. */
  readonly bytes: number;
  /** Reads the number at a byte of `view`; numbers of 64 bits may be rounded. */
  readonly read: (view: DataView, at: number, isLittle: boolean) => number;
}

/** Numbers by element type. Codes of characters are numbers as well, except UTF-8's. */
const STORED: Readonly<Partial<Record<number, StoredNumber>>> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  4: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  5: { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  6: { bytes: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) },
  7: { bytes: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  9: { bytes: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
  12: { bytes: 8, read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) },
  13: { bytes: 8, read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)) },
  17: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  18: { bytes: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) },
};

/**
 * Reads the i-th stored number of an element whose array has a shape.
 *
 * @throws DataError (corrupt) if the type is unknown, or the number of elements is not the shape's
 */
export function storedNumbers(
  { type, view }: MatElement,
  shape: readonly number[],
  source: MatSource,
): (i: number) => number {
  const stored = STORED[type];
  if (stored === undefined) throw source.fault("the element type must be known", type);
  const needed = product(shape) * stored.bytes;
  if (view.byteLength !== needed) {
    throw source.fault(
      `shape ${shape.join("×")} must have ${needed} bytes of element type ${type}`,
      view.byteLength,
    );
  }
  return (i) => stored.read(view, i * stored.bytes, source.isLittle);
}

/**
 * Visits the elements of an array in the order of MAT files, the first axis fastest.
 *
 * @param visit receives an element's index in the file and its index in row-major order
 */
export function forEachStored(
  shape: readonly number[],
  visit: (stored: number, place: number) => void,
): void {
  const count = product(shape);
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const index = shape.map(() => 0);
  let place = 0;
  for (let stored = 0; stored < count; stored++) {
    visit(stored, place);
    for (let axis = 0; axis < shape.length; axis++) {
      place += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      place -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}

/** Number of elements of a shape. */
export function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
