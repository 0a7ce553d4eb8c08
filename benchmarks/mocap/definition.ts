/**
 * CMU motion capture: the paper's table on walks. Mocap-2: a model of 16 walks predicts four others from three frames.
 * Mocap-1: a model of the beginning of one walk predicts its rest.
 *
 * @module
 */
import type { MocapMany, MocapSingle } from "../../data/mod.ts";
import type { Sequences } from "../../data/sequences.ts";
import { ode2vaeVectors } from "../../models/ode2vae/method.ts";
import { vectorAutoregression } from "../../models/reference/autoregression.ts";
import { lastPeriod, nearestTraining } from "../../models/reference/extrapolation.ts";
import { lastFrame, observedMean, zero } from "../../models/reference/method.ts";
import { forEach } from "../../models/training/each.ts";
import type { Method } from "../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../models/training/sequences.ts";
import type {
  BenchmarkDefinition,
  LoadDataOptions,
  LoadedData,
  ModelEntry,
  Settings,
} from "../definition.ts";
import type { Tier } from "../record/record.ts";
import { type Context, evaluate, type WalkGroup, type Walks, watchWalks } from "./evaluate.ts";

/** A row of a table. */
interface Row extends ModelEntry<Walks, readonly SequenceModel[]> {
  /** Which given frames it is shown in the test. */
  readonly context: Context;
  /** What each tier changes; the paper's tier is the row as it is. */
  readonly tiers: Readonly<Partial<Record<Tier, Settings>>>;
}

type Rows = Readonly<Record<string, Row>>;

/** A method on the walks of each group. */
function onGroups(method: Method<SequenceData, SequenceModel>): Row["method"] {
  const each = forEach(method);
  return { ...each, start: ({ data, ...task }) => each.start({ ...task, data: data.groups }) };
}

/** A reference that learns nothing. */
function reference(
  title: string,
  method: Method<SequenceData, SequenceModel>,
  overrides: Settings = {},
): Row {
  return {
    title,
    method: onGroups(method),
    overrides,
    context: "given",
    trivial: true,
    deterministic: true,
    tiers: {},
    expectedSeconds: { smoke: 2, quick: 4, paper: 4 },
  };
}

/** References of every table. */
const REFERENCES: Rows = {
  "zero": reference("Zero", zero),
  "last-frame": reference("Last frame", lastFrame),
  "ridge-var": reference("Ridge VAR(2)", vectorAutoregression),
};

/** The released code's protocol of walks, as far as it is not the default. */
const RELEASED: Settings = {
  initialLogDensity: "released-code",
  validationLength: "trained",
  growthFrames: 20, // the released code's every second frame would compile 120 steps
};

/** Shorter tiers of ODE2VAE: a coarser solver (one step a frame agrees with five on walks), fewer epochs. */
const ODE2VAE_TIERS: Row["tiers"] = {
  smoke: {
    ...{ epochs: 2, stepsPerFrame: 1, growth: false, windowFrames: 20, batchSize: 1 },
    ...{ testEvery: 1, posteriorSamples: 2 },
  },
  quick: {
    ...{ epochs: 150, stepsPerFrame: 1, learningRate: 6e-3, growthFrames: 60 },
    ...{ validationEvery: 3, testEvery: 10, posteriorSamples: 10 },
  },
};

function ode2vae(title: string, seconds: number, overrides: Settings): Row {
  return {
    title,
    method: onGroups(ode2vaeVectors),
    context: "first",
    overrides: { ...RELEASED, ...overrides },
    tiers: ODE2VAE_TIERS,
    expectedSeconds: { smoke: 4, quick: seconds / 6, paper: seconds },
  };
}

/** ODE2VAE and ODE2VAE-KL by three protocols. @param seconds of a cell of the paper's tier */
function ode2vaeRows(seconds: number, common: Settings, windowFrames?: number): Rows {
  const pair = (suffix: string, words: string, overrides: Settings): Rows => {
    const both = { ...common, ...overrides };
    return {
      [`ode2vae${suffix}`]: ode2vae(`ODE²VAE${words}`, seconds, both),
      [`ode2vae-kl${suffix}`]: ode2vae(`ODE²VAE-KL${words}`, seconds, { ...both, klEncoder: true }),
    };
  };
  return {
    ...pair("", "", {}),
    // The decoder's variance lies in [1, e] otherwise.
    ...pair("-unit", " (variance 1)", { variance: "unit" }),
    // The released script has such an argument, which nothing uses.
    ...(windowFrames === undefined ? {} : pair("-windows", " (random windows)", { windowFrames })),
  };
}

const ORIGINS: Readonly<Record<(MocapMany | MocapSingle)["origin"], string>> = {
  "mocap35": "the authors' mocap35.mat",
  "mocap43": "the authors' mocap43.mat",
  "cmu": "CMU's files",
  "procedural": "made-up periodic walks (no motion capture was found)",
};

/** Says on every page of such results what they are not. */
const STAND_IN =
  "Not motion capture: these walks were made up, used where no recorded ones could be had.";

function loaded(
  { origin, sha256, contextFrames }: MocapMany | MocapSingle,
  protocol: string,
  groups: readonly WalkGroup[],
): LoadedData<Walks> {
  return {
    sha256,
    origin: `${ORIGINS[origin]}${protocol}`,
    ...(origin === "procedural" ? { standIn: STAND_IN } : {}),
    data: { groups, contextFrames },
  };
}

/** A benchmark on walks. */
function define(
  head: Pick<BenchmarkDefinition<Walks, unknown>, "name" | "version" | "title">,
  rows: Rows,
  loadData: (options: LoadDataOptions) => Promise<LoadedData<Walks>>,
): BenchmarkDefinition<Walks, readonly SequenceModel[]> {
  const tier = (name: Tier, seeds: number) => ({
    seeds,
    settings: {},
    models: Object.fromEntries(
      Object.entries(rows).map(([model, { tiers }]) => [model, tiers[name] ?? {}]),
    ),
  });
  return {
    ...head,
    headline: { metric: "testMse", direction: "lower" },
    models: rows,
    tiers: { smoke: tier("smoke", 1), quick: tier("quick", 3), paper: tier("paper", 8) },
    loadData,
    watch: ({ data, model }) => watchWalks({ data, context: rows[model]!.context }),
    evaluate: (trained, { data, model }) =>
      evaluate(trained, { data, context: rows[model]!.context }),
  };
}

async function loadMany({ dataDir, log }: LoadDataOptions): Promise<MocapMany> {
  const { loadMocapMany } = await import("../../data/mod.ts");
  return await loadMocapMany({ log, ...(dataDir === undefined ? {} : { dataDir }) });
}

/** Mocap-2: three frames given, 297 asked. */
export const mocapMany: BenchmarkDefinition<Walks, readonly SequenceModel[]> = define(
  { name: "mocap_many", version: 1, title: "Motion capture, many walks (Mocap-2)" },
  {
    ...REFERENCES,
    "nearest-walk": reference("Nearest training walk", nearestTraining),
    // All 16 walks are in a minibatch, as of the released code's 20.
    ...ode2vaeRows(250, { batchSize: 16 }, 250),
  },
  async (options) => {
    const data = await loadMany(options);
    const { train, validation, test, contextFrames } = data;
    return loaded(data, "", [{
      name: "subject 35",
      train,
      validation,
      test,
      given: contextFrames,
    }]);
  },
);

/** First frames of Mocap-2's second protocol, which are trained on and given. */
const GIVEN = 200;

/** The first frames of sequences. */
function beginning(sequences: Sequences, frameCount: number): Sequences {
  const { count, frames, frameCount: all } = sequences;
  const size = frames.length / (count * all);
  const cut = new Float32Array(count * frameCount * size);
  for (let s = 0; s < count; s++) {
    cut.set(frames.subarray(s * all * size, (s * all + frameCount) * size), s * frameCount * size);
  }
  const observed = Int32Array.from({ length: count * frameCount }, (_, i) => i % frameCount);
  return { ...sequences, frameCount, frames: cut, observedCount: frameCount, observed };
}

/** Mocap-2 as later papers have it too: 200 frames given, 100 asked, whose like no training has seen. */
export const mocapMany200: BenchmarkDefinition<Walks, readonly SequenceModel[]> = define(
  { name: "mocap_many_200", version: 1, title: "Motion capture, many walks, 200 frames given" },
  Object.fromEntries(
    Object.entries({
      ...REFERENCES,
      "last-period": reference("Last period", lastPeriod),
      ...ode2vaeRows(170, { batchSize: 16 }),
    }).map(([name, row]) => [name, row.trivial ? row : { ...row, context: "last" as const }]),
  ),
  async (options) => {
    const data = await loadMany(options);
    const [train, validation] = [data.train, data.validation].map((part) => beginning(part, GIVEN));
    return loaded(data, `, frames 0 to ${GIVEN - 1} for training`, [
      { name: "subject 35", train: train!, validation: validation!, test: data.test, given: GIVEN },
    ]);
  },
);

/** Walks of the shortest tiers; the others have all. */
const WALKS: Readonly<Partial<Record<Tier, number>>> = { smoke: 2, quick: 6 };

/** Mocap-1: two thirds of a walk given, the rest asked, each walk with a model of its own. */
export const mocapSingle: BenchmarkDefinition<Walks, readonly SequenceModel[]> = define(
  { name: "mocap_single", version: 1, title: "Motion capture, single walks (Mocap-1)" },
  {
    ...REFERENCES,
    "observed-mean": reference("Observed mean", observedMean),
    "last-period": reference("Last period", lastPeriod),
    ...ode2vaeRows(1500, { batchSize: 1 }),
  },
  async ({ dataDir, tier, log }) => {
    const { loadMocapSingle } = await import("../../data/mod.ts");
    const count = WALKS[tier];
    const data = await loadMocapSingle({
      log,
      ...(count === undefined ? {} : { count }),
      ...(dataDir === undefined ? {} : { dataDir }),
    });
    const { walks } = data;
    return loaded(
      data,
      `, ${walks.length} walks`,
      walks.map(({ name, train, validation, test }) => ({
        ...{ name, train, validation, test },
        given: test.observedCount,
      })),
    );
  },
);
