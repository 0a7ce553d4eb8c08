/**
 * Prediction of codes at angles that an object was not seen from.
 *
 * @module
 */
import { choleskySolve } from "../linalg/cholesky.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { factorTimes, factorTransposeTimes } from "./factor_products.ts";
import type { FactoredCovariance } from "./likelihood.ts";
import { checkObservations, type Targets } from "./observations.ts";

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
      `Cannot predict object ${unknown}: it must have been observed from at least one angle: ` +
        `current number of observations is 0`,
    );
  }
  const weights = choleskySolve(inner, factorTransposeTimes(covariance, codes)); // (H, L)
  return factorTimes(covariance, weights, targets);
}
