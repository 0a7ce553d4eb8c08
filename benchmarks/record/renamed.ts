/**
 * Benchmarks that had another name when results of them were written.
 *
 * @module
 */

/** By former name and version: what the same definition is called now. */
export const RENAMED: Readonly<Record<string, string>> = Object.freeze({
  // Version 2 of rmnist is another data set; the former one went on under a name of its own.
  "rmnist v1": "rmnist_t10k",
});
