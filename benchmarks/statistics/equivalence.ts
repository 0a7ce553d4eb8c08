/**
 * Equivalence of paired values: two one-sided t-tests (TOST) of the mean difference against a margin.
 *
 * "Not significantly different" is not evidence of "the same": equivalence is claimed only when both "the mean difference
 * is at or below -margin" and "at or above +margin" are rejected. Schuirmann, "A comparison of the two one-sided tests
 * procedure and the power approach", J. Pharmacokinetics and Biopharmaceutics 15 (1987). The differences are taken as
 * normal; heavier tails widen their standard deviation and make the claim harder.
 *
 * @module
 */
import { mean, sampleStd } from "./spread.ts";
import { tQuantile, tUpperTail } from "./student_t.ts";

/** What {@link equivalenceTest} found. */
export interface EquivalenceResult {
  /** The larger of the two one-sided p-values: equivalent at level α if it is at most α. */
  readonly p: number;
  /** The 1 - 2α interval of the mean difference, which lies within ±margin exactly when p <= α. */
  readonly interval: { readonly low: number; readonly high: number };
}

/**
 * Two one-sided paired t-tests.
 *
 * @param differences One per pair (n >= 2), finite.
 * @param margin Largest mean difference that counts as none, > 0.
 * @param alpha Level in (0, 0.5).
 * @throws RangeError when there are fewer than two differences, or the margin is not positive
 */
export function equivalenceTest(
  differences: readonly number[],
  margin: number,
  alpha = 0.05,
): EquivalenceResult {
  if (!(margin > 0)) {
    throw new RangeError(
      `Cannot test equivalence: the margin must be > 0, is ${margin}`,
    );
  }
  const n = differences.length;
  const error = sampleStd(differences) / Math.sqrt(n);
  const centre = mean(differences);
  const half = tQuantile(1 - alpha, n - 1) * error;
  // Equal differences have no standard error: the distance to the margin alone decides.
  // An error beyond the range of numbers shows nothing.
  const tail = (distance: number) =>
    !Number.isFinite(error)
      ? 1
      : error === 0
      ? (distance > 0 ? 0 : 1)
      : tUpperTail(distance / error, n - 1);
  return {
    p: Math.max(tail(margin - centre), tail(margin + centre)),
    interval: { low: centre - half, high: centre + half },
  };
}

/** Most pairs that {@link pairsForEquivalence} considers. */
export const MOST_PAIRS = 1000;

/**
 * Pairs that show equivalence with 80 % power where the true mean difference is zero: the least n with
 * (t_{1-α} + t_{0.9}) σ / √n <= margin, t of n - 1 degrees (Chow, Shao and Wang, *Sample Size Calculations in Clinical
 * Research*, 2008, § 3.1).
 *
 * @param std Standard deviation of the paired differences.
 * @param margin As in {@link equivalenceTest}.
 * @returns at least 2; undefined when more than {@link MOST_PAIRS} are needed
 */
export function pairsForEquivalence(
  std: number,
  margin: number,
  alpha = 0.05,
  power = 0.8,
): number | undefined {
  const isEnough = (n: number) =>
    (tQuantile(1 - alpha, n - 1) + tQuantile(0.5 + power / 2, n - 1)) * std / Math.sqrt(n) <=
      margin;
  if (!isEnough(MOST_PAIRS)) return undefined;
  let [low, high] = [1, MOST_PAIRS];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
