import { latentPath, parameterSpecs } from "../../../models/latent_ode/path.ts";
import { loss } from "../../../models/latent_paths/loss.ts";
import type { LatentOdeSettings } from "../../../models/latent_ode/settings.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertTorch, batch, COMMON, initialNoise, ODE_RESULTS } from "./_torch_case.ts";

for (const result of ODE_RESULTS) {
  const { variance, klWeight, ...model } = result.settings;
  const settings = {
    ...COMMON,
    ...model,
    observation: { kind: "vector", dimensions: 3, hidden: 4, variance },
  } as LatentOdeSettings;
  Deno.test(`loss() of a latent ODE has PyTorch's terms and gradients when the prior is ${settings.initialPrior}`, () => {
    const noise = initialNoise(settings.latentDimensions);
    assertTorch(
      result,
      parameterSpecs(settings),
      (params) =>
        loss(
          ...[params, {}, batch, noise, tf.scalar(klWeight), settings],
          (params, z, horizon) => latentPath(params, z, horizon, settings),
        ),
    );
  });
}
