/** The same Gaussian process with n×n matrices and Gaussian elimination: shares no code with what it checks. */
import { fold, normal, permutation, rootKey } from "../../../data/random/mod.ts";
import {
  type GpParameters,
  kernelParameters,
  type Observations,
} from "../../../models/gppvae/covariance.ts";
import { type Matrix, matrix } from "../../../models/linalg/matrix.ts";

/** A⁻¹ and log |A| by Gauss–Jordan elimination with row exchanges. */
export function invert(a: number[][]): { inverse: number[][]; logDeterminant: number } {
  const n = a.length;
  const work = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k; i < n; i++) if (Math.abs(work[i]![k]!) > Math.abs(work[best]![k]!)) best = i;
    [work[k], work[best]] = [work[best]!, work[k]!];
    const pivot = work[k]![k]!;
    logDeterminant += Math.log(Math.abs(pivot));
    work[k] = work[k]!.map((value) => value / pivot);
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = work[i]![k]!;
      work[i] = work[i]!.map((value, j) => value - factor * work[k]![j]!);
    }
  }
  return { inverse: work.map((row) => row.slice(n)), logDeterminant };
}

/** Covariance of the signal between two codes, from the definition of the kernels. */
export function signalCovariance(
  { objectVectors, kernel }: GpParameters,
  { objectCount, angles }: Observations,
  nugget: number,
  [p, q]: readonly [number, number],
  [r, s]: readonly [number, number],
): number {
  const rank = objectVectors.length / objectCount;
  const vector = (o: number) => Array.from(objectVectors.slice(o * rank, (o + 1) * rank));
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const [x, y] = [vector(p), vector(r)];
  const cosine = dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  const view = Math.exp(
    -2 * Math.sin((angles[q]! - angles[s]!) / 2) ** 2 / Math.exp(kernel[0]!) ** 2,
  );
  const [signal, noise] = [Math.exp(kernel[1]!), Math.exp(kernel[2]!)];
  return signal / (signal + noise) * cosine * (view + (q === s ? nugget : 0));
}

/** K (n, n), noise and all. */
export function denseCovariance(
  parameters: GpParameters,
  observations: Observations,
  nugget: number,
): number[][] {
  const { kernel } = parameters;
  const noise = Math.exp(kernel[2]!) / (Math.exp(kernel[1]!) + Math.exp(kernel[2]!));
  const { objects, views } = observations;
  return Array.from(
    objects,
    (p, i) =>
      Array.from(
        objects,
        (r, j) =>
          signalCovariance(parameters, observations, nugget, [p, views[i]!], [r, views[j]!]) +
          (i === j ? noise : 0),
      ),
  );
}

/** −log p(Z) from K. */
export function denseNegativeLogLikelihood(covariance: number[][], codes: Matrix): number {
  const { inverse, logDeterminant } = invert(covariance);
  const n = covariance.length;
  let total = 0.5 * codes.columns * (logDeterminant + n * Math.log(2 * Math.PI));
  for (let l = 0; l < codes.columns; l++) {
    const z = Array.from({ length: n }, (_, i) => codes.data[i * codes.columns + l]!);
    inverse.forEach((row, i) =>
      total += 0.5 * z[i]! * row.reduce((sum, value, j) => sum + value * z[j]!, 0)
    );
  }
  return total;
}

/** A random problem; every object has its own `perObject` angles out of `angles`, at equal distances. */
export function randomProblem(
  { objects = 5, angles = 6, perObject = 4, rank = 3, latents = 2, seed = 1 } = {},
): { parameters: GpParameters; observations: Observations; codes: Matrix } {
  const key = fold(rootKey(seed), "gp");
  const doubles = (name: string, n: number) => Float64Array.from(normal(fold(key, name), n));
  const views = Array.from(
    { length: objects },
    (_, p) => [...permutation(fold(key, "views", p), angles)].slice(0, perObject),
  );
  const n = objects * perObject;
  return {
    parameters: {
      objectVectors: doubles("vectors", objects * rank),
      kernel: kernelParameters(0.8, 0.15),
    },
    observations: {
      objects: Int32Array.from({ length: n }, (_, i) => Math.floor(i / perObject)),
      views: Int32Array.from(views.flat()),
      objectCount: objects,
      angles: Float64Array.from({ length: angles }, (_, q) => 2 * Math.PI * q / angles),
    },
    codes: matrix(n, latents, doubles("codes", n * latents)),
  };
}
