/**
 * The real rotating-MNIST definition with more epochs in its smoke tier, so that it can be interrupted in its middle and
 * its sub-sequences grow on the way, and so that each stage of GPPVAE has several. Processes find this module by ODE2VAE_DEFINITIONS.
 *
 * @module
 */
import type { Settings } from "../../../benchmarks/definition.ts";
import { type AnyBenchmark, benchmarks as own } from "../../../benchmarks/registry.ts";

const rmnist = own.rmnist!;
const smoke = rmnist.tiers.smoke!;

const LONGER: Settings = {
  ...{ epochs: 10, posteriorSamples: 1 },
  ...{ vaeEpochs: 3, processEpochs: 3, processSteps: 2 },
};

/** The settings of a model in the smoke tier, with the longer ones that it has. */
function longer(model: string): Settings {
  const { settings } = rmnist.models[model]!.method;
  const own = Object.entries(LONGER).filter(([name]) => Object.hasOwn(settings, name));
  return {
    ...smoke.models?.[model],
    ...Object.fromEntries(own),
    ...(model === "gppvae-joint" ? { jointEpochs: 4 } : {}),
  };
}

/** What ODE2VAE_DEFINITIONS replaces. */
export const benchmarks: Record<string, AnyBenchmark> = {
  rmnist: {
    ...rmnist,
    tiers: {
      ...rmnist.tiers,
      smoke: {
        ...smoke,
        models: Object.fromEntries(
          Object.keys(rmnist.models).map((model) => [model, longer(model)]),
        ),
      },
    },
  },
};
