/**
 * Numbers in MAT v5 files: how they are stored, and in which order.
 *
 * @module
 */
import type { MatSource } from "./_mat_source.ts";

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
