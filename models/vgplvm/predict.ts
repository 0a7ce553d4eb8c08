/**
 * Predictions of a trained VGPLVM: the latents' posterior at the asked times, mapped to frames.
 *
 * @module
 */
import { fold, type Key, normal } from "../../data/random/mod.ts";
import { frameSize, type Sequences } from "../../data/sequences.ts";
import { cholesky, solveLower } from "../linalg/cholesky.ts";
import { type Matrix, matrix, multiply, row, transposeMultiply } from "../linalg/matrix.ts";
import { askedFrames, type SequenceQuery } from "../training/sequences.ts";
import { furtherFrames, type TrainedPath, withFrames } from "./context.ts";
import { evaluate, mappingKernel, parametersOf, type VgplvmParameters } from "./model.ts";
import { precisionFactor, timesVector } from "./posterior.ts";
import { JITTER, type LatentMarginals, psi1Of } from "./psi.ts";
import { timeCovariance, timePrior } from "./time_kernel.ts";

/** The latents' posterior at some frames' times. */
interface LatentsAt {
  /** (Q, asked) */
  readonly means: Matrix;
  /** Of each dimension (asked, asked). */
  readonly covariances: readonly Matrix[];
}

function latentsAt(
  { sizes, observed, timeOf }: TrainedPath,
  { means, logPrecisions, logTime }: VgplvmParameters,
  prior: Matrix,
  asked: readonly number[],
): LatentsAt {
  const { latentDimensions: Q, timeKernel } = sizes;
  const times = Float64Array.from(asked, timeOf);
  const cross = timeCovariance(timeKernel, logTime, observed.times, times); // (N, asked)
  const covariances = Array.from({ length: Q }, (_, q) => {
    const precisions = row(logPrecisions, q).map(Math.exp);
    const scaled = matrix(cross.rows, cross.columns, cross.data.slice());
    precisions.forEach((precision, n) =>
      row(scaled, n).forEach((value, a, own) => own[a] = value * Math.sqrt(precision))
    );
    // K** − K*ᵀ(K + Λ⁻¹)⁻¹K*.
    const reduction = solveLower(precisionFactor(prior, precisions), scaled);
    const reduced = transposeMultiply(reduction, reduction);
    const own = timePrior(timeKernel, logTime, times);
    own.data.forEach((value, i) => own.data[i] = value - reduced.data[i]!);
    // Paths of variance 1 show nothing of this, and the matrix can be factored.
    for (let a = 0; a < asked.length; a++) own.data[a * (asked.length + 1)]! += JITTER;
    return own;
  });
  return { means: multiply(means, cross), covariances }; // (Q, N) x (N, asked)
}

/** A draw of latents as Gaussians without variance. */
function drawn({ means, covariances }: LatentsAt, key: Key): LatentMarginals {
  const paths = matrix(means.rows, means.columns, means.data.slice());
  covariances.forEach((covariance, q) => {
    const noise = Float64Array.from(normal(fold(key, q), means.columns));
    const deviation = timesVector(cholesky(covariance, "the covariance of latents"), noise);
    deviation.forEach((value, a) => row(paths, q)[a]! += value);
  });
  return { means: paths, variances: matrix(means.rows, means.columns) };
}

function marginals({ means, covariances }: LatentsAt): LatentMarginals {
  const variances = matrix(means.rows, means.columns);
  covariances.forEach(({ data }, q) =>
    row(variances, q).forEach((_, a, own) => own[a] = data[a * (means.columns + 1)]!)
  );
  return { means, variances };
}

/** Mean frames (asked, D): of all latents, or of a draw of them. */
function meanFrames(trained: TrainedPath, asked: readonly number[], key?: Key): Float64Array {
  const { sizes, observed, indices, mean } = trained;
  const parameters = parametersOf(sizes, indices.length, trained.point);
  const { prior, bound } = evaluate(sizes, observed, parameters);
  const at = latentsAt(trained, parameters, prior, asked);
  const latents = key === undefined ? marginals(at) : drawn(at, key);
  const expected = psi1Of(mappingKernel(parameters), latents, parameters.inducing); // (asked, M)
  const frames = multiply(expected, bound.weights); // (asked, M) x (M, D)
  return frames.data.map((value, i) => value + mean[i % mean.length]!);
}

/** Predicts frames of the walk that a model was trained on. */
export class WalkPredictor {
  readonly #trained: TrainedPath;
  readonly #contextIterations: number;
  readonly #key: Key;
  /** Models that were shown further frames, by these frames. */
  readonly #shown = new Map<string, TrainedPath>();

  /**
   * @param contextIterations that find latents of frames that training did not see
   * @param key of draws
   */
  constructor(trained: TrainedPath, contextIterations: number, key: Key) {
    this.#trained = trained;
    this.#contextIterations = contextIterations;
    this.#key = key;
  }

  /**
   * Mean frames, or those of a draw of latents.
   *
   * @returns (count, asked, D)
   * @throws RangeError for frames of another size, or a context of another walk
   */
  predict({ sequences, context, draw, ...query }: SequenceQuery): Float32Array {
    const asked = askedFrames({ sequences, ...query });
    const [size, expected] = [frameSize(sequences), this.#trained.mean.length];
    if (size !== expected) {
      throw new RangeError(
        `Cannot predict by VGPLVM: frames must have ${expected} numbers, have ${size}`,
      );
    }
    const result = new Float32Array(sequences.count * asked.length * size);
    for (let s = 0; s < sequences.count; s++) {
      const shown = this.#withContext(sequences, s, Array.from(context(s)));
      const key = draw === undefined ? undefined : fold(this.#key, ...draw, s);
      result.set(meanFrames(shown, asked, key), s * asked.length * size);
    }
    return result;
  }

  #withContext(sequences: Sequences, s: number, context: readonly number[]): TrainedPath {
    const further = furtherFrames(this.#trained, sequences, s, context);
    const name = `${further.indices}|${further.observed.frames.data}`;
    const known = this.#shown.get(name);
    if (known !== undefined) return known;
    const shown = withFrames(this.#trained, further, this.#contextIterations);
    this.#shown.set(name, shown);
    return shown;
  }
}
