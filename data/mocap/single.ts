/**
 * Mocap-1: walks of several of CMU's subjects, each with a model of its own that sees the beginning and predicts the rest.
 *
 * @module
 */
import { findFile, requireNamedDir, resolveDataDir } from "../data_dir.ts";
import { type MatValue, readMat } from "../mat.ts";
import { announceStandIn, type StandInOptions } from "../missing_files.ts";
import { type Sequences, sequencesSha256 } from "../sequences.ts";
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

/** One walk and its parts; each split has one sequence. */
export interface SingleWalk {
  /** CMU's name of the trial, e.g. "35_01"; a number where it is not known. */
  readonly name: string;
  /** The first four fifths of the observed frames. */
  readonly train: Sequences;
  /** All observed frames; as in the released code, the training's are among them. */
  readonly validation: Sequences;
  /** The whole walk. Its `observed` frames are the beginning, and the test asks for all frames after it. */
  readonly test: Sequences;
  /** Draws it, where its skeleton is known. */
  readonly figure?: StickFigure;
}

/** The data set. */
export interface MocapSingle {
  /** The authors' mocap43.mat, walks of CMU's own files, or {@link proceduralWalks}. */
  readonly origin: "mocap43" | "cmu" | "procedural";
  /** SHA-256 (hex) of shapes, frames and observed frames: part of a result's identity. */
  readonly sha256: string;
  /** First frames of a walk that a model encodes. */
  readonly contextFrames: 3;
  /** Time between two frames. */
  readonly frameInterval: 0.1;
  /** Walks, each for a model of its own. */
  readonly walks: readonly SingleWalk[];
}

/**
 * Name of the authors' file, with 43 walks. Its content could not be had and has no known SHA-256, so it is read from a
 * folder and not downloaded.
 */
export const MOCAP43_FILE = "mocap43.mat";

/** Path of the authors' file in a data folder, or undefined: DIR/, DIR/mocap43/, DIR/mocap35/ or DIR/mocap/. */
export function findMocap43(dir: string): string | undefined {
  return findFile(dir, MOCAP43_FILE, ["", "mocap43", "mocap35", "mocap"]);
}

/** The walks of CMU's files that stand for the authors' 43, which are not named: trials of each subject. */
const TRIALS: readonly (readonly [subject: string, trials: readonly string[]])[] = [
  ["07", ["01", "02", "03", "06", "07", "08", "09", "10", "11"]],
  ["08", ["01", "02", "03", "04", "06", "08", "09", "10"]],
  ["35", [
    ...["01", "02", "05", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16"],
    ...["28", "29", "30", "31", "32", "33", "34"],
  ]],
];

/** Fewest observed frames: of fewer, the training part would have none after the context. */
const MIN_OBSERVED = 5;

/** Frames (frames, 50), of which the first `observed` are given. */
interface Walk {
  readonly name: string;
  readonly values: Float64Array;
  readonly observed: number;
  readonly figure?: StickFigure;
}

/** Options of {@link loadMocapSingle}. */
export interface LoadMocapSingleOptions extends StandInOptions {
  /** Value of `--data-dir`; see {@link resolveDataDir} for the default. */
  readonly dataDir?: string;
  /** Number of walks, the first ones; all by default. No further ones are read. */
  readonly count?: number;
}

/**
 * Loads Mocap-1: the authors' walks, else 37 walks of CMU's files, else made-up ones; a notice, `origin` and `sha256` show
 * which. Nothing is downloaded.
 *
 * @throws RangeError for a count that is no whole number >= 1
 * @throws DataError if a folder that was named does not exist or has only some of CMU's files, if `dataDir` has none, or if a
 * file is corrupt
 */
export async function loadMocapSingle(options: LoadMocapSingleOptions = {}): Promise<MocapSingle> {
  const { count = Infinity } = options;
  if (!(count >= 1) || (count !== Infinity && !Number.isInteger(count))) {
    throw new RangeError(
      `Cannot load Mocap-1: the number of walks must be a whole number >= 1, is ${count}`,
    );
  }
  const dir = resolveDataDir(options.dataDir);
  requireNamedDir(dir);
  const path = findMocap43(dir.path);
  if (path !== undefined) return await build("mocap43", await readMocap43(path), count);
  const { walks, absent } = await readCmuWalks(dir.path, count);
  if (absent.length === 0) return await build("cmu", walks, count);
  const shown = absent.length > 8 ? [...absent.slice(0, 5), `${absent.length - 5} more`] : absent;
  const reason = `no ${MOCAP43_FILE}, and no ${shown.join(", ")} in ${dir.path}`;
  if (walks.length > 0 && dir.chosenBy !== "default") {
    const rule = `Mocap-1 must have all ${walks.length + absent.length} walks`;
    throw unusable("missing", dir.path, rule, reason);
  }
  announceStandIn(
    dir,
    "NOT CMU'S WALKS: running on made-up periodic ones.",
    reason,
    "For the real walks: --data-dir DIR with subjects 07, 08 and 35 of mocap.cs.cmu.edu in DIR/cmu.",
    options,
  );
  return await build("procedural", madeUpWalks(), count);
}

/** The first walks of CMU's files, and the names of those that are absent. */
async function readCmuWalks(
  dir: string,
  count: number,
): Promise<{ walks: Walk[]; absent: string[] }> {
  const walks: Walk[] = [];
  const absent: string[] = [];
  for (const [subject, all] of TRIALS) {
    const trials = all.slice(0, count - walks.length - absent.length);
    if (trials.length === 0) break;
    const folder = findSubject(dir, subject);
    const motions = folder === undefined ? [] : await readTrials(folder, subject, trials);
    for (const [i, trial] of trials.entries()) {
      const motion = motions[i];
      if (motion === undefined) absent.push(`${subject}_${trial}`);
      else {
        const walk = walkOf(`${subject}_${trial}`, walkChannels(motion));
        walks.push({ ...walk, figure: stickFigure(motion, walk.observed) });
      }
    }
  }
  return { walks, absent };
}

function madeUpWalks(): Walk[] {
  const lengths = TRIALS.flatMap(([, trials]) => trials).map((_, i) => 250 + 7 * i);
  return proceduralWalks(lengths).map((walk, i) => walkOf(`${i + 1}`, walk));
}

/** Observes the first two thirds. Their mean is subtracted, so that no later frame has a part in it. */
function walkOf(name: string, walk: Float64Array): Walk {
  const observed = Math.floor(2 * (walk.length / WALK_CHANNELS) / 3);
  if (observed < MIN_OBSERVED) {
    throw unusable(
      "corrupt",
      `walk ${name}`,
      `it must have ${MIN_OBSERVED} observed frames`,
      `${observed}`,
    );
  }
  return { name, values: centred(walk, observed), observed };
}

/**
 * Reads the authors' walks as their loader does: cells `Yobss`, the observed frames, and `Ys`, the tested ones. Whether `Ys`
 * begins with the observed frames or follows on them is not known; both are read.
 */
async function readMocap43(path: string): Promise<Walk[]> {
  const file = await readMat(path);
  const [observed, tested] = ["Yobss", "Ys"].map((name) => walkCells(file, name, path));
  if (observed!.length !== tested!.length) {
    const rule = `Ys must have the ${observed!.length} walks of Yobss`;
    throw unusable("corrupt", path, rule, `${tested!.length}`);
  }
  return observed!.map((begin, i) => {
    const rest = tested![i]!;
    // Their other file adds 1e-5 to some walks and not to others.
    const isWhole = begin.every((value, at) => Math.abs(value - rest[at]!) < 1e-4);
    if (isWhole && rest.length === begin.length) {
      throw unusable(
        "corrupt",
        path,
        "Ys must have more frames than Yobss",
        `equal in cell ${i + 1}`,
      );
    }
    const values = isWhole ? rest : joined(begin, rest);
    return { name: `${i + 1}`, values, observed: begin.length / WALK_CHANNELS };
  });
}

function joined(begin: Float64Array, rest: Float64Array): Float64Array {
  const values = new Float64Array(begin.length + rest.length);
  values.set(begin);
  values.set(rest, begin.length);
  return values;
}

function walkCells(
  file: ReadonlyMap<string, MatValue>,
  name: string,
  path: string,
): readonly Float64Array[] {
  const value = file.get(name);
  if (value?.kind !== "cell" || value.cells.length === 0) {
    const found = value === undefined ? "absent" : `a ${value.kind} array`;
    throw unusable("corrupt", path, `${name} must be a cell array with walks`, found);
  }
  return value.cells.map((cell, i) => {
    const shape = cell.kind === "numeric" ? cell.shape : [];
    const [frames = 0, channels] = shape;
    const isWalk = shape.length === 2 && channels === WALK_CHANNELS && frames >= MIN_OBSERVED;
    if (cell.kind !== "numeric" || !isWalk) {
      const rule = `each cell of ${name} must be at least ${MIN_OBSERVED}×${WALK_CHANNELS} numbers`;
      throw unusable("corrupt", path, rule, `${shape.join("×") || cell.kind} in cell ${i + 1}`);
    }
    return finiteWalk(cell.data, `cell ${i + 1} of ${name}`, path);
  });
}

async function build(
  origin: MocapSingle["origin"],
  all: readonly Walk[],
  count: number,
): Promise<MocapSingle> {
  const walks = all.slice(0, count).map(({ name, values, observed, figure }): SingleWalk => ({
    name,
    ...(figure === undefined ? {} : { figure }),
    train: walkSequences([values], Math.floor(4 * observed / 5)),
    validation: walkSequences([values], observed),
    test: walkSequences([values], values.length / WALK_CHANNELS, observed),
  }));
  const sizes = walks.map(({ name, test }) => `${name} ${test.observedCount}/${test.frameCount}`);
  const header = `mocap-single 1: frames float32-le (n,${WALK_CHANNELS}), observed int32-le; ` +
    `walks ${sizes.join(", ")}`;
  return {
    origin,
    sha256: await sequencesSha256(header, walks.map(({ test }) => test)),
    contextFrames: CONTEXT_FRAMES,
    frameInterval: FRAME_INTERVAL,
    walks,
  };
}
