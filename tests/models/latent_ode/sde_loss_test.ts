import * as tf from "@tensorflow/tfjs-core";
import { loss, parameterSpecs } from "../../../models/latent_ode/sde_model.ts";
import type { LatentSdeSettings } from "../../../models/latent_ode/sde_settings.ts";
import { assertTorch, batch, COMMON, initialNoise, pattern, SDE_RESULTS } from "./_torch_case.ts";

for (const result of SDE_RESULTS) {
  const { variance, klWeight, ...model } = result.settings;
  const settings = {
    ...COMMON,
    ...model,
    observation: { kind: "vector", dimensions: 3, hidden: 4, variance },
  } as unknown as LatentSdeSettings;
  Deno.test(`loss() of a latent SDE has PyTorch's terms and gradients when drifts have ${settings.fieldLayers} layers`, () => {
    const d = settings.latentDimensions;
    const noise = { initial: initialNoise(d), path: pattern([6, 2, d], 0.5, 2.3, 1.3) };
    assertTorch(
      result,
      parameterSpecs(settings),
      (params) => loss(params, batch, noise, tf.scalar(klWeight), settings),
    );
  });
}
