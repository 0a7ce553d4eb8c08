/**
 * Predictions of a trained GPDM: the dynamics' mean from the last state of the context on, and the mapping's mean of it.
 *
 * @module
 */
import { frameSize } from "../../data/sequences.ts";
import { cholesky, choleskySolve } from "../linalg/cholesky.ts";
import { minimise } from "../linalg/lbfgs.ts";
import { lessRow, type Matrix, matrix, multiply, nearestRow, row } from "../linalg/matrix.ts";
import { askedFrames, framesMatrix, type SequenceQuery } from "../training/sequences.ts";
import { crossKernel, noisyKernel } from "./kernel.ts";
import {
  HYPERPARAMETERS,
  negativeLogPosterior,
  parametersOf,
  transitions,
  type Walks,
} from "./posterior.ts";

/** What predictions are made with. */
export interface TrainedGpdm extends Walks {
  /** Mean of the training frames (D). */
  readonly mean: Float64Array;
  /** q. */
  readonly latentDimensions: number;
  /** Latent states, then logarithms of the hyperparameters, see {@link parametersOf}. */
  readonly vector: Float64Array;
  /** Iterations that find latent states of a context's frames that training did not see. */
  readonly contextIterations: number;
}

/** Number of first rows in which two matrices are equal. */
function commonRows(a: Matrix, b: Matrix): number {
  const most = Math.min(a.rows, b.rows);
  for (let i = 0; i < most; i++) {
    if (!row(a, i).every((value, d) => value === row(b, i)[d])) return i;
  }
  return most;
}

/**
 * The model with the context in it. Frames that it was not trained on get the most probable latent states, with all other
 * states and the hyperparameters as they are: after the training walk if the context begins with all of it, else as a walk
 * of their own.
 *
 * @param context frames less the mean (K, D)
 * @returns also the index of the context's first frame
 */
function withContext(
  trained: TrainedGpdm,
  context: Matrix,
): { readonly model: TrainedGpdm; readonly first: number } {
  const { frames, vector, latentDimensions: q } = trained;
  const known = commonRows(frames, context);
  if (known === context.rows) return { model: trained, first: 0 };
  const continues = known === frames.rows;
  const added = context.data.subarray(continues ? known * context.columns : 0);
  const rows = frames.rows + added.length / context.columns;
  const all = matrix(rows, frames.columns);
  all.data.set(frames.data);
  all.data.set(added, frames.data.length);
  const walks: Walks = { frames: all, starts: continues ? [0] : [0, frames.rows] };
  const [from, to] = [frames.rows * q, rows * q];
  const extended = new Float64Array(to + HYPERPARAMETERS);
  extended.set(vector.subarray(0, from));
  extended.set(vector.subarray(from), to);
  for (let i = frames.rows; i < rows; i++) {
    const nearest = nearestRow(frames, row(all, i));
    extended.set(vector.subarray(nearest * q, (nearest + 1) * q), i * q);
  }
  const posterior = negativeLogPosterior(walks, q);
  const at = (states: Float64Array) => {
    const point = extended.slice();
    point.set(states, from);
    return point;
  };
  const objective = (states: Float64Array) => {
    const { value, gradient } = posterior(at(states));
    return { value, gradient: gradient.slice(from, to) };
  };
  const found = minimise(objective, extended.slice(from, to), trained.contextIterations);
  return {
    model: { ...trained, ...walks, vector: at(found) },
    first: continues ? 0 : frames.rows,
  };
}

/** Mean frames less their mean, from the context's first one on: (count, D). */
export function meanPath(
  { frames, starts, vector, latentDimensions: q }: TrainedGpdm,
  first: number,
  known: number,
  count: number,
): Matrix {
  const { states, mapping, dynamics } = parametersOf(vector, q);
  const path = matrix(count, q);
  const given = Math.min(known, count);
  path.data.set(states.data.subarray(first * q, (first + given) * q));
  const { before, after } = transitions(states, starts);
  const next = choleskySolve(cholesky(noisyKernel(before, dynamics)), after);
  for (let i = given; i < count; i++) {
    const last = matrix(1, q, row(path, i - 1));
    // (1, m) x (m, q) -> (1, q)
    row(path, i).set(multiply(crossKernel(last, before, dynamics), next).data);
  }
  const decode = choleskySolve(cholesky(noisyKernel(states, mapping)), frames);
  return multiply(crossKernel(path, states, mapping), decode); // (count, n) x (n, D)
}

/**
 * Frames on the mean path that continues the context; those of the context itself as the model explains them.
 *
 * @returns (count, asked, D)
 * @throws RangeError for a draw, a context with gaps, or frames before the context
 */
export function predictFrames(trained: TrainedGpdm, query: SequenceQuery): Float32Array {
  const { sequences, context, draw } = query;
  const { mean } = trained;
  const asked = askedFrames(query);
  const refuse = (rule: string) => {
    throw new RangeError(`Cannot predict by GPDM: ${rule}`);
  };
  if (draw !== undefined) refuse("it makes the mean prediction, so that draw must be absent");
  const size = frameSize(sequences);
  if (size !== mean.length) refuse(`frames must have ${mean.length} numbers, have ${size}`);
  const result = new Float32Array(sequences.count * asked.length * size);
  for (let s = 0; s < sequences.count; s++) {
    const seen = Array.from(context(s));
    const first = seen[0] ?? NaN;
    if (!seen.every((frame, i) => frame === first + i)) {
      refuse(`the context must have no gaps, is frames ${seen.join(", ")}`);
    }
    if (!asked.every((frame) => frame >= first)) {
      refuse(
        `frames must not be before the first of the context, which is ${seen[0]}, asked for ` +
          `${Math.min(...asked)}`,
      );
    }
    if (asked.length === 0) continue;
    const frames = lessRow(framesMatrix(sequences, s, seen), mean);
    const { model, first: index } = withContext(trained, frames);
    const path = meanPath(model, index, seen.length, Math.max(...asked) - first + 1);
    asked.forEach((frame, i) => {
      const own = row(path, frame - first).map((value, d) => value + mean[d]!);
      result.set(own, (s * asked.length + i) * size);
    });
  }
  return result;
}
