/**
 * The real rotating-MNIST definition with more epochs in its smoke tier, so that it can be interrupted in its middle and
 * its sub-sequences grow on the way, and so that each stage of GPPVAE has several. Processes find this module by ODE2VAE_DEFINITIONS.
 *
 * @module
 */
import { type AnyBenchmark, benchmarks as own } from "../../../benchmarks/registry.ts";

const rmnist = own.rmnist!;
const smoke = rmnist.tiers.smoke!;

/** What ODE2VAE_DEFINITIONS replaces. */
export const benchmarks: Record<string, AnyBenchmark> = {
  rmnist: {
    ...rmnist,
    tiers: {
      ...rmnist.tiers,
      smoke: {
        ...smoke,
        settings: {
          ...smoke.settings,
          ...{ epochs: 14, posteriorSamples: 1 },
          ...{ vaeEpochs: 3, processEpochs: 3, processSteps: 2 },
        },
        models: { "gppvae-joint": { jointEpochs: 4 } },
      },
    },
  },
};
