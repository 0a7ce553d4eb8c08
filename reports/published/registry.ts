/**
 * Published tables by benchmark.
 *
 * @module
 */
import { MOCAP_MANY, MOCAP_SINGLE } from "./mocap.ts";
import type { PublishedTable } from "./published_cell.ts";
import {
  ROTATING_MNIST,
  ROTATING_MNIST_NEW_DIGITS,
  ROTATING_MNIST_T10K,
} from "./rotating_mnist.ts";

/** Every published table, by the registry name of its benchmark. */
export const PUBLISHED_TABLES: Readonly<Record<string, PublishedTable>> = Object.freeze({
  rmnist: ROTATING_MNIST,
  rmnist_t10k: ROTATING_MNIST_T10K,
  rmnist_new_digits: ROTATING_MNIST_NEW_DIGITS,
  mocap_single: MOCAP_SINGLE,
  mocap_many: MOCAP_MANY,
});

/** The published table of a benchmark; undefined for a benchmark that no paper has a table of. */
export function publishedTable(benchmark: string): PublishedTable | undefined {
  return Object.hasOwn(PUBLISHED_TABLES, benchmark) ? PUBLISHED_TABLES[benchmark] : undefined;
}
