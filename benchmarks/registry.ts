/**
 * The benchmarks by name.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import type { SelectBackend } from "./runner/backend_choice.ts";
import type { BenchmarkDefinition } from "./definition.ts";
import { messageOf, unknownName, UsageError } from "./errors.ts";
import { asName, refuse } from "./record/_validate.ts";
import { definitionsPath } from "./record/fingerprint.ts";
import { adjoint } from "./adjoint/definition.ts";
import { bouncingBallsAblation } from "./bouncing_balls/ablations.ts";
import { bouncingBalls } from "./bouncing_balls/definition.ts";
import { cnf } from "./cnf/definition.ts";
import { mocapMany, mocapMany200, mocapSingle } from "./mocap/definition.ts";
import { odenetMnist } from "./odenet/definition.ts";
import { rmnistAblationGppvae, rmnistAblationOde2vae } from "./rmnist/ablations.ts";
import { rmnist, rmnistNewDigits, rmnistT10k } from "./rmnist/definition.ts";
import { spirals, spiralsLowNoise } from "./spirals/definition.ts";

/** A benchmark whose data and trained models only it can use. */
export type AnyBenchmark = BenchmarkDefinition<unknown, unknown>;

/** A benchmark for a registry: it takes back only the data that it loaded and the models that its methods trained. */
export function anyBenchmark<Data, Trained>(
  definition: BenchmarkDefinition<Data, Trained>,
): AnyBenchmark {
  return definition as unknown as AnyBenchmark;
}

/** Benchmarks by registry name. */
export const benchmarks: Readonly<Record<string, AnyBenchmark>> = {
  rmnist: anyBenchmark(rmnist),
  rmnist_new_digits: anyBenchmark(rmnistNewDigits),
  rmnist_ablation_ode2vae: anyBenchmark(rmnistAblationOde2vae),
  rmnist_ablation_gppvae: anyBenchmark(rmnistAblationGppvae),
  rmnist_t10k: anyBenchmark(rmnistT10k),
  mocap_many: anyBenchmark(mocapMany),
  mocap_many_200: anyBenchmark(mocapMany200),
  mocap_single: anyBenchmark(mocapSingle),
  bouncing_balls: anyBenchmark(bouncingBalls),
  bouncing_balls_ablation: anyBenchmark(bouncingBallsAblation),
  spirals: anyBenchmark(spirals),
  spirals_low_noise: anyBenchmark(spiralsLowNoise),
  odenet: anyBenchmark(odenetMnist),
  cnf: anyBenchmark(cnf),
  adjoint: anyBenchmark(adjoint),
};

/** What a run draws on. */
export interface Registry {
  /** Benchmarks by registry name. */
  readonly benchmarks: Readonly<Record<string, AnyBenchmark>>;
  /** Stands in for the suite's own choice of backend; absent in production. */
  readonly selectBackend?: SelectBackend;
}

/** Pages of a report's site that are no benchmark's; no benchmark may have one of these names, in capitals neither. */
export const PAGE_NAMES: readonly string[] = ["index", "curves", "history", "methods", "speed"];

/**
 * Checks names.
 *
 * @throws {SyntaxError} where one cannot be part of a file's name, a benchmark's is not its key or that of another page,
 * or two differ in nothing but upper and lower case, which some file systems do not tell apart
 */
export function checkNames(registry: Pick<Registry, "benchmarks">): void {
  checkDistinct(Object.keys(registry.benchmarks), "a benchmark");
  for (const [key, { name, models }] of Object.entries(registry.benchmarks)) {
    if (key !== name) refuse(`the name of benchmark "${key}"`, "its key in the registry", name);
    asName(name, "a benchmark's name");
    if (PAGE_NAMES.includes(name.toLowerCase())) {
      refuse("a benchmark's name", `none of the site's pages ${PAGE_NAMES.join(", ")}`, name);
    }
    checkDistinct(Object.keys(models), `a model of ${name}`);
    for (const model of Object.keys(models)) asName(model, `the name of a model of ${name}`);
  }
}

function checkDistinct(names: readonly string[], whose: string): void {
  names.forEach((name, i) => {
    const other = names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
    if (other === i) return;
    refuse(`the name of ${whose}`, `other than "${names[other]}" in more than case`, name);
  });
}

/**
 * The registry, or the one that the module named by the environment variable ODE2VAE_DEFINITIONS exports: tests run the
 * command line and its processes on definitions of their own. Such a module may export `reports` too: published numbers
 * and page words by benchmark (reports/catalogue.ts).
 *
 * @throws {UsageError} when the module cannot be loaded
 */
export async function loadRegistry(): Promise<Registry> {
  const path = definitionsPath();
  if (path === undefined) return { benchmarks };
  try {
    // Not analysable on purpose: the module is known only at run time.
    const module: Registry = await import(pathToFileURL(resolve(path)).href);
    checkNames(module);
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
  throw unknownName("run benchmark", name, Object.keys(registry.benchmarks));
}
