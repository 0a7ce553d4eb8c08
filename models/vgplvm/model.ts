/**
 * VGPLVM's bound as a function of one vector of parameters.
 *
 * @module
 */
import type { Objective } from "../linalg/lbfgs.ts";
import { type Matrix, matrix, NumericalError, row } from "../linalg/matrix.ts";
import { type CollapsedBound, collapsedBound } from "./bound.ts";
import { pathGradients, type PathPosterior, pathPosterior } from "./posterior.ts";
import { type LatentMarginals, type MappingKernel, psiStatistics } from "./psi.ts";
import { timeGradient, type TimeKernelName, timeParameterCount, timePrior } from "./time_kernel.ts";

/** What the parameters are about. */
export interface ObservedPath {
  /** Y, centred (N, D). */
  readonly frames: Matrix;
  /** When they are (N). */
  readonly times: Float64Array;
}

/** Numbers of parameters. */
export interface ModelSizes {
  /** Q. */
  readonly latentDimensions: number;
  /** M. */
  readonly inducingInputs: number;
  /** Kernel of latents over time. */
  readonly timeKernel: TimeKernelName;
}

/** Views of the parts of a vector of parameters. */
export interface VgplvmParameters {
  /** μ̄ (Q, N). */
  readonly means: Matrix;
  /** log λ (Q, N). */
  readonly logPrecisions: Matrix;
  /** Z (Q, M). */
  readonly inducing: Matrix;
  /** log α (Q). */
  readonly logInverseWidths: Float64Array;
  /** Logarithms of the mapping's σ² and b, and of the noise's precision β (3). */
  readonly logScales: Float64Array;
  /** See {@link timePrior}. */
  readonly logTime: Float64Array;
}

/** Parameters of N frames. */
export function parameterCount({ latentDimensions: Q, ...sizes }: ModelSizes, N: number): number {
  return Q * (2 * N + sizes.inducingInputs + 1) + 3 + timeParameterCount(sizes.timeKernel);
}

/** Views of the parts of a vector of {@link parameterCount} numbers. */
export function parametersOf(
  { latentDimensions: Q, inducingInputs: M }: ModelSizes,
  N: number,
  vector: Float64Array,
): VgplvmParameters {
  let at = 0;
  const take = (length: number) => vector.subarray(at, at += length);
  return {
    means: matrix(Q, N, take(Q * N)),
    logPrecisions: matrix(Q, N, take(Q * N)),
    inducing: matrix(Q, M, take(Q * M)),
    logInverseWidths: take(Q),
    logScales: take(3),
    logTime: vector.subarray(at),
  };
}

/** The mapping's kernel. */
export function mappingKernel({ logInverseWidths, logScales }: VgplvmParameters): MappingKernel {
  return {
    inverseWidths: logInverseWidths.map(Math.exp),
    variance: Math.exp(logScales[0]!),
    bias: Math.exp(logScales[1]!),
  };
}

/** All that follows from a vector of parameters. */
export interface Evaluated {
  /** Of the latents over time (N, N). */
  readonly prior: Matrix;
  /** Of each dimension (Q). */
  readonly paths: readonly PathPosterior[];
  /** The same at the times alone. */
  readonly latents: LatentMarginals;
  /** Without the divergence of the latents. */
  readonly bound: CollapsedBound;
  /** Gradients by the latents and the mapping's kernel. */
  readonly pullBack: ReturnType<typeof psiStatistics>["pullBack"];
}

/** Evaluates the bound. @throws NumericalError where a matrix cannot be factored */
export function evaluate(
  sizes: ModelSizes,
  { frames, times }: ObservedPath,
  parameters: VgplvmParameters,
): Evaluated {
  const { latentDimensions: Q } = sizes;
  const { means, logPrecisions, inducing, logScales, logTime } = parameters;
  const N = times.length;
  const prior = timePrior(sizes.timeKernel, logTime, times);
  const paths = Array.from(
    { length: Q },
    (_, q) => pathPosterior(prior, row(means, q), row(logPrecisions, q).map(Math.exp)),
  );
  const latents = { means: matrix(Q, N), variances: matrix(Q, N) };
  paths.forEach(({ mean, covariance }, q) => {
    row(latents.means, q).set(mean);
    row(latents.variances, q).forEach((_, n, own) => own[n] = covariance.data[n * (N + 1)]!);
  });
  const { statistics, pullBack } = psiStatistics(mappingKernel(parameters), latents, inducing);
  const bound = collapsedBound(statistics, frames, Math.exp(logScales[2]!));
  return { prior, paths, latents, bound, pullBack };
}

/**
 * −(bound on log p(Y)) with its gradient. Where a matrix cannot be factored it is not a number.
 *
 * @param learned all parameters; all but the noise; or the latents alone: the gradient by the others is 0
 */
export function negativeBound(
  sizes: ModelSizes,
  observed: ObservedPath,
  learned: "all" | "all-but-noise" | "latents" = "all",
): Objective {
  const N = observed.times.length;
  return (vector) => {
    const gradient = new Float64Array(vector.length);
    const parameters = parametersOf(sizes, N, vector);
    let evaluated: Evaluated;
    try {
      evaluated = evaluate(sizes, observed, parameters);
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      return { value: NaN, gradient };
    }
    const { prior, paths, bound } = evaluated;
    const slopes = parametersOf(sizes, N, gradient);
    const pulled = evaluated.pullBack(bound.slopes);
    const byPrior = matrix(N, N);
    let value = bound.value;
    paths.forEach((path, q) => {
      value -= path.divergence;
      const own = pathGradients(
        prior,
        row(parameters.means, q),
        row(parameters.logPrecisions, q).map(Math.exp),
        path,
        row(pulled.means, q),
        row(pulled.variances, q),
      );
      row(slopes.means, q).set(own.means);
      row(slopes.logPrecisions, q).set(own.logPrecisions);
      for (let i = 0; i < N * N; i++) byPrior.data[i]! += own.prior.data[i]!;
    });
    if (learned !== "latents") {
      slopes.inducing.data.set(pulled.inducing.data);
      slopes.logInverseWidths.set(pulled.logInverseWidths);
      slopes.logScales.set([pulled.logVariance, pulled.logBias]);
      if (learned === "all") slopes.logScales[2] = bound.logPrecision;
      const { timeKernel } = sizes;
      slopes.logTime.set(timeGradient(timeKernel, parameters.logTime, observed.times, byPrior));
    }
    return { value: -value, gradient: gradient.map((slope) => -slope) };
  };
}
