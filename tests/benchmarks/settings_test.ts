import { assertEquals, assertThrows } from "@std/assert";
import type { TierDefinition } from "../../benchmarks/definition.ts";
import type { AnyBenchmark } from "../../benchmarks/registry.ts";
import { resolveSettings } from "../../benchmarks/settings.ts";
import { benchmarks } from "./toy_definition.ts";

function withTier(quick: Partial<TierDefinition>): AnyBenchmark {
  const toy = benchmarks.toy!;
  return {
    ...toy,
    models: {
      big: {
        title: "Big",
        defaults: { epochs: 100, rate: 0.1, name: "a" },
        overrides: { rate: 0.2 },
      },
      still: { title: "Still", defaults: { name: "b" } },
    },
    tiers: { ...toy.tiers, quick: { seeds: 1, settings: {}, ...quick } },
    createTrainer: (context) => toy.createTrainer(context),
    loadData: (options) => toy.loadData(options),
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
  assertEquals(resolveSettings(withTier({ settings: { epochs: 5 } }), "quick", "still"), {
    name: "b",
  });
});

const mistakes: readonly (readonly [string, Partial<TierDefinition>, string])[] = [
  ["no model has a tier's setting", { settings: { epoch: 5 } }, 'current value is "epoch"'],
  ["a setting changes its type", { settings: { epochs: "5" } }, "must be a number"],
  ["a tier names an unknown model", { models: { huge: {} } }, "must be one of big, still"],
  ["a model's override is unknown", { models: { big: { width: 1 } } }, 'current value is "width"'],
];
for (const [when, tier, message] of mistakes) {
  Deno.test(`resolveSettings() throws when ${when}`, () => {
    assertThrows(() => resolveSettings(withTier(tier), "quick", "big"), TypeError, message);
  });
}

Deno.test("resolveSettings() throws when the model is unknown", () => {
  assertThrows(() => resolveSettings(withTier({}), "quick", "huge"), TypeError, "big, still");
});
