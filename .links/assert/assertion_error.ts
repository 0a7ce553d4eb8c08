/** Thrown when an assertion fails; same name and constructor as in `@std/assert`. */
export class AssertionError extends Error {
  /** Constructs the error from its message and, optionally, its cause. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}
