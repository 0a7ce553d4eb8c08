/**
 * The likelihood of latent codes under the Gaussian process, and the prediction of unseen ones, by Woodbury's identity:
 * all inverses are H×H.
 *
 * @module
 */
import { LOG_2_PI } from "../inference/densities.ts";
import { cholesky, choleskySolve, logDeterminant } from "../linalg/cholesky.ts";
import { frobenius, type Matrix, matrix } from "../linalg/matrix.ts";
import {
  checkObservations,
  type Covariance,
  factorGram,
  factorTimes,
  factorTransposeTimes,
  type Targets,
} from "./covariance.ts";

/** A covariance K = V·Vᵀ + α I ready to be solved with. */
export interface FactoredCovariance {
  /** K. */
  readonly covariance: Covariance;
  /** Cholesky factor of α I + Vᵀ·V (H, H). */
  readonly inner: Matrix;
}

/** Factors the inner matrix of Woodbury's identity. @throws NumericalError when it is singular */
export function factorCovariance(covariance: Covariance): FactoredCovariance {
  const inner = factorGram(covariance);
  for (let i = 0; i < inner.rows; i++) inner.data[i * inner.rows + i]! += covariance.noise;
  return {
    covariance,
    inner: cholesky(inner, "the inner matrix α I + VᵀV of the codes' covariance"),
  };
}

/** Checks that there is one code for each observation. @throws RangeError */
function checkCodes({ observations }: Covariance, codes: Matrix): void {
  if (codes.rows !== observations.objects.length) {
    throw new RangeError(
      `Cannot evaluate latent codes: their number must be that of the observations, ` +
        `${observations.objects.length}, is ${codes.rows}`,
    );
  }
}

/** K⁻¹·Z = (Z − V·(α I + VᵀV)⁻¹·VᵀZ) / α of Z (n, L). @throws RangeError when Z has another number of rows */
export function solveCodes({ covariance, inner }: FactoredCovariance, codes: Matrix): Matrix {
  checkCodes(covariance, codes);
  const explained = factorTimes(
    covariance,
    choleskySolve(inner, factorTransposeTimes(covariance, codes)),
  );
  const { noise } = covariance;
  const data = codes.data.map((value, i) => (value - explained.data[i]!) / noise);
  return matrix(codes.rows, codes.columns, data);
}

/** log |K| = (n − H) log α + log |α I + VᵀV|. */
export function covarianceLogDeterminant({ covariance, inner }: FactoredCovariance): number {
  const rows = covariance.observations.objects.length;
  return (rows - inner.rows) * Math.log(covariance.noise) + logDeterminant(inner);
}

/**
 * −log p(Z) in nats for independent latent dimensions: ½ Σ z_lᵀ K⁻¹ z_l + ½ L log |K| + ½ n L log 2π.
 *
 * @param codes Z (n, L)
 * @param solved K⁻¹·Z if it is known already
 */
export function negativeLogLikelihood(
  factored: FactoredCovariance,
  codes: Matrix,
  solved: Matrix = solveCodes(factored, codes),
): number {
  return 0.5 * (frobenius(codes, solved) +
    codes.columns * (covarianceLogDeterminant(factored) + codes.rows * LOG_2_PI));
}

/**
 * The posterior mean k*ᵀ·K⁻¹·Z of the codes of targets, without the noise: (t, L).
 *
 * It is V*·Vᵀ·K⁻¹·Z = V*·(α I + VᵀV)⁻¹·VᵀZ.
 *
 * @param codes Z (n, L) of the observations
 * @throws RangeError when a target is out of range, or its object has no observation
 */
export function predictCodes(
  { covariance, inner }: FactoredCovariance,
  codes: Matrix,
  targets: Targets,
): Matrix {
  const { observations } = covariance;
  checkObservations(targets, observations);
  const seen = new Set(observations.objects);
  const unknown = targets.objects.find((object) => !seen.has(object));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot predict object ${unknown}: its number of observations must be at least 1, is 0`,
    );
  }
  const weights = choleskySolve(inner, factorTransposeTimes(covariance, codes)); // (H, L)
  return factorTimes(covariance, weights, targets);
}
