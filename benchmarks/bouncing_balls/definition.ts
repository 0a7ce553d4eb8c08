/**
 * Bouncing balls: three discs in a box, whose next ten frames are predicted from three. A figure of the paper.
 *
 * @module
 */
import type { BouncingBalls } from "../../data/bouncing_balls/bouncing_balls.ts";
import type { SplitCounts } from "../../data/mod.ts";
import { ddpae } from "../../models/ddpae/method.ts";
import { dtsbn } from "../../models/dtsbn/method.ts";
import { latentOde } from "../../models/latent_ode/method.ts";
import { ode2vae } from "../../models/ode2vae/method.ts";
import { BOUNCING_BALLS_SETTINGS } from "../../models/ode2vae/settings.ts";
import { lastFrame, meanImage } from "../../models/reference/method.ts";
import type { Method } from "../../models/training/method.ts";
import type { SequenceModel } from "../../models/training/sequences.ts";
import type { BenchmarkDefinition, ModelEntry, Settings } from "../definition.ts";
import type { Tier } from "../record/record.ts";
import { noisySimulator } from "./ceiling.ts";
import { ASKED, evaluate, GIVEN, watchBalls } from "./evaluate.ts";

/** A row of the table. */
interface Row extends ModelEntry<BouncingBalls, SequenceModel> {
  /** What each tier changes; the paper's tier is the row as it is. */
  readonly tiers: Readonly<Partial<Record<Tier, Settings>>>;
}

const { latentDimensions, fieldHidden, fieldActivation, velocityFrames, klWeight, optimisation } =
  BOUNCING_BALLS_SETTINGS;

/** What the released code has for these data, for all models of latent paths. */
const PATHS: Settings = {
  ...{ fieldHidden, fieldActivation, encoderFilters: 16, decoderFilters: 32 },
  ...{ batchSize: optimisation.batchSize, learningRate: optimisation.learningRate },
};

/** What makes minutes of the paper's days: a coarser solver, fewer epochs of fewer sequences. */
const PATHS_QUICK: Settings = {
  epochs: 8,
  stepsPerFrame: 1, // RK4 of step 0.1 rather than 0.02
  learningRate: 2e-3, // fewer steps, each of them longer
  growth: false, // the sub-sequences would not reach the asked frames
  validationEvery: 2,
  testEvery: 4,
  posteriorSamples: 5,
};

const PATHS_TIERS: Row["tiers"] = {
  // Seconds: shows that everything runs, not what the model can do.
  smoke: { ...PATHS_QUICK, epochs: 2, validationEvery: 1, testEvery: 1, posteriorSamples: 2 },
  quick: PATHS_QUICK,
  // A night on two cores: full length from epoch 32 of 60 on.
  reduced: { epochs: 60, stepsPerFrame: 1, validationEvery: 2, testEvery: 10 },
};

/** Fewer and smaller minibatches than DDPAE's code has, each step longer. */
const DDPAE_QUICK: Settings = {
  batchSize: 50,
  epochs: 60,
  learningRate: 2e-3,
  validationEvery: 5,
  testEvery: 20,
  posteriorSamples: 2,
};

/** A row of a model of latent paths. */
function paths(title: string, method: typeof ode2vae, overrides: Settings): Row {
  return {
    ...{ title, method, tiers: PATHS_TIERS },
    overrides: { ...PATHS, ...overrides },
    expectedSeconds: { smoke: 6, quick: 150, reduced: 4000, paper: 350_000 },
  };
}

const ODE2VAE: Settings = {
  ...{ latentDimensions, velocityFrames, klWeight },
  initialLogDensity: "released-code", // it made the published numbers
};

/** A row that learns nothing. */
const trivial = (title: string, method: Method<BouncingBalls, SequenceModel>): Row => ({
  ...{ title, method, trivial: true, deterministic: true, tiers: {} },
  expectedSeconds: { smoke: 2, quick: 5, reduced: 10, paper: 60 },
});

const ROWS: Readonly<Record<string, Row>> = {
  "dtsbn-s": {
    title: "DTSBN-S",
    method: dtsbn,
    overrides: { observation: "bernoulli", order: 2 }, // as the released code has for these data
    tiers: {
      smoke: { epochs: 2, stepsPerEpoch: 5, testEvery: 1, posteriorSamples: 2 },
      quick: { epochs: 4, stepsPerEpoch: 250, testEvery: 2, posteriorSamples: 5 },
      reduced: { epochs: 80, posteriorSamples: 20 }, // 40,000 of 100,000 steps
    },
    expectedSeconds: { smoke: 4, quick: 50, reduced: 2000, paper: 5500 },
  },
  "ddpae": {
    title: "DDPAE",
    method: ddpae,
    // One component a ball, as the released code has; windows of training ask what the test asks.
    overrides: { components: 3, contextFrames: GIVEN, predictedFrames: ASKED },
    tiers: {
      smoke: { ...DDPAE_QUICK, batchSize: 10, epochs: 2, validationEvery: 1, testEvery: 1 },
      quick: DDPAE_QUICK,
      // 16,000 of 200,000 steps, each of half as many sequences.
      reduced: { batchSize: 50, epochs: 400, validationEvery: 20, testEvery: 50 },
    },
    expectedSeconds: { smoke: 6, quick: 150, reduced: 4000, paper: 75_000 },
  },
  "neural-ode": paths("NeuralODE", latentOde, {
    // As many dimensions as position and velocity have together.
    ...{ latentDimensions: 2 * latentDimensions, encoderFrames: velocityFrames },
  }),
  "ode2vae": paths("ODE²VAE", ode2vae, ODE2VAE),
  "ode2vae-kl": paths("ODE²VAE-KL", ode2vae, { ...ODE2VAE, klEncoder: true }),
  "mean-image": trivial("Mean image", meanImage),
  "last-frame": trivial("Last frame", lastFrame),
  "noisy-simulator": trivial("Simulator from the true state plus noise", noisySimulator),
};

const COUNTS: Readonly<Record<Tier, Required<SplitCounts>>> = {
  smoke: { train: 20, validation: 5, test: 5 },
  quick: { train: 500, validation: 50, test: 100 },
  // A prediction of 500 sequences at once takes 4 GB.
  reduced: { train: 2000, validation: 100, test: 200 },
  paper: { train: 10_000, validation: 500, test: 500 },
};

const tier = (name: Tier, seeds: number) => ({
  seeds,
  settings: {},
  models: Object.fromEntries(
    Object.entries(ROWS).map(([model, { tiers }]) => [model, tiers[name] ?? {}]),
  ),
});

/** Error of each of ten steps, and their mean. */
export const bouncingBalls: BenchmarkDefinition<BouncingBalls, SequenceModel> = {
  name: "bouncing_balls",
  version: 1,
  title: "Bouncing balls",
  headline: { metric: "testMse", direction: "lower" },
  models: ROWS,
  tiers: {
    smoke: tier("smoke", 1),
    quick: tier("quick", 3),
    reduced: tier("reduced", 5),
    paper: tier("paper", 5),
  },
  async loadData({ tier }) {
    const { makeBouncingBalls } = await import("../../data/mod.ts");
    const data = await makeBouncingBalls({ counts: COUNTS[tier] });
    const { counts, balls, seed } = data.options;
    return {
      sha256: data.sha256,
      origin: `${balls} balls by the suite's generator, seed ${seed}, ` +
        `${counts.train} sequences to train and ${counts.test} to test`,
      data,
    };
  },
  watch: ({ data }) => watchBalls(data),
  evaluate: (trained, { data }) => evaluate(trained, data),
};
