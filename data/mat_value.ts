/**
 * What variables of MAT-files hold.
 *
 * @module
 */

/** Numbers in the type that their class has; int64 and uint64 are float64, as long as that is exact. */
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
  /** What it is. */
  readonly kind: "numeric";
  /** Sizes of the axes, e.g. (16, 300, 50): at least two, and without last ones of size 1, which MATLAB drops. */
  readonly shape: readonly number[];
  /** Elements, row-major: the last axis is the fastest, though in the file the first one is. */
  readonly data: MatData;
}

/** An array of characters. */
export interface MatText {
  /** What it is. */
  readonly kind: "text";
  /** Sizes of the axes, at least two; a line of n characters has (1, n). */
  readonly shape: readonly number[];
  /** A string for each row of the last axis, with MATLAB's padding of spaces; none where the array is empty. */
  readonly rows: readonly string[];
}

/** An array of any values. */
export interface MatCell {
  /** What it is. */
  readonly kind: "cell";
  /** Sizes of the axes, at least two. */
  readonly shape: readonly number[];
  /** Values, row-major. */
  readonly cells: readonly MatValue[];
}

/** A value that this reader passes over. */
export interface MatUnsupported {
  /** What it is. */
  readonly kind: "unsupported";
  /** Its class for messages, e.g. "a sparse array". */
  readonly className: string;
}

/** A variable's value. */
export type MatValue = MatArray | MatText | MatCell | MatUnsupported;
