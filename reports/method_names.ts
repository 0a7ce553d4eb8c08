/**
 * How reports call a model: the name that the paper prints, or plain words for the suite's own references.
 *
 * @module
 */
import { publishedTable } from "./published/registry.ts";
import type { RecordGroup } from "./records.ts";

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

/** Order of the models of a group, which fixes their colours on all charts. */
export function modelOrder(group: RecordGroup): readonly string[] {
  const table = publishedTable(group.benchmark)?.rows.map((row) => row.model) ?? [];
  const present = [...new Set(group.records.map(({ record }) => record.cell.model))];
  // The last rows of a paper's table are its own methods: they come first.
  const rank = (model: string) => -1 - table.indexOf(model);
  return present.toSorted((a, b) => {
    const known = Number(table.includes(b)) - Number(table.includes(a));
    return known || (table.includes(a) ? rank(a) - rank(b) : a < b ? -1 : 1);
  });
}
