/**
 * What the benchmarks on rotating MNIST share: models, tiers, data and scoring. Each of them is a table of rows.
 *
 * @module
 */
import type { LoadOptions, RotatingMnist, SplitCounts } from "../../data/mod.ts";
import { gppvae as gppvaeMethod } from "../../models/gppvae/method.ts";
import { ode2vae as ode2vaeMethod } from "../../models/ode2vae/method.ts";
import { linearInterpolation, meanImage, nearestAngle } from "../../models/reference/method.ts";
import type { Method } from "../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../models/training/sequences.ts";
import type { BenchmarkDefinition, Settings, TieredRow } from "../definition.ts";
import type { Tier } from "../record/record.ts";
import { tiersOfRows } from "../settings.ts";
import { type Context, evaluate, watchUnseen } from "./evaluate.ts";

/** A row of a table. */
export interface Row extends TieredRow<RotatingMnist, SequenceModel> {
  /** What it may see of a digit in the test. */
  readonly context: Context;
}

/** The rows of a table by registry name. */
export type Rows = Readonly<Record<string, Row>>;

/** The trivial references have nothing to set. */
const reference = (method: Method<SequenceData, SequenceModel>): Row => ({
  title: method.name,
  method,
  context: "others",
  trivial: true,
  deterministic: true,
  tiers: {},
  expectedSeconds: { smoke: 2, quick: 3, reduced: 3, paper: 3 },
});

/** Predictions that learn nothing, for every table. */
export const REFERENCES: Rows = {
  "mean-image": reference(meanImage),
  "nearest-angle": reference(nearestAngle),
  "linear-interpolation": reference(linearInterpolation),
};

/** A row of ODE2VAE with its differences from the defaults. */
export function ode2vae(title: string, overrides: Settings): Row {
  return {
    title,
    method: ode2vaeMethod,
    context: "frame-0",
    overrides,
    tiers: ODE2VAE_TIERS,
    expectedSeconds: { smoke: 3, quick: 120, reduced: 500, paper: 2200 },
  };
}

/** A row of GPPVAE with its differences from the defaults. */
export function gppvae(title: string, overrides: Settings): Row {
  // A row's joint stage is shorter in shorter tiers, by the same factor for all of them.
  const joint = Number(overrides.jointEpochs ?? 0) / JOINT_EPOCHS.paper;
  const tiers = Object.entries(GPPVAE_TIERS).map(([tier, settings]) => [
    tier,
    joint === 0
      ? settings
      : { ...settings, jointEpochs: Math.round(joint * JOINT_EPOCHS[tier as Tier]) },
  ]);
  return {
    title,
    method: gppvaeMethod,
    context: "observed",
    overrides,
    tiers: Object.fromEntries(tiers),
    seeds: 5,
    expectedSeconds: { smoke: 4, quick: 35, reduced: 250, paper: 500 },
  };
}

/** What makes minutes of the paper's hours: a coarser solver, fewer epochs and looks at the data. */
const quickOde2vae: Settings = {
  epochs: 60, // a table in minutes; errors still fall
  stepsPerFrame: 1, // RK4 of step 0.1 rather than 0.02: five times cheaper
  learningRate: 2e-3, // fewer steps, each of them longer
  validationEvery: 2,
  testEvery: 5,
  posteriorSamples: 10,
};

/** GPPVAE in a minute: its VAE learns most in its first epochs, and its Gaussian process settles soon. */
const quickGppvae: Settings = {
  vaeEpochs: 8,
  vaeLearningRate: 2e-3, // fewer steps, each of them longer …
  imagesPerBatch: 120, // … and twice as many in an epoch
  processEpochs: 4,
  testEvery: 5,
};

const ODE2VAE_TIERS: Row["tiers"] = {
  // Seconds: shows that everything runs, not what the model can do.
  smoke: {
    ...quickOde2vae,
    epochs: 2,
    batchSize: 30, // four full minibatches of the few sequences
    validationEvery: 1,
    testEvery: 1,
    posteriorSamples: 2,
  },
  quick: quickOde2vae,
  // A table of a dozen rows in a night on two cores: a quarter of the epochs at twice the rate.
  reduced: {
    epochs: 250,
    stepsPerFrame: 1, // the field is smooth: RK4 of step 0.1
    learningRate: 2e-3, // fewer steps, each of them longer
  },
};

const GPPVAE_TIERS: Row["tiers"] = {
  smoke: { ...quickGppvae, testEvery: 1, vaeEpochs: 2, processEpochs: 1, processSteps: 3 },
  quick: quickGppvae,
  reduced: { vaeEpochs: 30, processEpochs: 30 }, // the stages, a third each
  paper: {},
};

/** Epochs of GPPVAE's joint stage by tier, where a row has one. */
const JOINT_EPOCHS: Readonly<Record<Tier, number>> = {
  smoke: 1,
  quick: 4,
  reduced: 30,
  paper: 100,
};

/** Digits of the shortest tier; the others have the paper's 360 and 40. */
const SMOKE_COUNTS: SplitCounts = { train: 120, validation: 20 };

/** One benchmark of the family. */
export interface FamilyMember {
  /** Registry name. */
  readonly name: string;
  /** Raised with each change of protocol. */
  readonly version: number;
  /** Name in reports. */
  readonly title: string;
  /** Rows, in the order of the table. */
  readonly rows: Rows;
  /** Seeds of each tier by default. */
  readonly seeds: Readonly<Record<Tier, number>>;
  /** Which digits: the authors' of MNIST's training images (by default), or t10k's. */
  readonly digits?: LoadOptions["digits"];
  /** Whether further digits are tested instead of the training ones. */
  readonly newDigits?: boolean;
}

/** Where the digits come from, one line for logs, records and pages. */
const ORIGINS: Readonly<Record<RotatingMnist["origin"], string>> = {
  "rot-mnist-3s": "the authors' rot-mnist-3s.mat",
  "mnist-train": "MNIST threes of training images 1000 … 10999, turned by the authors' recipe",
  "mnist-t10k": "MNIST t10k, handwritten threes",
  "procedural": "procedural threes: drawn by a generator, not handwritten (no MNIST was found)",
};

/** Says on every page of such results what they are not. */
const STAND_IN =
  "Not MNIST: these digits were drawn by a generator, used where no MNIST could be had.";

/** The definition of a member. */
export function defineRotatingMnist(
  member: FamilyMember,
): BenchmarkDefinition<RotatingMnist, SequenceModel> {
  const { name, version, title, rows, seeds, newDigits = false } = member;
  const counts = (tier: Tier): SplitCounts => {
    const counts = tier === "smoke" ? SMOKE_COUNTS : { train: 360, validation: 40 };
    return newDigits ? { ...counts, test: counts.train } : counts;
  };
  return {
    name,
    version,
    title,
    headline: { metric: "testMse", direction: "lower" },
    models: rows,
    tiers: tiersOfRows(rows, seeds),
    async loadData({ dataDir, tier, log }) {
      const { loadRotatingMnist } = await import("../../data/mod.ts");
      const data = await loadRotatingMnist({
        log,
        counts: counts(tier),
        ...(member.digits === undefined ? {} : { digits: member.digits }),
        ...(dataDir === undefined ? {} : { dataDir }),
      });
      return {
        sha256: data.sha256,
        origin: ORIGINS[data.origin],
        ...(data.origin === "procedural" ? { standIn: STAND_IN } : {}),
        data,
      };
    },
    watch: ({ data, model }) => watchUnseen({ data, context: rows[model]!.context }),
    evaluate: (trained, { data, model }) =>
      evaluate(trained, { data, context: rows[model]!.context }),
  };
}
