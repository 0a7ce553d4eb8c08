/**
 * The elements that MAT v5 files are made of: a tag of type and size, then the content, at any depth.
 *
 * @module
 */
import { DataError } from "./files.ts";
import { inflateSync } from "node:zlib";

/** A file while it is read: what its messages say, and how much memory it may still take. */
export class MatSource {
  /** What messages call it. */
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

  /** How many more bytes of memory its content may take. */
  get left(): number {
    return this.#maxBytes - this.#spent;
  }

  /**
   * Takes memory before it is allocated.
   *
   * @throws DataError (corrupt) where the file may not take so much
   */
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

  /** The error of a part that is not as it must be. */
  fault(constraint: string, value: string | number): DataError {
    return new DataError(
      "corrupt",
      `Cannot read ${this.path} as MAT v5: in ${this.part}, ${constraint}, is ${value}`,
    );
  }
}

/** `text` in quotes for a message, in one line of moderate length. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Element type of an array. */
export const MATRIX = 14;
/** Element type of an element in zlib form. */
export const COMPRESSED = 15;
/** Element type of text in UTF-8. */
export const UTF8 = 16;

/** An element. */
export interface MatElement {
  /** What it holds, in the codes of MAT v5. */
  readonly type: number;
  /** Its content, without tag and padding. */
  readonly view: DataView;
}

/** Goes through elements that lie one after the other. */
export class MatElements {
  readonly #view: DataView;
  readonly #source: MatSource;
  #at: number;

  /** Constructs it at byte `at` of `view`. */
  constructor(view: DataView, source: MatSource, at = 0) {
    this.#view = view;
    this.#source = source;
    this.#at = at;
  }

  /** Byte at which the next element begins. */
  get at(): number {
    return this.#at;
  }

  /** Whether there is no further element. */
  get isDone(): boolean {
    return this.#at >= this.#view.byteLength;
  }

  /** The bytes that are left. */
  get left(): number {
    return Math.max(0, this.#view.byteLength - this.#at);
  }

  /**
   * The next element.
   *
   * @throws DataError (corrupt) where it is not there in full
   */
  next(): MatElement {
    const { isLittle } = this.#source;
    if (this.left < 8) {
      throw this.#source.fault("the next element must have a tag of 8 bytes", this.left);
    }
    const word = this.#view.getUint32(this.#at, isLittle);
    // A small element has its size in the upper half of the word and its content in the second word.
    const smallSize = word >>> 16;
    const isSmall = smallSize !== 0;
    const type = isSmall ? word & 0xffff : word;
    const size = isSmall ? smallSize : this.#view.getUint32(this.#at + 4, isLittle);
    const room = isSmall ? 4 : this.left - 8;
    if (size > room) {
      throw this.#source.fault(`an element must have its ${size} bytes of content`, room);
    }
    const start = this.#view.byteOffset + this.#at + (isSmall ? 4 : 8);
    // Content is padded to 8 bytes, except where it is compressed.
    this.#at += isSmall ? 8 : 8 + (type === COMPRESSED ? size : 8 * Math.ceil(size / 8));
    return { type, view: new DataView(this.#view.buffer, start, size) };
  }
}

/**
 * The one element that a compressed element holds.
 *
 * @throws DataError (corrupt) where the zlib data is damaged, holds anything else or takes too much memory
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
    const reason = error instanceof Error ? error.message : String(error);
    throw source.fault("the zlib data must be complete", reason);
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const elements = new MatElements(view, source);
  const inner = elements.next();
  if (!elements.isDone) {
    throw source.fault("nothing may follow the compressed array", `${elements.left} bytes`);
  }
  return inner;
}

/** How a number lies in a file. */
export interface StoredNumber {
  /** Its size. */
  readonly bytes: number;
  /** Gives the number at a byte of `view`; those of 64 bits may be rounded. */
  readonly read: (view: DataView, at: number, isLittle: boolean) => number;
}

/** Numbers by element type. The codes of text count as numbers, without UTF-8's. */
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

/** How the numbers of an array are stored, once it is sure that there are as many as its shape says. */
export function storedNumber(
  type: number,
  view: DataView,
  shape: readonly number[],
  source: MatSource,
): StoredNumber {
  const stored = STORED[type];
  if (stored === undefined) throw source.fault("elements must be of a known type", type);
  const needed = product(shape) * stored.bytes;
  if (view.byteLength !== needed) {
    throw source.fault(
      `shape ${shape.join("×")} must have ${needed} bytes of element type ${type}`,
      view.byteLength,
    );
  }
  return stored;
}

/**
 * Visits the elements of an array in the order of MAT files, the first axis fastest.
 *
 * @param shape Sizes of the axes.
 * @param visit Is given an element's place in the file and its place in row-major order.
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

/** How many elements an array of this shape has. */
export function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
