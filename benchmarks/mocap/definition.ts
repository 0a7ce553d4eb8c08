/**
 * CMU motion capture: the paper's table on walks. Mocap-2: a model of 16 walks predicts four others from three frames.
 * Mocap-1: a model of the beginning of one walk predicts its rest.
 *
 * @module
 */
import type { MocapMany, MocapSingle, StickFigure } from "../../data/mod.ts";
import type { Sequences } from "../../data/sequences.ts";
import type { SequenceModel } from "../../models/training/sequences.ts";
import type { BenchmarkDefinition, LoadDataOptions, LoadedData } from "../definition.ts";
import type { Tier } from "../record/record.ts";
import { tiersOfRows } from "../settings.ts";
import { evaluate, type WalkGroup, type Walks, watchWalks } from "./evaluate.ts";
import {
  fineRows,
  FLOOR,
  LAST_PERIOD,
  latentSdeRows,
  NEAREST_WALK,
  OBSERVED_MEAN,
  paperRows,
  PROCESS_ROWS,
  REFERENCES,
  type Rows,
  SINGLE_WALKS,
  type Table,
  windowRows,
} from "./rows.ts";

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

const drawnBy = (figure: StickFigure | undefined) => figure === undefined ? {} : { figure };

/** A benchmark on walks. */
function define(
  head: Pick<BenchmarkDefinition<Walks, unknown>, "name" | "version" | "title">,
  rows: Rows,
  loadData: (options: LoadDataOptions) => Promise<LoadedData<Walks>>,
): BenchmarkDefinition<Walks, readonly SequenceModel[]> {
  return {
    ...head,
    headline: { metric: "testMse", direction: "lower" },
    fasterOnCpu: true,
    models: rows,
    tiers: tiersOfRows(rows, { smoke: 1, quick: 3, paper: 8 }),
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

// All 16 walks are in a minibatch, as of the released code's 20.
const MANY: Table = {
  batchSize: 16,
  seconds: {
    ...{ ode2vae: [100, 14], neuralOde: [60, 11], latentSde: [200, 27] },
    ...{ dtsbn: [1600, 48], npode: [25, 11] },
  },
};

/** Mocap-2: three frames given, 297 asked. */
export const mocapMany: BenchmarkDefinition<Walks, readonly SequenceModel[]> = define(
  { name: "mocap_many", version: 1, title: "Motion capture, many walks (Mocap-2)" },
  {
    ...REFERENCES,
    ...FLOOR,
    ...NEAREST_WALK,
    ...paperRows(MANY),
    ...windowRows(MANY, 250),
    ...fineRows(MANY),
    ...latentSdeRows(MANY),
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
      ...drawnBy(data.figure),
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
      ...FLOOR,
      ...LAST_PERIOD,
      ...paperRows(MANY),
      ...latentSdeRows(MANY),
    }).map(([name, row]) => [
      name,
      row.context === "first" ? { ...row, context: "last" as const } : row,
    ]),
  ),
  async (options) => {
    const data = await loadMany(options);
    const [train, validation] = [data.train, data.validation].map((part) => beginning(part, GIVEN));
    return loaded(data, `, frames 0 to ${GIVEN - 1} for training`, [
      {
        ...{ name: "subject 35", train: train!, validation: validation!, test: data.test },
        given: GIVEN,
        ...drawnBy(data.figure),
      },
    ]);
  },
);

/** Walks of the shortest tiers; the others have all. */
const WALKS: Readonly<Partial<Record<Tier, number>>> = { smoke: 2, quick: 4 };

const SINGLE: Table = {
  batchSize: 1,
  seconds: {
    ...{ ode2vae: [600, 23], neuralOde: [600, 20], latentSde: [600, 60] },
    ...{ dtsbn: [1600, 69], npode: [1000, 7] },
  },
};

/** Mocap-1: two thirds of a walk given, the rest asked, each walk with a model of its own. */
export const mocapSingle: BenchmarkDefinition<Walks, readonly SequenceModel[]> = define(
  { name: "mocap_single", version: 1, title: "Motion capture, single walks (Mocap-1)" },
  {
    ...REFERENCES,
    ...FLOOR,
    ...OBSERVED_MEAN,
    ...LAST_PERIOD,
    ...PROCESS_ROWS,
    ...paperRows(SINGLE, SINGLE_WALKS),
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
      walks.map(({ name, train, validation, test, figure }) => ({
        ...{ name, train, validation, test, ...drawnBy(figure) },
        given: test.observedCount,
      })),
    );
  },
);
