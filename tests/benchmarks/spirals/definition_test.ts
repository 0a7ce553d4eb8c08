/** What the rows of spirals are. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { spirals, spiralsLowNoise } from "../../../benchmarks/spirals/definition.ts";
import { anyBenchmark } from "../../../benchmarks/registry.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";

Deno.test("the rows of spirals have the released code's settings at the paper tier", () => {
  const settings = resolveSettings(anyBenchmark(spirals), "paper", "latent-ode");
  const { epochs, stepsPerEpoch, ...rest } = settings;
  assertEquals(Number(epochs) * Number(stepsPerEpoch), 2000);
  assertEquals(rest, {
    ...{ recurrentHidden: 25, observationDeviation: 0.3, learningRate: 0.01, testEvery: 10 },
    ...{ latentDimensions: 4, fieldHidden: 20, fieldLayers: 2, fieldActivation: "elu" },
    ...{ decoderHidden: 20, method: "rk4", frameInterval: 6 * Math.PI / 499, framesPerStep: 3 },
  });
  const rnn = resolveSettings(anyBenchmark(spirals), "paper", "rnn");
  for (const [name, value] of Object.entries(rnn)) assertEquals(value, settings[name], name);
});

Deno.test("the likelihood of both benchmarks has the deviation of their noise, and they have the same spirals", async () => {
  const loaded = [];
  for (const [benchmark, noise] of [[spirals, 0.3], [spiralsLowNoise, 0.1]] as const) {
    const { data, sha256, standIn } = await benchmark.loadData({ tier: "smoke", log: () => {} });
    assertEquals([data.options.noise, standIn], [noise, undefined]);
    for (const model of ["rnn", "latent-ode"]) {
      const { observationDeviation } = resolveSettings(anyBenchmark(benchmark), "quick", model);
      assertEquals(observationDeviation, noise);
    }
    loaded.push({ sha256, windows: data.testWindows });
  }
  assertEquals(loaded[0]!.windows, loaded[1]!.windows);
  assertNotEquals(loaded[0]!.sha256, loaded[1]!.sha256);
});

Deno.test("every row of spirals has settings in every tier", () => {
  for (const tier of ["smoke", "quick", "paper"] as const) {
    for (const model of Object.keys(spirals.models)) {
      resolveSettings(anyBenchmark(spirals), tier, model);
    }
  }
});
