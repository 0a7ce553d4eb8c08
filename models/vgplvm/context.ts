/**
 * A trained VGPLVM that is shown further frames of its walk.
 *
 * @module
 */
import type { Sequences } from "../../data/sequences.ts";
import { minimise } from "../linalg/lbfgs.ts";
import { lessRow, matrix, nearestRow, row } from "../linalg/matrix.ts";
import { framesMatrix } from "../training/sequences.ts";
import { smoothedMeans } from "./initial.ts";
import {
  evaluate,
  type ModelSizes,
  negativeBound,
  type ObservedPath,
  parameterCount,
  parametersOf,
} from "./model.ts";
import { timePrior } from "./time_kernel.ts";

/** A trained model and what it was shown. */
export interface TrainedPath {
  /** Numbers of parameters. */
  readonly sizes: ModelSizes;
  /** Mean of the training frames (D), subtracted from `observed`. */
  readonly mean: Float64Array;
  /** Which frames it was shown, ascending (N). */
  readonly indices: readonly number[];
  /** These frames. */
  readonly observed: ObservedPath;
  /** The time of a frame. */
  readonly timeOf: (frame: number) => number;
  /** Parameters. */
  readonly point: Float64Array;
}

/** Some frames of a sequence, centred, and when they are. */
export function observedPath(
  sequences: Sequences,
  s: number,
  indices: readonly number[],
  { mean, timeOf }: Pick<TrainedPath, "mean" | "timeOf">,
): ObservedPath {
  const frames = lessRow(framesMatrix(sequences, s, indices), mean);
  return { frames, times: Float64Array.from(indices, timeOf) };
}

/** Frames that a trained model is shown. */
export type FurtherFrames = Pick<TrainedPath, "indices" | "observed">;

/**
 * The frames of a context that training did not see.
 *
 * @throws RangeError where a frame that training saw is another one in the context
 */
export function furtherFrames(
  trained: TrainedPath,
  sequences: Sequences,
  s: number,
  context: readonly number[],
): FurtherFrames {
  for (const frame of context) {
    const n = trained.indices.indexOf(frame);
    const { frames } = observedPath(sequences, s, [frame], trained);
    if (n >= 0 && row(trained.observed.frames, n).some((value, j) => value !== frames.data[j])) {
      throw new RangeError(
        "Cannot predict by VGPLVM: the context must be of the walk that it was trained on, " +
          `frame ${frame} is not`,
      );
    }
  }
  const indices = context.filter((frame) => !trained.indices.includes(frame));
  return { indices, observed: observedPath(sequences, s, indices, trained) };
}

/**
 * The model with latents of further frames. They begin at the latents of the most similar frames; then the bound on all
 * frames is maximised over latents alone.
 *
 * @param iterations of L-BFGS
 */
export function withFrames(
  trained: TrainedPath,
  { indices: further, observed: shown }: FurtherFrames,
  iterations: number,
): TrainedPath {
  if (further.length === 0) return trained;
  const { sizes, indices, observed, point } = trained;
  const all = [...indices, ...further].sort((a, b) => a - b);
  const [N, Q, before] = [all.length, sizes.latentDimensions, indices.length];
  const own = parametersOf(sizes, before, point);
  const { latents } = evaluate(sizes, observed, own);
  const start = new Float64Array(parameterCount(sizes, N));
  start.set(point.subarray(2 * Q * before), 2 * Q * N);
  const { means, logPrecisions, logTime } = parametersOf(sizes, N, start);
  const joined: ObservedPath = {
    frames: matrix(N, trained.mean.length),
    times: Float64Array.from(all, trained.timeOf),
  };
  const paths = matrix(Q, N);
  all.forEach((frame, n) => {
    const known = indices.indexOf(frame);
    const values = known < 0
      ? row(shown.frames, further.indexOf(frame))
      : row(observed.frames, known);
    row(joined.frames, n).set(values);
    const like = known < 0 ? nearestRow(observed.frames, values) : known;
    for (let q = 0; q < Q; q++) {
      row(paths, q)[n] = row(latents.means, q)[like]!;
      row(logPrecisions, q)[n] = row(own.logPrecisions, q)[like]!;
    }
  });
  const prior = timePrior(sizes.timeKernel, logTime, joined.times);
  means.data.set(smoothedMeans(prior, paths).data);
  const objective = negativeBound(sizes, joined, "latents");
  return {
    ...{ ...trained, indices: all, observed: joined },
    point: minimise(objective, start, iterations),
  };
}
