/**
 * A MAT v5 file while it is read: byte order, messages and the memory that it may take.
 *
 * @module
 */
import { DataError } from "./data_error.ts";

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
        `of memory: current value is more, at ${this.part}`,
    );
  }

  /** The error of a part that is not as it must be. */
  fault(constraint: string, value: string | number): DataError {
    return new DataError(
      "corrupt",
      `Cannot read ${this.path} as MAT v5: in ${this.part}, ${constraint}: current value is ${value}`,
    );
  }
}

/** `text` in quotes for a message, in one line of moderate length. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
