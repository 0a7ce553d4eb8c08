/**
 * The elements that MAT v5 files are made of: a tag of type and size, then the content, at any depth.
 *
 * @module
 */
import { inflateSync } from "node:zlib";
import type { MatSource } from "./_mat_source.ts";

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
