/**
 * How reports call a model: the name that the paper prints, or the title that the benchmark's definition has for it.
 *
 * @module
 */
import type { ModelEntry } from "../benchmarks/definition.ts";
import { benchmarks } from "../benchmarks/registry.ts";
import { publishedTable } from "./published/registry.ts";
import type { RecordGroup } from "../benchmarks/record/read_records.ts";

function modelEntry(benchmark: string, model: string): ModelEntry<unknown, unknown> | undefined {
  const models = Object.hasOwn(benchmarks, benchmark) ? benchmarks[benchmark]!.models : {};
  return Object.hasOwn(models, model) ? models[model] : undefined;
}

/** Models that learn nothing, and so have nothing to set: the scale that every error is read against. */
export function isTrivialReference(benchmark: string, model: string): boolean {
  const entry = modelEntry(benchmark, model);
  return entry !== undefined && entry.trivial === true;
}

/**
 * Display name of a model.
 *
 * @param benchmark Registry name of the benchmark whose paper may name it.
 * @param model Registry name, e.g. `ode2vae-kl`.
 */
export function methodName(benchmark: string, model: string): string {
  const row = publishedTable(benchmark)?.rows.find((candidate) => candidate.model === model);
  return row?.method ?? modelEntry(benchmark, model)?.title ?? model;
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
