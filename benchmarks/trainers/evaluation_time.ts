/**
 * Seconds of evaluations inside of training.
 *
 * @module
 */

/** Counts the seconds of what it runs, without those that compilations take meanwhile. */
export class EvaluationTime {
  readonly #compilationSeconds: () => number;
  /** Seconds so far. */
  seconds = 0;

  /** @param compilationSeconds Seconds that compilations have taken so far, which are counted elsewhere. */
  constructor(compilationSeconds: () => number) {
    this.#compilationSeconds = compilationSeconds;
  }

  /** What f gives. */
  async measure<T>(f: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const compiled = this.#compilationSeconds();
    const result = await f();
    this.seconds += (performance.now() - start) / 1000 - (this.#compilationSeconds() - compiled);
    return result;
  }
}
