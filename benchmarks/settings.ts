/**
 * A cell's settings: the method's defaults ⊕ the benchmark's overrides ⊕ the tier's overrides.
 *
 * @module
 */
import { mapValues } from "../models/backend/tensors.ts";
import { didYouMean } from "../models/training/names.ts";
import { defaultSettings, parseSettings, type Settings } from "../models/training/settings.ts";
import type { BenchmarkDefinition, TierDefinition, TieredRow } from "./definition.ts";
import { UsageError } from "./errors.ts";
import type { Tier } from "./record/record.ts";

/**
 * A tier of a benchmark.
 *
 * @throws {UsageError} when the benchmark has no such tier; lists those that it has
 */
export function tierOf(
  { name, tiers }: Pick<BenchmarkDefinition<unknown, unknown>, "name" | "tiers">,
  tier: Tier,
): TierDefinition {
  const found = tiers[tier];
  if (found !== undefined) return found;
  throw new UsageError(
    `Cannot run tier ${tier} of ${name}: it must be one of ${Object.keys(tiers).join(", ")}`,
  );
}

/** Tiers of rows that say themselves what each changes. @param seeds number of seeds, of each tier that there is */
export function tiersOfRows(
  rows: Readonly<Record<string, Pick<TieredRow<never, never>, "tiers">>>,
  seeds: Readonly<Partial<Record<Tier, number>>>,
): Partial<Record<Tier, TierDefinition>> {
  return mapValues(seeds, (seeds, tier) => ({
    seeds,
    settings: {},
    models: mapValues(rows, ({ tiers }) => tiers[tier as Tier] ?? {}),
  }));
}

/**
 * The settings of one model at one tier.
 *
 * @throws {TypeError} when the tier names a model or a setting that does not exist
 * @throws {RangeError} when a setting is not one of the method's, or its value breaks the rule
 */
export function resolveSettings(
  definition: BenchmarkDefinition<unknown, unknown>,
  tier: Tier,
  model: string,
): Settings {
  const entry = definition.models[model];
  if (entry === undefined) {
    throw new TypeError(
      `Cannot resolve settings: the model must be one of ${
        Object.keys(definition.models).join(", ")
      }, is "${model}"`,
    );
  }
  const { settings: shared, models = {} } = tierOf(definition, tier);
  const names = Object.values(definition.models)
    .flatMap(({ method }) => Object.keys(method.settings));
  const unused = Object.keys(shared).find((key) => !names.includes(key));
  if (unused !== undefined) {
    throw new TypeError(
      `Cannot override a setting in tier ${tier} of ${definition.name}: some model must have it, ` +
        `none has "${unused}"${didYouMean(unused, names)}`,
    );
  }
  const rows = Object.keys(definition.models);
  const unknown = Object.keys(models).find((name) => !rows.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot override settings in tier ${tier} of ${definition.name}: the model must be one of ` +
        `${rows.join(", ")}, is "${unknown}"${didYouMean(unknown, rows)}`,
    );
  }
  const table = entry.method.settings;
  // A tier's shared settings (epochs, …) concern only the models that have them.
  const applicable = Object.entries(shared).filter(([key]) => Object.hasOwn(table, key));
  const settings = {
    ...defaultSettings(table),
    ...entry.overrides,
    ...Object.fromEntries(applicable),
    ...models[model],
  };
  const what = `${model} of ${definition.name}`;
  parseSettings(what, table, settings);
  const [name, value] =
    Object.entries(settings).find(([, value]) =>
      typeof value === "number" && !Number.isFinite(value)
    ) ?? [];
  // A record could not hold it.
  if (name !== undefined) {
    throw new RangeError(`Cannot train ${what}: setting ${name} must be finite, is ${value}`);
  }
  return settings;
}
