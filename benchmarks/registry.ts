/**
 * The benchmarks by name.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import type { SelectBackend } from "./runner/backend_choice.ts";
import type { BenchmarkDefinition } from "./definition.ts";
import { messageOf, UsageError } from "./errors.ts";
import { rmnistAblationGppvae, rmnistAblationOde2vae } from "./rmnist/ablations.ts";
import { rmnist, rmnistNewDigits, rmnistT10k } from "./rmnist/definition.ts";

/** A benchmark whose data only it knows. */
export type AnyBenchmark = BenchmarkDefinition<unknown>;

/** Benchmarks by registry name. */
export const benchmarks: Readonly<Record<string, AnyBenchmark>> = {
  // A definition takes back only the data that it loaded itself.
  rmnist: rmnist as AnyBenchmark,
  rmnist_new_digits: rmnistNewDigits as AnyBenchmark,
  rmnist_ablation_ode2vae: rmnistAblationOde2vae as AnyBenchmark,
  rmnist_ablation_gppvae: rmnistAblationGppvae as AnyBenchmark,
  rmnist_t10k: rmnistT10k as AnyBenchmark,
};

/** What a run draws on. */
export interface Registry {
  /** Benchmarks by registry name. */
  readonly benchmarks: Readonly<Record<string, AnyBenchmark>>;
  /** Stands in for the suite's own choice of backend; absent in production. */
  readonly selectBackend?: SelectBackend;
}

/**
 * The registry, or the one that the module named by the environment variable ODE2VAE_DEFINITIONS exports: tests run the
 * command line and its processes on definitions of their own. Such a module may export `reports` too: published numbers
 * and page words by benchmark (reports/catalogue.ts).
 *
 * @throws {UsageError} when the module cannot be loaded
 */
export async function loadRegistry(): Promise<Registry> {
  const path = Deno.env.get("ODE2VAE_DEFINITIONS");
  if (path === undefined || path === "") return { benchmarks };
  try {
    // Not analysable on purpose: the module is known only at run time.
    const module: Registry = await import(pathToFileURL(resolve(path)).href);
    return module;
  } catch (error) {
    throw new UsageError(`Cannot load ODE2VAE_DEFINITIONS=${path}: ${messageOf(error)}`);
  }
}

/**
 * A benchmark by name.
 *
 * @throws {UsageError} when there is no such benchmark; lists the valid names
 */
export function findBenchmark(registry: Registry, name: string): AnyBenchmark {
  const definition = Object.hasOwn(registry.benchmarks, name)
    ? registry.benchmarks[name]
    : undefined;
  if (definition !== undefined) return definition;
  throw new UsageError(
    `Cannot run benchmark "${name}": it must be one of ${
      Object.keys(registry.benchmarks).join(", ")
    }`,
  );
}
