/**
 * Published tables by benchmark, and tables without a published number that have a base to compare with.
 *
 * @module
 */
import { MOCAP_MANY, MOCAP_SINGLE } from "./mocap.ts";
import { GPPVAE_ABLATION, ODE2VAE_ABLATION } from "./rotating_mnist_ablations.ts";
import type { PublishedTable } from "./published_cell.ts";
import {
  ROTATING_MNIST,
  ROTATING_MNIST_NEW_DIGITS,
  ROTATING_MNIST_T10K,
} from "./rotating_mnist.ts";

/** Every table, by the registry name of its benchmark. */
export const PUBLISHED_TABLES: Readonly<Record<string, PublishedTable>> = Object.freeze({
  rmnist: ROTATING_MNIST,
  rmnist_t10k: ROTATING_MNIST_T10K,
  rmnist_new_digits: ROTATING_MNIST_NEW_DIGITS,
  mocap_single: MOCAP_SINGLE,
  mocap_many: MOCAP_MANY,
  rmnist_ablation_ode2vae: ODE2VAE_ABLATION,
  rmnist_ablation_gppvae: GPPVAE_ABLATION,
});

/** The table of a benchmark; undefined for a benchmark that has none. */
export function publishedTable(benchmark: string): PublishedTable | undefined {
  return Object.hasOwn(PUBLISHED_TABLES, benchmark) ? PUBLISHED_TABLES[benchmark] : undefined;
}

/** Whether a benchmark's table has any published number. */
export function hasPublishedNumbers(benchmark: string): boolean {
  return publishedTable(benchmark)?.rows.some(({ value }) => value !== undefined) ?? false;
}
