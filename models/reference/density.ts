/**
 * Densities that a flow has to beat: the best Gaussian, and a uniform density.
 *
 * @module
 */
import { fold, type Key, normal, rootKey, uniform } from "../../data/random/mod.ts";
import { LOG_2_PI } from "../inference/densities.ts";
import { minimise } from "../linalg/lbfgs.ts";
import type { DensityData, DensityModel, PlaneSamples, PlaneTarget } from "../training/density.ts";
import type { Method } from "../training/method.ts";
import { untrained } from "./untrained.ts";

/** One density. */
interface Density {
  /** Pairs (n, 2), one after the other. */
  readonly sample: (count: number, key: Key) => Float32Array;
  readonly logDensity: (x: number, y: number) => number;
}

/** Methods with a density for each target that is made from it at once. */
function densities(
  name: string,
  parameters: number,
  make: (target: PlaneTarget, data: DensityData) => Density,
): Method<DensityData, DensityModel> {
  return untrained(name, {}, ({ data, seed }) => {
    const { targets } = data;
    const all = targets.map((target) => make(target, data));
    const logDensity = ({ logDensity }: Density, points: Float32Array) =>
      Float32Array.from(
        { length: points.length / 2 },
        (_, i) => logDensity(points[2 * i]!, points[2 * i + 1]!),
      );
    return {
      parameters: parameters * targets.length,
      trained: {
        sample: (count, draw) =>
          Promise.resolve(all.map((density, t): PlaneSamples => {
            const points = density.sample(count, fold(rootKey(seed), name, t, ...draw));
            return { points, logDensity: logDensity(density, points) };
          })),
        logDensity: (points) => Promise.resolve(all.map((density) => logDensity(density, points))),
      },
    };
  });
}

/** Uniform on the square. */
export const uniformDensity: Method<DensityData, DensityModel> = densities(
  "Uniform",
  0,
  (_, { side }) => ({
    sample: (count, key) => uniform(key, 2 * count).map((u) => (2 * u - 1) * side),
    logDensity: () => -2 * Math.log(2 * side),
  }),
);

/** Standard normal points on a grid with their weights, for integrals. */
const NODES = (() => {
  const at = Array.from({ length: 25 }, (_, i) => (i - 12) * 0.42);
  const nodes = at.flatMap((u) => at.map((v) => [u, v, Math.exp(-(u * u + v * v) / 2)] as const));
  const sum = nodes.reduce((sum, [, , weight]) => sum + weight, 0);
  return nodes.map(([u, v, weight]) => [u, v, weight / sum] as const);
})();

/** Where the search for the best Gaussian begins: mean, and the logarithm of both standard deviations. */
const STARTS = [[0, 0, 0], [2, 0, -1], [-2, 0, -1]] as const;
/** Iterations of L-BFGS from each start; it has converged by then. */
const ITERATIONS = 40;

/** KL[N(µ, L Lᵀ) ‖ p] − log Z of (µ, log L₁₁, L₂₁, log L₂₂). */
function gaussianDivergence({ energy }: PlaneTarget, p: ArrayLike<number>): number {
  const [mx, my, a, c, d] = Array.from(p) as [number, number, number, number, number];
  let sum = -1 - LOG_2_PI - a - d;
  for (const [u, v, weight] of NODES) {
    sum += weight * energy(mx + Math.exp(a) * u, my + c * u + Math.exp(d) * v);
  }
  return sum;
}

/** The Gaussian with the least KL divergence from the target, of those that a search from three points finds. */
export const bestGaussian: Method<DensityData, DensityModel> = densities(
  "Gaussian",
  5,
  (target) => {
    const value = (point: ArrayLike<number>) => gaussianDivergence(target, point);
    const step = 1e-4;
    const objective = (point: Float64Array) => ({
      value: value(point),
      gradient: point.map((at, i) =>
        (value(point.with(i, at + step)) - value(point.with(i, at - step))) / (2 * step)
      ),
    });
    const found = STARTS.map(([x, y, s]) =>
      minimise(objective, Float64Array.of(x, y, s, 0, s), ITERATIONS)
    );
    const [mx, my, a, c, d] = found.reduce((best, p) => value(p) < value(best) ? p : best) as
      & Float64Array
      & [number, number, number, number, number];
    return {
      sample: (count, key) => {
        const noise = normal(key, 2 * count);
        return noise.map((_, i) => {
          const [u, v] = [noise[i - i % 2]!, noise[i - i % 2 + 1]!];
          return i % 2 === 0 ? mx + Math.exp(a) * u : my + c * u + Math.exp(d) * v;
        });
      },
      logDensity: (x, y) => {
        const u = (x - mx) * Math.exp(-a);
        const v = (y - my - c * u) * Math.exp(-d);
        return -0.5 * (u * u + v * v) - LOG_2_PI - a - d;
      },
    };
  },
);
