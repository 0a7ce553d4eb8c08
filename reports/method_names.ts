/**
 * How reports call a model: the name that the paper prints, or plain words for the suite's own references.
 *
 * @module
 */
import { publishedTable } from "./published/registry.ts";

const OWN_NAMES: Readonly<Record<string, string>> = Object.freeze({
  "mean-image": "Mean image",
  "nearest-angle": "Nearest observed angle",
  "linear-interpolation": "Linear interpolation",
});

/** Models that learn nothing: the scale that every error is read against. */
export function isTrivialReference(model: string): boolean {
  return Object.hasOwn(OWN_NAMES, model);
}

/**
 * Display name of a model.
 *
 * @param benchmark Registry name of the benchmark whose paper may name it.
 * @param model Registry name, e.g. `ode2vae-kl`.
 */
export function methodName(benchmark: string, model: string): string {
  const row = publishedTable(benchmark)?.rows.find((candidate) => candidate.model === model);
  return row?.method ?? (isTrivialReference(model) ? OWN_NAMES[model]! : model);
}
