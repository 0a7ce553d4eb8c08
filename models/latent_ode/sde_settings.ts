/**
 * Settings of latent SDEs.
 *
 * @module
 */
import { latentSettings } from "./settings.ts";
import type { LatentFlatSettings, LatentOdeSettings } from "./settings.ts";
import {
  pathSettings,
  type SharedPathSettings,
  SOLVER,
  VECTOR_PATH_SETTINGS,
  type VectorPathSettings,
} from "../latent_paths/settings.ts";
import { choice, count, type TableOf } from "../training/settings.ts";

/** A model with all its settings; those of the field are those of both drifts. */
export interface LatentSdeSettings extends Omit<LatentOdeSettings, "method"> {
  /** c: dimensions of the context that the posterior's drift sees. */
  readonly contextDimensions: number;
  /** Width of the hidden layer of each dimension's diffusion. */
  readonly diffusionHidden: number;
  /** Which drift predictions have. */
  readonly predictionDrift: "prior" | "posterior";
  /**
   * Whether the posterior's drift sees one context, of the first m frames, or at each frame that of the next m, which only
   * training has: predictions then need the prior's drift.
   */
  readonly contexts: "first" | "each";
}

const { method: _, ...path } = pathSettings({
  ...SOLVER,
  optimisation: {
    ...{ batchSize: 16, learningRate: 0.01, epochs: 400 },
    ...{ learningRateDecay: 0.999, learningRateDecaySteps: 1 },
  },
});

const latent = latentSettings({
  latentDimensions: 6,
  fieldHidden: 30,
  encoderFrames: 3,
  fieldLayers: 1,
});

/** Parsed settings. */
export type LatentSdeFlatSettings =
  & LatentFlatSettings
  & Omit<SharedPathSettings, "method">
  & VectorPathSettings
  & Pick<LatentSdeSettings, "contextDimensions" | "diffusionHidden" | "predictionDrift">
  & {
    /** Paths over which a validation averages. */
    readonly validationSamples: number;
  };

/**
 * Settings for vectors. By default those of Li et al. 2020 for walks (Mocap-2) as far as they are known, all sequences in
 * one minibatch, but for three. Sub-sequences grow: without that, 400 steps on validation data end at the mean of all
 * frames. Each dimension has one learned variance: with decoded ones there are their 11,605 parameters. All
 * networks have ODE2VAE's tanh: with softplus, whose drift has no bound, the first paths of 300 frames already overflow.
 */
export const LATENT_SDE_SETTINGS: TableOf<LatentSdeFlatSettings> = {
  ...latent,
  initialPrior: choice(["standard", "learned"], "learned", latent.initialPrior.meaning),
  klAnnealingSteps: { ...latent.klAnnealingSteps, default: 200 },
  clipNorm: { ...latent.clipNorm, default: 0.5 }, // torchsde's maintainers, for these data
  contextDimensions: count(3, "c: dimensions of the context that the posterior's drift sees"),
  diffusionHidden: count(30, "width of the hidden layer of each dimension's diffusion"),
  predictionDrift: choice(
    ["prior", "posterior"],
    "prior",
    "drift of predictions; the posterior's also sees the context",
  ),
  validationSamples: count(10, "paths over which a validation averages"),
  ...path,
  ...VECTOR_PATH_SETTINGS,
  posteriorSamples: { ...path.posteriorSamples, default: 50 },
  variance: choice(
    ["sigmoid", "unit", "learned", "decoded"],
    "learned",
    VECTOR_PATH_SETTINGS.variance.meaning,
  ),
};

const { predictionDrift: _drift, ...frameContexts } = LATENT_SDE_SETTINGS;

/** Settings of one whose posterior has a context of each frame: predictions have the prior's drift. */
export const FRAME_CONTEXT_SETTINGS: TableOf<Omit<LatentSdeFlatSettings, "predictionDrift">> =
  frameContexts;
