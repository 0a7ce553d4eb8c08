/**
 * A cell's settings: the model's defaults ⊕ the benchmark's overrides ⊕ the tier's overrides.
 *
 * @module
 */
import type { BenchmarkDefinition, Settings, TierDefinition } from "./definition.ts";
import { UsageError } from "./errors.ts";
import type { Tier } from "./record/record.ts";

/**
 * A tier of a benchmark.
 *
 * @throws {UsageError} when the benchmark has no such tier; lists those that it has
 */
export function tierOf(
  { name, tiers }: Pick<BenchmarkDefinition<unknown>, "name" | "tiers">,
  tier: Tier,
): TierDefinition {
  const found = tiers[tier];
  if (found !== undefined) return found;
  throw new UsageError(
    `Cannot run tier ${tier} of ${name}: it must be one of ${Object.keys(tiers).join(", ")}`,
  );
}

/**
 * The settings of one model at one tier.
 *
 * @throws {TypeError} when an override names a setting that does not exist or changes its type
 */
export function resolveSettings(
  definition: BenchmarkDefinition<unknown>,
  tier: Tier,
  model: string,
): Settings {
  const entry = definition.models[model];
  if (entry === undefined) {
    throw new TypeError(
      `Cannot resolve settings: the model must be one of ${
        Object.keys(definition.models).join(", ")
      }: current value is "${model}"`,
    );
  }
  const { settings: shared, models } = tierOf(definition, tier);
  for (const key of Object.keys(shared)) {
    if (!Object.values(definition.models).some(({ defaults }) => Object.hasOwn(defaults, key))) {
      throw new TypeError(
        `Cannot override a setting in tier ${tier} of ${definition.name}: some model must have it: current value is "${key}"`,
      );
    }
  }
  for (const name of Object.keys(models ?? {})) {
    if (!Object.hasOwn(definition.models, name)) {
      throw new TypeError(
        `Cannot override settings in tier ${tier} of ${definition.name}: the model must be one of ${
          Object.keys(definition.models).join(", ")
        }: current value is "${name}"`,
      );
    }
  }
  // A tier's shared settings (epochs, …) concern only the models that have them.
  const applicable = Object.fromEntries(
    Object.entries(shared).filter(([key]) => Object.hasOwn(entry.defaults, key)),
  );
  return [entry.overrides ?? {}, applicable, models?.[model] ?? {}].reduce<Settings>(
    (settings, overrides) => override(settings, overrides, `${definition.name}/${model}`),
    entry.defaults,
  );
}

function override(settings: Settings, overrides: Settings, where: string): Settings {
  for (const [key, value] of Object.entries(overrides)) {
    const former = settings[key];
    if (former === undefined) {
      throw new TypeError(
        `Cannot override a setting of ${where}: it must be one of ${
          Object.keys(settings).join(", ")
        }: current value is "${key}"`,
      );
    }
    if (typeof former !== typeof value) {
      throw new TypeError(
        `Cannot override setting "${key}" of ${where}: it must be a ${typeof former}: current value is ${value}`,
      );
    }
  }
  return { ...settings, ...overrides };
}
