/**
 * Mocap-2: walks of CMU's subject 35, of which 16 train, 3 validate and 4 are predicted from their first frames.
 *
 * @module
 */
import { findSource, placesOf, requireNamedDir, resolveDataDir } from "../data_dir.ts";
import { checkSha256, DataError, readFile } from "../files.ts";
import { matArray, parseMat } from "../mat.ts";
import { announceStandIn, type DownloadOptions, fetchMissing } from "../missing_files.ts";
import { type Sequences, sequencesSha256 } from "../sequences.ts";
import { MOCAP35, sizeLimit, type Source } from "../sources.ts";
import { findSubject, readTrials } from "./_cmu_files.ts";
import {
  centred,
  CONTEXT_FRAMES,
  finiteWalk,
  FRAME_INTERVAL,
  unusable,
  WALK_CHANNELS,
  walkChannels,
  walkSequences,
} from "./preprocessing.ts";
import { proceduralWalks } from "./procedural_walks.ts";
import { type StickFigure, stickFigure } from "./stick_figure.ts";

/** The data set. */
export interface MocapMany {
  /** The authors' mocap35.mat, CMU's own files, or {@link proceduralWalks}. */
  readonly origin: "mocap35" | "cmu" | "procedural";
  /** SHA-256 (hex) of shapes, frames and observed frames: part of a result's identity. */
  readonly sha256: string;
  /** First frames of a test walk that a model may see. */
  readonly contextFrames: 3;
  /** Time between two frames. */
  readonly frameInterval: 0.1;
  /** Training walks: 16 × 300 frames × 50 channels. */
  readonly train: Sequences;
  /** Validation walks: 3. */
  readonly validation: Sequences;
  /** Test walks: 4. */
  readonly test: Sequences;
  /** Draws the first test walk, where CMU's own file of it is in the data folder too. */
  readonly figure?: StickFigure;
}

/** A walk (300, 50) for each trial. */
type Splits = Readonly<Record<"train" | "validation" | "test", readonly Float64Array[]>>;

const FRAMES = 300;
const SUBJECT = "35";

/**
 * Each split's trials, its variable in the authors' file, and a constant that their file adds to the centred walks of
 * training and validation, and so do we to those from CMU's files.
 */
const SPLITS = {
  train: { variable: "Xtr", offset: 1e-5, trials: Array.from({ length: 16 }, (_, i) => i + 1) },
  validation: { variable: "Xval", offset: 1e-5, trials: [28, 29, 30] },
  test: { variable: "Xtest", offset: 0, trials: [31, 32, 33, 34] },
} as const;

/** Options of {@link loadMocapMany}. */
export interface LoadMocapManyOptions extends DownloadOptions {
  /** Value of `--data-dir`; see {@link resolveDataDir} for the default. */
  readonly dataDir?: string;
  /** The authors' file; the published one by default. */
  readonly source?: Source;
}

/**
 * Loads Mocap-2: from the authors' mocap35.mat or all of CMU's files in the data folder, else from the network, else made-up
 * walks; a notice, `origin` and `sha256` show which.
 *
 * @throws DataError if a folder that was named does not exist, or `dataDir` lacks the walks, a file is corrupt, or only some
 * of CMU's files are there and the authors' cannot be had
 */
export async function loadMocapMany(options: LoadMocapManyOptions = {}): Promise<MocapMany> {
  const { source = MOCAP35, log = () => {} } = options;
  const dir = resolveDataDir(options.dataDir);
  requireNamedDir(dir);
  const path = findSource(dir.path, source);
  const folder = findSubject(dir.path, SUBJECT);
  if (path !== undefined) {
    const data = await build("mocap35", await readMocap35(path, source));
    return { ...data, ...await readFigure(folder, log) };
  }
  let refusal: DataError | undefined;
  if (folder !== undefined) {
    try {
      const data = await build("cmu", await readWalks(folder));
      return { ...data, ...await readFigure(folder, log) };
    } catch (error) {
      if (!(error instanceof DataError) || error.code === "corrupt") throw error;
      refusal = error;
    }
  }
  const failure = await fetchMissing([source], dir.path, options);
  const fetched = findSource(dir.path, source);
  if (fetched !== undefined) return await build("mocap35", await readMocap35(fetched, source));
  if (refusal !== undefined && dir.chosenBy !== "default") throw refusal;
  announceStandIn(
    dir,
    "NOT CMU'S WALKS: running on made-up periodic ones.",
    `no ${source.name} in ${placesOf(dir.path, source).folders.join(" or ")}; ${failure}`,
    `For the real walks: deno task data fetch ${source.name}, or --data-dir DIR with that file.`,
    options,
  );
  return await build("procedural", proceduralSplits());
}

/**
 * Reads the walks of the authors' file.
 *
 * @throws DataError (corrupt) if its SHA-256 is another, or it holds something else
 */
async function readMocap35(path: string, source: Source): Promise<Splits> {
  const limit = sizeLimit(source);
  const bytes = await readFile(path, limit);
  await checkSha256(bytes, source.sha256, path);
  const file = parseMat(bytes, path);
  return splitsOf(({ variable, trials }) => {
    const { shape, data } = matArray(file, variable, path);
    const expected = [trials.length, FRAMES, WALK_CHANNELS].join("×");
    if (shape.join("×") !== expected) {
      throw unusable("corrupt", path, `${variable} must be ${expected}`, shape.join("×"));
    }
    const values = finiteWalk(data, variable, path);
    const size = FRAMES * WALK_CHANNELS;
    return trials.map((_, i) => values.subarray(i * size, (i + 1) * size));
  });
}

/**
 * The walks of CMU's files, preprocessed as in the authors' file.
 *
 * @throws DataError (missing) if a trial's file is absent, or lacks one of the frames 1 to 301
 */
async function readWalks(folder: string): Promise<Splits> {
  const all = Object.values(SPLITS).flatMap(({ trials }) => trials.map(trialName));
  const motions = await readTrials(folder, SUBJECT, all);
  const faults = motions.flatMap((motion, i) => {
    const name = `${SUBJECT}_${all[i]}`;
    if (motion === undefined) return [`${name} is absent`];
    if (motion.firstFrame !== 1) return [`${name} begins with frame ${motion.firstFrame}`];
    const { frameCount } = motion;
    return frameCount > FRAMES ? [] : [`${name} has ${frameCount} frames`];
  });
  if (faults.length > 0) {
    const rule = `Mocap-2 must have frames 1 to ${FRAMES + 1} of ${all.length} trials`;
    throw unusable("missing", folder, rule, `short of ${faults.length}: ${faults.join(", ")}`);
  }
  return splitsOf(({ trials, offset }) =>
    trials.map((trial) => {
      const walk = walkChannels(motions[all.indexOf(trialName(trial))]!);
      return centred(walk.subarray(0, FRAMES * WALK_CHANNELS), FRAMES).map((value) =>
        value + offset
      );
    })
  );
}

/** Draws the first test walk from CMU's files, which the authors' have no skeleton of; nothing where there is no such file. */
async function readFigure(
  folder: string | undefined,
  log: (line: string) => void,
): Promise<Pick<MocapMany, "figure">> {
  try {
    const motions = folder === undefined
      ? []
      : await readTrials(folder, SUBJECT, [trialName(SPLITS.test.trials[0])]);
    const [motion] = motions;
    return motion !== undefined && motion.firstFrame === 1 && motion.frameCount > FRAMES
      ? { figure: stickFigure(motion, FRAMES) }
      : {};
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    log(`notice: without stick figures: ${error.message}`);
    return {};
  }
}

function trialName(trial: number): string {
  return `${trial}`.padStart(2, "0");
}

function splitsOf(
  walks: (split: (typeof SPLITS)[keyof typeof SPLITS]) => readonly Float64Array[],
): Splits {
  return {
    train: walks(SPLITS.train),
    validation: walks(SPLITS.validation),
    test: walks(SPLITS.test),
  };
}

function proceduralSplits(): Splits {
  const count = Object.values(SPLITS).reduce((sum, { trials }) => sum + trials.length, 0);
  const walks = proceduralWalks(Array<number>(count).fill(FRAMES))
    .map((walk) => centred(walk, FRAMES));
  let next = 0;
  return splitsOf(({ trials }) => walks.slice(next, next += trials.length));
}

async function build(origin: MocapMany["origin"], splits: Splits): Promise<MocapMany> {
  const train = walkSequences(splits.train, FRAMES);
  const validation = walkSequences(splits.validation, FRAMES);
  const test = walkSequences(splits.test, FRAMES);
  const sizes = `train n=${train.count}, validation n=${validation.count}, test n=${test.count}`;
  const header =
    `mocap-many 1: frames float32-le (n,${FRAMES},${WALK_CHANNELS}), observed int32-le ` +
    `(n,${FRAMES}); ${sizes}`;
  return {
    origin,
    sha256: await sequencesSha256(header, [train, validation, test]),
    contextFrames: CONTEXT_FRAMES,
    frameInterval: FRAME_INTERVAL,
    train,
    validation,
    test,
  };
}
