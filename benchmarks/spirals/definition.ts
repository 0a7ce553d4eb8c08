/**
 * Spirals seen at irregular times with noise: a latent ODE against a recurrent network (Chen et al. 2018, table 2).
 *
 * @module
 */
import type { SplitCounts } from "../../data/mod.ts";
import { makeSpirals, POINT_INTERVAL, type Spirals } from "../../data/spirals/spirals.ts";
import { recurrentLatentOde, recurrentNetwork } from "../../models/recurrent/method.ts";
import { lastFrame, observedMean } from "../../models/reference/method.ts";
import { polynomial } from "../../models/reference/polynomial.ts";
import { forGroups } from "../../models/training/each.ts";
import type { SequenceModel } from "../../models/training/sequences.ts";
import type { BenchmarkDefinition, ModelEntry, Settings } from "../definition.ts";
import type { Tier } from "../record/record.ts";
import { nearestWindow } from "./ceiling.ts";
import { evaluate, HEADLINE, watchSpirals } from "./evaluate.ts";

type Row = ModelEntry<Spirals, readonly SequenceModel[]>;

/** A row that learns nothing. */
const trivial = (title: string, method: Row["method"], overrides: Settings = {}): Row => ({
  ...{ title, method, overrides, trivial: true, deterministic: true },
  expectedSeconds: { smoke: 2, quick: 6, paper: 5 },
});

/** Rows for observations with noise of a known deviation, as in the released code. */
const rows = (observationDeviation: number): Readonly<Record<string, Row>> => ({
  "rnn": {
    title: "RNN",
    method: forGroups(recurrentNetwork),
    overrides: { observationDeviation },
    expectedSeconds: { smoke: 3, quick: 40, paper: 200 },
  },
  "latent-ode": {
    title: "Latent ODE",
    method: forGroups(recurrentLatentOde),
    overrides: { observationDeviation, frameInterval: POINT_INTERVAL },
    expectedSeconds: { smoke: 6, quick: 150, paper: 1100 },
  },
  "last-observation": trivial("Last observation", forGroups(lastFrame)),
  "linear": trivial("Line through the last 10 observations", forGroups(polynomial), {
    lastFrames: 10,
  }),
  "quadratic": trivial("Parabola through the last 20 observations", forGroups(polynomial), {
    ...{ degree: 2, lastFrames: 20 },
  }),
  "mean": trivial("Mean of all observations", forGroups(observedMean)),
  "nearest-window": {
    ...trivial("Most likely spiral of the generator", nearestWindow),
    bound: true,
    expectedSeconds: { smoke: 2, quick: 12, paper: 20 },
  },
});

const COUNTS: Readonly<Partial<Record<Tier, Required<SplitCounts>>>> = {
  smoke: { train: 20, validation: 5, test: 20 },
  quick: { train: 300, validation: 100, test: 300 },
};

function define(name: string, title: string, noise: number): BenchmarkDefinition<
  Spirals,
  readonly SequenceModel[]
> {
  return {
    ...{ name, title, version: 1, headline: { metric: HEADLINE, direction: "lower" } },
    fasterOnCpu: true,
    models: rows(noise),
    tiers: {
      smoke: { seeds: 1, settings: { epochs: 2, stepsPerEpoch: 2, testEvery: 1 } },
      // A quarter of the steps on a third of the spirals.
      quick: { seeds: 3, settings: { epochs: 25 } },
      // Eight seeds, so that the exact test of three claims, one for each number of observations, can reach 5 %.
      paper: { seeds: 8, settings: {} },
    },
    async loadData({ tier }) {
      const counts = COUNTS[tier];
      const data = await makeSpirals({ noise, ...(counts === undefined ? {} : { counts }) });
      const { options, sha256 } = data;
      return {
        sha256,
        origin: `spirals by the suite's generator, seed ${options.seed}, noise ${noise}, ` +
          `${options.counts.train} to train and ${options.counts.test} to test`,
        data,
      };
    },
    watch: ({ data }) => watchSpirals(data),
    evaluate: (trained, { data }) => evaluate(trained, data),
  };
}

/** The released code's noise. */
export const spirals: BenchmarkDefinition<Spirals, readonly SequenceModel[]> = define(
  "spirals",
  "Spirals at irregular times",
  0.3,
);

/** The noise by default of the released code's generator, a third of what its script sets. */
export const spiralsLowNoise: BenchmarkDefinition<Spirals, readonly SequenceModel[]> = define(
  "spirals_low_noise",
  "Spirals at irregular times, less noise",
  0.1,
);
