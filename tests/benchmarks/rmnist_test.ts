import { assert, assertEquals } from "@std/assert";
import { tiers } from "../../benchmarks/parse_record.ts";
import { benchmarks, findBenchmark } from "../../benchmarks/registry.ts";
import { rmnist } from "../../benchmarks/rmnist/definition.ts";
import { resolveSettings } from "../../benchmarks/settings.ts";
import { GPPVAE_DEFAULTS, parseGppvaeSettings } from "../../benchmarks/trainers/gppvae_settings.ts";
import {
  ODE2VAE_DEFAULTS,
  parseOde2vaeSettings,
} from "../../benchmarks/trainers/ode2vae_settings.ts";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { buildRotatingMnist } from "../../data/rotating_mnist.ts";
import { isReferenceName } from "../../models/reference/imputations.ts";

const definition = findBenchmark({ benchmarks }, "rmnist");

for (const tier of tiers) {
  Deno.test(`rmnist uses settings that exist and are in range when the tier is ${tier}`, () => {
    for (const model of Object.keys(rmnist.models)) {
      const settings = resolveSettings(definition, tier, model);
      if (isReferenceName(model)) assertEquals(settings, {});
      else if (model.startsWith("gppvae-")) {
        // "dis" is the model whose networks stay frozen, in every tier.
        const { training } = parseGppvaeSettings(settings);
        assertEquals(training.jointEpochs > 0, model === "gppvae-joint");
      } else parseOde2vaeSettings(settings);
    }
  });
}

Deno.test("rmnist is the published protocol at the paper tier, its variants one setting apart", () => {
  assertEquals(resolveSettings(definition, "paper", "ode2vae"), ODE2VAE_DEFAULTS);
  assertEquals(resolveSettings(definition, "paper", "ode2vae-kl"), {
    ...ODE2VAE_DEFAULTS,
    klEncoder: true,
  });
  assertEquals(
    [ODE2VAE_DEFAULTS.epochs, ODE2VAE_DEFAULTS.batchSize, ODE2VAE_DEFAULTS.stepsPerFrame],
    [1000, 60, 5],
  );
  assertEquals(rmnist.tiers.paper.seeds, 5);
  assertEquals(resolveSettings(definition, "paper", "gppvae-dis"), GPPVAE_DEFAULTS);
  assertEquals(resolveSettings(definition, "paper", "gppvae-joint"), {
    ...GPPVAE_DEFAULTS,
    jointEpochs: 100,
  });
});

Deno.test("rmnist makes a trainer of each model, and its references are deterministic", async () => {
  const data = await buildRotatingMnist(proceduralThrees(32), "procedural", {
    train: 30,
    validation: 2,
  });
  for (const [model, entry] of Object.entries(rmnist.models)) {
    const settings = resolveSettings(definition, "smoke", model);
    const trainer = await rmnist.createTrainer({
      model,
      settings,
      seed: 1,
      data,
      backend: "ort-cpu",
      threads: 1,
      log: () => {},
    });
    assertEquals(trainer.settings, settings);
    const epochs = { "gppvae-dis": 3, "gppvae-joint": 4 }[model] ?? 2;
    assertEquals(trainer.epochs, isReferenceName(model) ? 0 : epochs);
    assertEquals(trainer.parameters > 0, !isReferenceName(model));
    assertEquals(entry.deterministic ?? false, isReferenceName(model));
    assert(entry.title.length > 0);
    trainer.dispose();
  }
});
