import { assertEquals, assertThrows } from "@std/assert";
import type { BenchmarkDefinition, TierDefinition } from "../../benchmarks/definition.ts";
import { UsageError } from "../../benchmarks/errors.ts";
import { resolveSettings, tierOf } from "../../benchmarks/settings.ts";
import type { Method } from "../../models/training/method.ts";
import { choice, count, number, type SettingsTable } from "../../models/training/settings.ts";

const letter = choice(["a", "b"], "a", "a letter");

function method(settings: SettingsTable): Method<unknown, unknown> {
  return { name: "family", settings, start: () => Promise.reject(new Error("not trained here")) };
}

/** A benchmark of two models, the second without epochs. */
function withTier(quick: Partial<TierDefinition>): BenchmarkDefinition<unknown, unknown> {
  return {
    name: "toy",
    version: 1,
    title: "Toy",
    headline: { metric: "error", direction: "lower" },
    models: {
      big: {
        title: "Big",
        method: method({
          epochs: count(100, "epochs"),
          rate: number(0.1, "rate"),
          name: letter,
        }),
        overrides: { rate: 0.2 },
      },
      still: { title: "Still", method: method({ name: letter }), overrides: { name: "b" } },
    },
    tiers: {
      smoke: { seeds: 1, settings: {} },
      quick: { seeds: 1, settings: {}, ...quick },
    },
    loadData: () => Promise.reject(new Error("no data here")),
    evaluate: () => Promise.reject(new Error("no metrics here")),
  };
}

Deno.test("resolveSettings() applies defaults, benchmark, tier and model in this order", () => {
  const definition = withTier({
    settings: { epochs: 5, rate: 0.3 },
    models: { big: { rate: 0.4 } },
  });
  assertEquals(resolveSettings(definition, "quick", "big"), { epochs: 5, rate: 0.4, name: "a" });
  assertEquals(resolveSettings(definition, "smoke", "big"), { epochs: 100, rate: 0.2, name: "a" });
});

Deno.test("resolveSettings() leaves a tier's setting out when the model does not have it", () => {
  const settings = resolveSettings(withTier({ settings: { epochs: 5 } }), "quick", "still");
  assertEquals(settings, { name: "b" });
});

const mistakes: readonly (readonly [string, Partial<TierDefinition>, string])[] = [
  [
    "no model has a tier's setting",
    { settings: { epoch: 5 } },
    'none has "epoch" (did you mean epochs?)',
  ],
  [
    "a tier names an unknown model",
    { models: { bug: {} } },
    'of big, still, is "bug" (did you mean big?)',
  ],
];
for (const [when, tier, message] of mistakes) {
  Deno.test(`resolveSettings() throws when ${when}`, () => {
    assertThrows(() => resolveSettings(withTier(tier), "quick", "big"), TypeError, message);
  });
}

const outOfRange: readonly (readonly [string, Partial<TierDefinition>, string])[] = [
  [
    "a setting changes its type",
    { settings: { epochs: "5" } },
    "setting epochs must be a positive integer, is 5",
  ],
  [
    "a setting breaks its rule",
    { models: { big: { name: "c" } } },
    "setting name must be one of a, b, is c",
  ],
  [
    "a setting is not finite, which a record could not hold",
    { models: { big: { rate: NaN } } },
    "setting rate must be finite, is NaN",
  ],
  [
    "a model's override is mistyped",
    { models: { big: { rates: 1 } } },
    'its settings are epochs, rate, name, "rates" is not one of them (did you mean rate?)',
  ],
  [
    "a model's override is unknown",
    { models: { big: { width: 1 } } },
    'its settings are epochs, rate, name, "width" is not one of them',
  ],
];
for (const [when, tier, message] of outOfRange) {
  Deno.test(`resolveSettings() throws when ${when}`, () => {
    const resolve = () => resolveSettings(withTier(tier), "quick", "big");
    const error = assertThrows(resolve, RangeError);
    assertEquals(error.message, `Cannot train big of toy: ${message}`);
  });
}

Deno.test("resolveSettings() throws when the model is unknown", () => {
  assertThrows(() => resolveSettings(withTier({}), "quick", "huge"), TypeError, "big, still");
});

Deno.test("tierOf() throws and lists the tiers when the benchmark has no such one", () => {
  assertEquals(tierOf(withTier({}), "smoke"), { seeds: 1, settings: {} });
  assertThrows(() => tierOf(withTier({}), "paper"), UsageError, "must be one of smoke, quick");
});
