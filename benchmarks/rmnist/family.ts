/**
 * What the benchmarks on rotating MNIST share: models, tiers, data and trainers. Each of them is a table of rows.
 *
 * @module
 */
import type { LoadOptions, RotatingMnist, SequenceSet, SplitCounts } from "../../data/mod.ts";
import type {
  BenchmarkDefinition,
  ModelEntry,
  Settings,
  TierDefinition,
  TrainerContext,
} from "../definition.ts";
import type { Tier } from "../record/record.ts";
import type { Trainer } from "../trainer.ts";
import { GPPVAE_DEFAULTS } from "../trainers/gppvae_settings.ts";
import { ODE2VAE_DEFAULTS } from "../trainers/ode2vae_settings.ts";
import type { ObservedSequences } from "../trainers/observed_batch.ts";

/** Who trains a row. */
export type RowMethod = "reference" | "gppvae" | "ode2vae";

/** A row of a table: a model entry and who trains it. */
export interface Row extends ModelEntry {
  readonly method: RowMethod;
}

/** The rows of a table by registry name. */
export type Rows = Readonly<Record<string, Row>>;

/** The trivial references have nothing to set. */
const reference = (title: string): Row => ({
  title,
  trivial: true,
  method: "reference",
  defaults: {},
  deterministic: true,
  expectedSeconds: { smoke: 2, quick: 3, reduced: 3, paper: 3 },
});

/** Predictions that learn nothing, for every table. */
export const REFERENCES: Rows = {
  "mean-image": reference("Mean image"),
  "nearest-angle": reference("Nearest observed angle"),
  "linear-interpolation": reference("Linear interpolation"),
};

/** A row of ODE2VAE with its differences from the defaults. */
export function ode2vae(title: string, overrides: Settings): Row {
  return {
    title,
    method: "ode2vae",
    defaults: ODE2VAE_DEFAULTS,
    overrides,
    expectedSeconds: { smoke: 3, quick: 120, reduced: 500, paper: 2200 },
  };
}

/** A row of GPPVAE with its differences from the defaults. */
export function gppvae(title: string, overrides: Settings): Row {
  return {
    title,
    method: "gppvae",
    defaults: GPPVAE_DEFAULTS,
    overrides,
    expectedSeconds: { smoke: 4, quick: 35, reduced: 150, paper: 500 },
  };
}

/** GPPVAE in a minute: its VAE learns most in its first epochs, and its Gaussian process settles soon. */
const quickGppvae: Settings = {
  vaeEpochs: 8,
  vaeLearningRate: 2e-3, // fewer steps, each of them longer …
  imagesPerBatch: 120, // … and twice as many in an epoch
  processEpochs: 4,
};

/** What makes minutes of the paper's hours: a coarser solver, fewer epochs and looks at the data. */
const quick: Settings = {
  epochs: 60, // a table in minutes; errors still fall
  stepsPerFrame: 1, // RK4 of step 0.1 rather than 0.02: five times cheaper
  learningRate: 2e-3, // fewer steps, each of them longer
  validationEvery: 2,
  testEvery: 5,
  posteriorSamples: 10,
  ...quickGppvae,
};

/** Seconds: shows that everything runs, not what the models can do. */
const smoke: Settings = {
  ...quick,
  epochs: 2,
  batchSize: 30, // four full minibatches of the few sequences
  validationEvery: 1,
  testEvery: 1,
  posteriorSamples: 2,
  vaeEpochs: 2,
  processEpochs: 1,
  processSteps: 3,
};

/** A table of a dozen rows in a night on two cores: a quarter of the epochs at twice the rate. */
const reduced: Settings = {
  epochs: 250,
  stepsPerFrame: 1, // the field is smooth: RK4 of step 0.1
  learningRate: 2e-3, // fewer steps, each of them longer
  vaeEpochs: 30, // GPPVAE's stages, a third each
  processEpochs: 30,
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

function sequences(data: RotatingMnist, set: SequenceSet): ObservedSequences {
  const { frameCount, observedCount, height, width, degrees } = data;
  return { ...set, frameCount, observedCount, pixels: height * width, degrees };
}

async function createTrainer(
  rows: Rows,
  context: TrainerContext<RotatingMnist>,
): Promise<Trainer> {
  const { data, model, seed, settings } = context;
  const row = rows[model];
  if (row === undefined) {
    throw new TypeError(
      `Cannot train "${model}": the model must be one of ${Object.keys(rows).join(", ")}`,
    );
  }
  const train = sequences(data, data.train);
  const test = sequences(data, data.test);
  if (row.method === "reference") {
    const { isReferenceName } = await import("../../models/reference/imputations.ts");
    const { createReferenceTrainer } = await import("../trainers/reference.ts");
    if (!isReferenceName(model)) throw new TypeError(`Cannot impute by "${model}"`);
    return createReferenceTrainer({
      model,
      sequences: { ...test, angles: data.frameCount, period: data.framesPerTurn },
      degrees: data.degrees,
      unseenAngle: data.unseenFrame,
    });
  }
  const { selectBackend } = await import("../../models/backend/select.ts");
  const backend = await selectBackend(context.backend, { threads: context.threads });
  const task = { settings, seed, train, unseenFrame: data.unseenFrame, backend };
  if (row.method === "gppvae") {
    const { createGppvaeTrainer } = await import("../trainers/gppvae.ts");
    return createGppvaeTrainer(task);
  }
  const { createOde2vaeTrainer } = await import("../trainers/ode2vae.ts");
  return createOde2vaeTrainer({
    ...task,
    validation: sequences(data, data.validation),
    ...(data.test === data.train ? {} : { test }),
  });
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

/** A tier of a member: the shared settings, and the joint epochs of the rows that have a joint stage. */
function tier(
  { rows, seeds }: FamilyMember,
  name: Tier,
  settings: Settings,
): TierDefinition {
  const joint = Object.entries(rows)
    .filter(([, { overrides }]) => Number(overrides?.jointEpochs ?? 0) > 0)
    .map(([model, { overrides }]) => {
      const share = Number(overrides!.jointEpochs) / JOINT_EPOCHS.paper;
      return [model, { jointEpochs: Math.round(share * JOINT_EPOCHS[name]) }];
    });
  return { seeds: seeds[name], settings, models: Object.fromEntries(joint) };
}

/** The definition of a member. */
export function defineRotatingMnist(member: FamilyMember): BenchmarkDefinition<RotatingMnist> {
  const { name, version, title, rows, newDigits = false } = member;
  const counts = (tier: Tier): SplitCounts => {
    const counts = tier === "smoke" ? SMOKE_COUNTS : { train: 360, validation: 40 };
    return newDigits ? { ...counts, test: counts.train } : counts;
  };
  // A shared setting must concern some row of the benchmark.
  const known = (settings: Settings): Settings =>
    Object.fromEntries(
      Object.entries(settings)
        .filter(([key]) =>
          Object.values(rows).some(({ defaults }) => Object.hasOwn(defaults, key))
        ),
    );
  return {
    name,
    version,
    title,
    headline: { metric: "testMse", direction: "lower" },
    models: rows,
    tiers: {
      smoke: tier(member, "smoke", known(smoke)),
      quick: tier(member, "quick", known(quick)),
      reduced: tier(member, "reduced", known(reduced)),
      paper: tier(member, "paper", {}), // the rows' settings are the paper's
    },
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
    createTrainer: (context) => createTrainer(rows, context),
  };
}
