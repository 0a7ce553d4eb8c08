/**
 * Where VGPLVM's training begins: at principal components, smoothed over time.
 *
 * @module
 */
import { fold, type Key, normal } from "../../data/random/mod.ts";
import { cholesky, choleskySolve } from "../linalg/cholesky.ts";
import { type Matrix, matrix, row, transpose } from "../linalg/matrix.ts";
import { principalComponents } from "../linalg/principal_components.ts";
import { type ModelSizes, type ObservedPath, parameterCount, parametersOf } from "./model.ts";
import type { VgplvmSettings } from "./settings.ts";
import { timePrior } from "./time_kernel.ts";

/** Noise of latents of variance 1 that are smoothed over time (released code). */
const SMOOTHING = 0.01;

/** μ̄ of paths whose means are latents (Q, N), smoothed: (K + 0.01·I)⁻¹·X. */
export function smoothedMeans(prior: Matrix, latents: Matrix): Matrix {
  const covariance = matrix(prior.rows, prior.rows, prior.data.slice());
  for (let n = 0; n < prior.rows; n++) covariance.data[n * (prior.rows + 1)]! += SMOOTHING;
  const factor = cholesky(covariance, "the prior of latents");
  return transpose(choleskySolve(factor, transpose(latents)));
}

/** Scores of the first Q principal components with variance 1 (Q, N). @throws RangeError where frames do not vary so */
function whitenedScores(frames: Matrix, Q: number): Matrix {
  const scores = transpose(principalComponents(frames, Q).scores);
  for (let q = 0; q < Q; q++) {
    const own = row(scores, q);
    const variance = own.reduce((sum, score) => sum + score ** 2, 0) / own.length;
    if (!(variance > 0)) {
      throw new RangeError(
        `Cannot train VGPLVM: latentDimensions must be at most the ${q} in which the training ` +
          `frames vary, is ${Q}`,
      );
    }
    own.forEach((score, n) => own[n] = score / Math.sqrt(variance));
  }
  return scores;
}

/**
 * The vector of parameters that training begins with.
 *
 * @param period that a periodic kernel begins with, in time
 * @param key of the noise on it
 * @throws RangeError where the frames vary in fewer dimensions than the latents
 */
export function initialPoint(
  settings: VgplvmSettings,
  sizes: ModelSizes,
  { frames, times }: ObservedPath,
  period: number,
  key: Key,
): Float64Array {
  const { timeInverseWidth, timeBias, timeWhite, smoothVariance } = settings;
  const { latentDimensions: Q, inducingInputs: M } = sizes;
  const N = times.length;
  const point = new Float64Array(parameterCount(sizes, N));
  const parameters = parametersOf(sizes, N, point);
  const { means, logPrecisions, inducing, logInverseWidths, logScales, logTime } = parameters;
  const latents = whitenedScores(frames, Q);
  const noise = (name: string, length: number) =>
    normal(fold(key, name), length).map((value) => settings.initialDeviation * value);
  noise("latents", Q * N).forEach((value, i) => latents.data[i]! += value);
  const time = [timeInverseWidth, timeBias, timeWhite, smoothVariance, timeInverseWidth, period];
  logTime.set(time.slice(0, logTime.length).map(Math.log));
  // A period that is slightly wrong is far wrong some periods later: it stays.
  noise("time", Math.min(logTime.length, 5)).forEach((value, i) => logTime[i]! += value);
  const prior = timePrior(sizes.timeKernel, logTime, times);
  means.data.set(smoothedMeans(prior, latents).data);
  logPrecisions.data.fill(Math.log(settings.latentPrecision));
  for (let q = 0; q < Q; q++) {
    const own = row(latents, q);
    for (let m = 0; m < M; m++) row(inducing, q)[m] = own[Math.floor((m + 0.5) * N / M)]!;
    // The released code's kernel falls to exp(−2.5) over the range of a dimension.
    logInverseWidths[q] = Math.log(5 / (Math.max(...own) - Math.min(...own)) ** 2);
  }
  const variance = frames.data.reduce((sum, y) => sum + y * y, 0) / frames.data.length;
  logScales.set([variance, timeBias, 1 / (settings.noiseShare * variance)].map(Math.log));
  noise("widths", Q).forEach((value, q) => logInverseWidths[q]! += value);
  noise("scales", 2).forEach((value, i) => logScales[i]! += value);
  return point;
}
