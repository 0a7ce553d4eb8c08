/** Writes MAT v5 files for tests, in either byte order. */
import { deflateSync } from "node:zlib";

/** Codes of element types. */
const TYPES = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  float32: 7,
  reserved: 8,
  float64: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const;

/** Codes of classes. */
const CLASSES = {
  cell: 1,
  struct: 2,
  object: 3,
  char: 4,
  sparse: 5,
  double: 6,
  single: 7,
  int8: 8,
  uint8: 9,
  int16: 10,
  uint16: 11,
  int32: 12,
  uint32: 13,
  int64: 14,
  uint64: 15,
  handle: 16,
  opaque: 17,
  unknown: 18,
} as const;

/** Bytes of a number. */
const SIZES = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  utf16: 2,
  int32: 4,
  uint32: 4,
  utf32: 4,
  float32: 4,
  float64: 8,
  int64: 8,
  uint64: 8,
} as const;

/** Element types. */
export type TypeName = keyof typeof TYPES;
/** Element types that hold numbers. */
export type NumberType = keyof typeof SIZES;
/** Classes of arrays. */
export type ClassName = keyof typeof CLASSES;

/** The bit of logical arrays. */
export const LOGICAL = 0x0200;

/** Writes elements in one byte order. */
export class MatWriter {
  readonly #isLittle: boolean;

  constructor(isLittle = true) {
    this.#isLittle = isLittle;
  }

  /** A file with the given header and content. */
  file(content: readonly Uint8Array[], text = "MATLAB 5.0", version = 0x0100): Uint8Array {
    const end = [...this.numbers("uint16", [version, 0x4d49])];
    return concat([new TextEncoder().encode(text.padEnd(124)), Uint8Array.from(end), ...content]);
  }

  /** An element with its tag and padding, small where its content is. */
  element(type: TypeName, content: Uint8Array): Uint8Array {
    const { length } = content;
    const isSmall = length > 0 && length <= 4;
    const tag = isSmall ? [length * 65536 + TYPES[type]] : [TYPES[type], length];
    const padding = isSmall ? 4 - length : type === "compressed" ? 0 : (8 - length % 8) % 8;
    return concat([this.numbers("uint32", tag), content, new Uint8Array(padding)]);
  }

  /** An element in zlib form. */
  compressed(element: Uint8Array): Uint8Array {
    return this.element("compressed", Uint8Array.from(deflateSync(element)));
  }

  /** An array of any class; `parts` are the elements after its name. */
  matrix(
    className: ClassName,
    shape: readonly number[],
    name: string,
    parts: readonly Uint8Array[],
    flags = 0,
  ): Uint8Array {
    const head = [
      this.flags(className, flags),
      this.element("int32", this.numbers("int32", shape)),
      this.name(name),
    ];
    return this.element("matrix", concat([...head, ...parts]));
  }

  /** The element that an array begins with. */
  flags(className: ClassName, flags = 0): Uint8Array {
    return this.element("uint32", this.numbers("uint32", [CLASSES[className] | flags, 0]));
  }

  /** The element of an array's name. */
  name(name: string): Uint8Array {
    return this.element("int8", new TextEncoder().encode(name));
  }

  /** An array of numbers that are given row-major and stored column-major as elements of `type`. */
  array(
    className: ClassName,
    type: NumberType,
    shape: readonly number[],
    name: string,
    values: readonly number[],
    flags = 0,
  ): Uint8Array {
    const part = this.element(type, this.numbers(type, columnMajor(shape, values)));
    return this.matrix(className, shape, name, [part], flags);
  }

  /** Numbers as they lie in a file. */
  numbers(type: NumberType, values: readonly number[]): Uint8Array {
    const size = SIZES[type];
    const view = new DataView(new ArrayBuffer(size * values.length));
    values.forEach((value, i) => {
      const at = size * i;
      if (type === "float32") view.setFloat32(at, value, this.#isLittle);
      else if (type === "float64") view.setFloat64(at, value, this.#isLittle);
      else if (size === 8) view.setBigInt64(at, BigInt(value), this.#isLittle);
      else if (size === 4) view.setInt32(at, value, this.#isLittle);
      else if (size === 2) view.setInt16(at, value, this.#isLittle);
      else view.setInt8(at, value);
    });
    return new Uint8Array(view.buffer);
  }
}

/** Row-major values in the order of MAT files; by division, unlike the reader. */
export function columnMajor<T>(shape: readonly number[], values: readonly T[]): T[] {
  return values.map((_, stored) => {
    let rest = stored;
    let place = 0;
    let stride = values.length;
    for (const size of shape) {
      stride /= size;
      place += (rest % size) * stride;
      rest = Math.floor(rest / size);
    }
    return values[place]!;
  });
}

/** Bytes one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
