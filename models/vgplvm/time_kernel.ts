/**
 * The prior covariance of latent paths over time: a smooth kernel, a periodic one where it is asked for, a bias and white
 * noise.
 *
 * @module
 */
import { type Matrix, matrix, mirrorLower } from "../linalg/matrix.ts";

/** What paths are like: smooth, rough, or periodic with a smooth deviation. */
export type TimeKernelName = "rbf" | "matern32" | "periodic";

/** Names in the order of settings. */
export const TIME_KERNELS = ["rbf", "matern32", "periodic"] as const;

/**
 * Logarithms of a time kernel's parameters: inverse width γ, variance of the bias, of white noise; for "periodic" also
 * the variance of the smooth part, the inverse width and the period of the periodic part. The variance of the leading
 * part is 1: latents have no scale of their own.
 */
export type TimeParameters = Float64Array;

/** Number of {@link TimeParameters}. */
export function timeParameterCount(name: TimeKernelName): number {
  return name === "periodic" ? 6 : 3;
}

/** The kernel at a distance. @param slopes by each parameter, written where given */
function valueAt(
  name: TimeKernelName,
  log: TimeParameters,
  distance: number,
  slopes?: Float64Array,
): number {
  const [width, bias] = [Math.exp(log[0]!), Math.exp(log[1]!)];
  const white = distance === 0 ? Math.exp(log[2]!) : 0;
  let [smooth, byWidth] = [0, 0];
  if (name === "matern32") {
    const scaled = Math.sqrt(3 * width) * distance;
    smooth = (1 + scaled) * Math.exp(-scaled);
    byWidth = -0.5 * scaled * scaled * Math.exp(-scaled);
  } else {
    const exponent = -0.5 * width * distance * distance;
    smooth = (name === "periodic" ? Math.exp(log[3]!) : 1) * Math.exp(exponent);
    byWidth = smooth * exponent;
  }
  if (slopes !== undefined) [slopes[0], slopes[1], slopes[2]] = [byWidth, bias, white];
  if (name !== "periodic") return smooth + bias + white;
  const phase = Math.PI * distance * Math.exp(-log[5]!);
  const periodicWidth = Math.exp(log[4]!);
  const exponent = -2 * periodicWidth * Math.sin(phase) ** 2;
  const periodic = Math.exp(exponent);
  if (slopes !== undefined) {
    slopes[3] = smooth;
    slopes[4] = periodic * exponent;
    slopes[5] = periodic * 2 * periodicWidth * Math.sin(2 * phase) * phase;
  }
  return smooth + periodic + bias + white;
}

/** K between two sets of times; white noise has part where they are equal (times, others). */
export function timeCovariance(
  name: TimeKernelName,
  log: TimeParameters,
  times: Float64Array,
  others: Float64Array,
): Matrix {
  const result = matrix(times.length, others.length);
  for (let i = 0, at = 0; i < times.length; i++) {
    for (const other of others) result.data[at++] = valueAt(name, log, Math.abs(times[i]! - other));
  }
  return result;
}

/** K of times (N, N). */
export function timePrior(name: TimeKernelName, log: TimeParameters, times: Float64Array): Matrix {
  const N = times.length;
  const result = matrix(N, N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j <= i; j++) {
      result.data[i * N + j] = valueAt(name, log, Math.abs(times[i]! - times[j]!));
    }
  }
  return mirrorLower(result);
}

/** Gradient by the parameters from that by {@link timePrior} (N, N), symmetric. */
export function timeGradient(
  name: TimeKernelName,
  log: TimeParameters,
  times: Float64Array,
  byPrior: Matrix,
): Float64Array {
  const N = times.length;
  const gradient = new Float64Array(log.length);
  const slopes = new Float64Array(log.length);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j <= i; j++) {
      valueAt(name, log, Math.abs(times[i]! - times[j]!), slopes);
      const weight = (i === j ? 1 : 2) * byPrior.data[i * N + j]!;
      for (let k = 0; k < slopes.length; k++) gradient[k]! += weight * slopes[k]!;
    }
  }
  return gradient;
}
