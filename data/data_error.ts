/** What kind of trouble a {@link DataError} reports: callers decide by it, users read the message. */
export type DataErrorCode = "missing" | "corrupt" | "unreachable" | "unwritable";

/** Data that could not be had, read or kept. The message is one line: what failed, the constraint, the value. */
export class DataError extends Error {
  /** Name in messages and stack traces. */
  override name = "DataError";
  /** The kind of trouble. */
  readonly code: DataErrorCode;
  /** Constructs the error from its kind and its one-line message. */
  constructor(code: DataErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
