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
import { recurrentVae } from "../../models/recurrent_vae/method.ts";
import { lastFrame, meanImage } from "../../models/reference/method.ts";
import type { Method } from "../../models/training/method.ts";
import type { SequenceModel } from "../../models/training/sequences.ts";
import type { BenchmarkDefinition, Settings, TieredRow } from "../definition.ts";
import type { Tier } from "../record/record.ts";
import { tiersOfRows } from "../settings.ts";
import { noisySimulator } from "./ceiling.ts";
import { ASKED, evaluate, GIVEN, inParts, watchBalls } from "./evaluate.ts";

/** A row of the table. */
export type Row = TieredRow<BouncingBalls, SequenceModel>;

const { latentDimensions, fieldHidden, fieldActivation, velocityFrames, klWeight, optimisation } =
  BOUNCING_BALLS_SETTINGS;

/** What the released code has for these data, for all models of latent paths. */
const PATHS: Settings = {
  ...{ encoderFilters: 16, decoderFilters: 32 },
  ...{ batchSize: optimisation.batchSize, learningRate: optimisation.learningRate },
};

/** What makes minutes of the paper's days: fewer epochs of fewer sequences. */
const PATHS_QUICK: Settings = {
  epochs: 8,
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
  reduced: { epochs: 60, validationEvery: 2, testEvery: 10 },
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
  // What a step costs beside ODE²VAE's: γ's term encodes every window of frames, no transition matters.
  const share = overrides.klEncoder ? 1.3 : 1;
  return {
    ...{ title, method, tiers: PATHS_TIERS },
    overrides: { ...PATHS, ...overrides },
    expectedSeconds: {
      smoke: 6,
      quick: 230 * share,
      reduced: 4000 * share,
      paper: 350_000 * share,
    },
  };
}

/** One Runge–Kutta step of 0.1 a frame, of the paper's five of 0.02. */
const COARSE: Settings = { stepsPerFrame: 1 };

/** A row whose paths a solver integrates. */
export function solved(title: string, method: typeof ode2vae, overrides: Settings): Row {
  const row = paths(title, method, { fieldHidden, fieldActivation, ...overrides });
  const { smoke, quick, reduced } = row.tiers;
  return {
    ...row,
    tiers: {
      smoke: { ...smoke, ...COARSE },
      quick: { ...quick, ...COARSE },
      reduced: { ...reduced, ...COARSE },
    },
  };
}

/** A state of as many dimensions as ODE²VAE's position and velocity together, encoded from as many frames. */
const ONE_STATE: Settings = {
  latentDimensions: 2 * latentDimensions,
  encoderFrames: velocityFrames,
};

/** ODE²VAE's differences from the defaults. */
export const ODE2VAE: Settings = {
  ...{ latentDimensions, velocityFrames, klWeight },
  initialLogDensity: "released-code", // it made the published numbers
};

/** A row that learns nothing. */
const trivial = (title: string, method: Method<BouncingBalls, SequenceModel>): Row => ({
  ...{ title, method, trivial: true, deterministic: true, tiers: {} },
  expectedSeconds: { smoke: 2, quick: 5, reduced: 10, paper: 60 },
});

/** What learns nothing, for every table. */
export const REFERENCES: Readonly<Record<string, Row>> = {
  "mean-image": trivial("Mean image", meanImage),
  "last-frame": trivial("Last frame", lastFrame),
  "noisy-simulator": {
    ...trivial("Simulator from the true state plus noise", noisySimulator),
    bound: true,
  },
};

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
  "recurrent-vae": paths("Recurrent VAE", recurrentVae, ONE_STATE),
  "neural-ode": solved("NeuralODE", latentOde, ONE_STATE),
  "ode2vae": solved("ODE²VAE", ode2vae, ODE2VAE),
  "ode2vae-kl": solved("ODE²VAE-KL", ode2vae, { ...ODE2VAE, klEncoder: true }),
  ...REFERENCES,
};

const COUNTS: Readonly<Record<Tier, Required<SplitCounts>>> = {
  smoke: { train: 20, validation: 5, test: 5 },
  quick: { train: 500, validation: 50, test: 100 },
  reduced: { train: 2000, validation: 100, test: 200 },
  paper: { train: 10_000, validation: 500, test: 500 },
};

/** A benchmark of balls: its name, its rows and the seeds of its tiers. */
interface Member {
  readonly name: string;
  readonly title: string;
  readonly rows: Readonly<Record<string, Row>>;
  readonly seeds: Readonly<Partial<Record<Tier, number>>>;
}

/** The definition of a benchmark of balls: the same data and the same errors for all of them. */
export function defineBouncingBalls(
  { rows, seeds, ...member }: Member,
): BenchmarkDefinition<BouncingBalls, SequenceModel> {
  return {
    ...member,
    version: 1,
    headline: { metric: "testMse", direction: "lower" },
    models: rows,
    tiers: tiersOfRows(rows, seeds),
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
    // What learns nothing answers for all at once: the mean image is that of all sequences.
    evaluate: (trained, { data, model }) =>
      evaluate(rows[model]!.trivial ? trained : inParts(trained), data),
  };
}

/** Error of each of ten steps, and their mean. */
export const bouncingBalls: BenchmarkDefinition<BouncingBalls, SequenceModel> = defineBouncingBalls(
  {
    name: "bouncing_balls",
    title: "Bouncing balls",
    rows: ROWS,
    seeds: { smoke: 1, quick: 3, reduced: 5, paper: 5 },
  },
);
