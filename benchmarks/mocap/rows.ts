/**
 * Rows of the tables of motion capture: methods with their differences from the defaults.
 *
 * @module
 */
import { dtsbn } from "../../models/dtsbn/method.ts";
import { gpdm } from "../../models/gpdm/method.ts";
import {
  latentOdeVectors,
  latentSde,
  latentSdeFrameContexts,
} from "../../models/latent_ode/method.ts";
import { npode } from "../../models/npode/method.ts";
import { ode2vaeVectors } from "../../models/ode2vae/method.ts";
import { vgplvm } from "../../models/vgplvm/method.ts";
import { vectorAutoregression } from "../../models/reference/autoregression.ts";
import { lastPeriod, nearestTraining } from "../../models/reference/extrapolation.ts";
import { lastFrame, observedMean, zero } from "../../models/reference/method.ts";
import { principalComponentsFloor } from "../../models/reference/reconstruction.ts";
import { forGroups } from "../../models/training/each.ts";
import type { Method } from "../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../models/training/sequences.ts";
import type { Settings, TieredRow } from "../definition.ts";
import type { Context, Walks } from "./evaluate.ts";

/** A row of a table. */
export interface Row extends TieredRow<Walks, readonly SequenceModel[]> {
  /** Which given frames it is shown in the test. */
  readonly context: Context;
}

/** Rows by registry name. */
export type Rows = Readonly<Record<string, Row>>;

/** A reference that learns nothing. */
const reference = (title: string, method: Method<SequenceData, SequenceModel>): Row => ({
  title,
  method: forGroups(method),
  context: "given",
  trivial: true,
  deterministic: true,
  tiers: {},
  expectedSeconds: { smoke: 2, quick: 4, paper: 3 },
});

/** References of every table. */
export const REFERENCES: Rows = {
  "zero": reference("Zero", zero),
  "last-frame": reference("Last frame", lastFrame),
  "ridge-var": reference("Ridge VAR(2)", vectorAutoregression),
};

/** A floor for whatever decodes a frame from as few numbers as ODE²VAE's position: linear, but shown what is asked. */
export const FLOOR: Rows = {
  "pca-3": {
    ...reference("3 principal components of the answer", principalComponentsFloor),
    context: "all",
    bound: true,
  },
};

/** References of some. */
export const NEAREST_WALK: Rows = {
  "nearest-walk": reference("Nearest training walk", nearestTraining),
};
export const LAST_PERIOD: Rows = { "last-period": reference("Last period", lastPeriod) };
export const OBSERVED_MEAN: Rows = { "observed-mean": reference("Observed mean", observedMean) };

/** What makes seconds of the paper's minutes, for models of latent paths. */
const PATHS_SMOKE: Settings = {
  ...{ epochs: 2, stepsPerFrame: 1, growth: false, windowFrames: 20, batchSize: 1 },
  ...{ testEvery: 1, posteriorSamples: 2 },
};

/** Fewer epochs at a higher rate. */
const PATHS_QUICK: Settings = {
  ...{ epochs: 150, learningRate: 6e-3, growthFrames: 60 },
  ...{ validationEvery: 3, testEvery: 10, posteriorSamples: 10 },
};

/** What rows of models of latent paths have in common. */
const PATHS: Settings = {
  validationLength: "trained", // as the released code selects
  growthFrames: 20, // the released code's every second frame would compile 240 steps
  // RK4 with a step of 0.1. Five steps a frame, as in the released code, take more than twice as long; a pair of rows has
  // them.
  stepsPerFrame: 1,
};

/** A row that learns. @param seconds of a cell of the paper's tier and of the quick one */
function row(
  title: string,
  method: Method<SequenceData, SequenceModel>,
  overrides: Settings,
  tiers: Row["tiers"],
  [paper, quick]: readonly [paper: number, quick: number],
): Row {
  return {
    title,
    method: forGroups(method),
    context: "first",
    overrides,
    tiers,
    expectedSeconds: { smoke: 4, quick, paper },
  };
}

/** What differs between the tables. */
export interface Table {
  /** Walks in a minibatch. */
  readonly batchSize: number;
  /** About how many seconds a cell takes: of ODE²VAE (paper, quick), NeuralODE, the latent SDE, DTSBN-S and npODE. */
  readonly seconds: Readonly<
    Record<"ode2vae" | "neuralOde" | "latentSde" | "dtsbn" | "npode", readonly [number, number]>
  >;
}

/** ODE²VAE and ODE²VAE-KL, with one change. */
function pair(
  { batchSize, seconds }: Table,
  suffix: string,
  words: string,
  change: Settings,
): Rows {
  const ode2vae = (name: string, overrides: Settings) =>
    row(
      `${name}${words}`,
      ode2vaeVectors,
      { ...PATHS, initialLogDensity: "released-code", batchSize, ...change, ...overrides },
      { smoke: PATHS_SMOKE, quick: { ...PATHS_QUICK, stepsPerFrame: 1 } },
      seconds.ode2vae,
    );
  return {
    [`ode2vae${suffix}`]: ode2vae("ODE²VAE", {}),
    [`ode2vae-kl${suffix}`]: ode2vae("ODE²VAE-KL", { klEncoder: true }),
  };
}

/** A row of a Gaussian process model, which sees all that is given of its one walk. */
const processRow = (
  ...[title, method, overrides, tiers, seconds]: Parameters<typeof row>
): Row => ({
  ...row(title, method, overrides, tiers, seconds),
  context: "given",
  seeds: 5,
});

/** VGPLVM with fewer iterations and inducing inputs than its released code, for 37 walks a cell. */
function vgplvmRow(words: string, change: Settings): Row {
  const fewer = { inducingInputs: 50, fixedNoiseIterations: 50, iterations: 250, testEvery: 0 };
  return processRow(`VGPLVM${words}`, vgplvm, { ...fewer, ...change }, {
    smoke: {
      ...{ inducingInputs: 10, fixedNoiseIterations: 2, iterations: 4, contextIterations: 2 },
      posteriorSamples: 2,
    },
    quick: {
      ...{ inducingInputs: 30, fixedNoiseIterations: 20, iterations: 40, contextIterations: 10 },
      posteriorSamples: 10,
    },
  }, [800, 35]);
}

/** The paper's Gaussian processes, of single walks alone. */
export const PROCESS_ROWS: Rows = {
  // 300 iterations of L-BFGS; the released code has 1000 of scaled conjugate gradients, which gain less each.
  "gpdm": processRow("GPDM", gpdm, { epochs: 30, testEvery: 0 }, {
    smoke: { epochs: 2, iterationsPerEpoch: 2, contextIterations: 2 },
    quick: { epochs: 5, contextIterations: 20 },
  }, [400, 20]),
  "vgplvm": vgplvmRow("", {}),
  // What is known of a walk before any is seen: it repeats.
  "vgplvm-periodic": vgplvmRow(" (periodic)", { timeKernel: "periodic" }),
};

/** What is special to models of single walks. */
export const SINGLE_WALKS = {
  npode: { finalIterations: 100 }, // on all that is given of a walk: the validation frames
  dtsbn: { epochs: 12, stepsPerEpoch: 250 }, // about as many a walk as the released code's 100,000 for 31
};

/** The paper's rows, and the pair with a fixed variance. @param special changes of two rows */
export function paperRows(
  table: Table,
  special: Readonly<Partial<Record<"npode" | "dtsbn", Settings>>> = {},
): Rows {
  const { batchSize, seconds } = table;
  const { finalIterations = 0 } = special.npode ?? {};
  const { stepsPerEpoch = dtsbn.settings.stepsPerEpoch!.default } = special.dtsbn ?? {};
  return {
    "dtsbn-s": {
      ...row("DTSBN-S", dtsbn, special.dtsbn ?? {}, {
        smoke: { epochs: 2, stepsPerEpoch: 5, testEvery: 1, posteriorSamples: 2 },
        quick: {
          ...{ epochs: 8, stepsPerEpoch: Number(stepsPerEpoch) / 2 },
          ...{ testEvery: 2, posteriorSamples: 10 },
        },
      }, seconds.dtsbn),
      context: "given", // it infers the states of all of them
      seeds: 5,
    },
    "npode": {
      ...row("npODE", npode, special.npode ?? {}, {
        smoke: { restarts: 1, iterations: 4, growthStages: 2, finalIterations: 0 },
        quick: { restarts: 1, iterations: 100, finalIterations: Number(finalIterations) / 2 },
      }, seconds.npode),
      seeds: 5,
    },
    "neural-ode": row(
      "NeuralODE",
      latentOdeVectors,
      { ...PATHS, batchSize },
      { smoke: PATHS_SMOKE, quick: PATHS_QUICK },
      seconds.neuralOde,
    ),
    ...pair(table, "", "", {}),
    // The decoder's variance lies in [1, e] otherwise.
    ...pair(table, "-unit", " (variance 1)", { variance: "unit" }),
  };
}

/** Windows from random places: the released script has such an argument, which nothing uses. */
export const windowRows = (table: Table, windowFrames: number): Rows =>
  pair(table, "-windows", " (random windows)", { windowFrames });

/** The released code's solver. */
export function fineRows(table: Table): Rows {
  const [paper, quick] = table.seconds.ode2vae;
  const seconds = { ...table.seconds, ode2vae: [2.3 * paper, quick] as const };
  return pair({ ...table, seconds }, "-fine", " (5 solver steps)", { stepsPerFrame: 5 });
}

/** What makes minutes of the paper's tier, for latent SDEs. */
const SDE_QUICK: Settings = {
  ...{ stepsPerFrame: 1, validationEvery: 3, testEvery: 20, posteriorSamples: 10 },
};

/** The latent SDE of later papers; the same by its posterior; and one whose posterior sees more. */
export const latentSdeRows = ({ batchSize, seconds }: Table): Rows => {
  const sde = (
    title: string,
    method: Parameters<typeof row>[1],
    overrides: Settings,
    quickEpochs: number,
  ) =>
    row(title, method, { batchSize, ...overrides }, {
      smoke: { ...PATHS_SMOKE, validationSamples: 2 },
      quick: { ...SDE_QUICK, epochs: quickEpochs },
    }, seconds.latentSde);
  return {
    "latent-sde": sde("Latent SDE", latentSde, { growthFrames: 60 }, 300),
    // Its context is of given frames, so that it can predict as well. The prior fits walks worse after as many epochs.
    "latent-sde-posterior": sde(
      "Latent SDE (posterior's drift)",
      latentSde,
      { growthFrames: 60, predictionDrift: "posterior" },
      300,
    ),
    // A posterior that sees the frames to come follows 300 of them from the first epoch on.
    "latent-sde-contexts": sde(
      "Latent SDE (context of each frame)",
      latentSdeFrameContexts,
      { growth: false },
      150,
    ),
  };
};
