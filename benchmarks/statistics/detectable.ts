/**
 * Minimum detectable effects: the least true difference that a test finds with a given power.
 *
 * They are given in estimated standard deviations, so that a report can convert them to the metric's unit. Bloom, "Minimum
 * detectable effects", Evaluation Review 19 (1995): for a t-test it is (t_{1-α/2} + t_{power}) standard errors, and the
 * test finds a difference of that many *estimated* standard errors with just that power.
 *
 * @module
 */
import { fold, normal, rootKey } from "../../data/random/mod.ts";
import { sampleStd } from "./spread.ts";
import { tQuantile } from "./student_t.ts";

/** Most pairs whose sign-flip test is simulated; with more pairs it has the power of a t-test. */
const SIMULATED_LIMIT = 12;
/** Simulated samples: the power has a standard error of 1.1 percentage points. */
const SAMPLES = 1000;

/** Least number of pairs with which a two-sided sign-flip test can reject at level α: 2^(1 - n) <= α; 6 at 0.05. */
export function fewestPairs(alpha: number): number {
  return Math.ceil(1 - Math.log2(alpha) - 1e-9);
}

/**
 * The minimum detectable effect of a two-sided t-test, in standard errors.
 *
 * @param degrees Degrees of freedom of the standard error's estimate.
 */
export function tDetectable(degrees: number, alpha: number, power: number): number {
  return tQuantile(1 - alpha / 2, degrees) + tQuantile(power, degrees);
}

const found = new Map<string, number>();

/**
 * The minimum detectable effect of the two-sided sign-flip test of n normal differences, in their sample standard
 * deviations.
 *
 * In a sample z + δ the test rejects upwards once δ exceeds a threshold: p counts the sets F of pairs whose sum over
 * z + δ is at most 0, that is whose mean of z is at most -δ, and the empty set; so K = ⌊α/2 · 2ⁿ⌋ allows K - 1 sets, and
 * the threshold is minus the K-th smallest mean over a set. The effect is the quantile, at the given power, of threshold over sample
 * standard deviation, over samples of a fixed Philox stream. Beyond 12 pairs it is {@link tDetectable} over √n.
 *
 * @returns undefined when n pairs cannot reach level α
 */
export function signFlipDetectable(n: number, alpha: number, power: number): number | undefined {
  if (n < fewestPairs(alpha)) return undefined;
  if (n > SIMULATED_LIMIT) return tDetectable(n - 1, alpha, power) / Math.sqrt(n);
  const allowed = Math.floor((alpha / 2) * 2 ** n + 1e-9);
  const key = `${n} ${allowed} ${power}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const thresholds = Float64Array.from({ length: SAMPLES }, (_, i) => {
    const sample = [...normal(fold(rootKey(0), "detectable", n, i), n)];
    return -setMeans(sample)[allowed - 1]! / sampleStd(sample);
  }).sort();
  const effect = thresholds[Math.ceil(power * SAMPLES) - 1]!;
  found.set(key, effect);
  return effect;
}

/** Means over all non-empty sets of values, ascending (2ⁿ - 1). */
function setMeans(values: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** values.length);
  const sizes = new Uint8Array(sums.length);
  values.forEach((value, i) => {
    for (let set = 2 ** i, rest = 0; rest < 2 ** i; set++, rest++) {
      sums[set] = sums[rest]! + value;
      sizes[set] = sizes[rest]! + 1;
    }
  });
  return sums.subarray(1).map((sum, i) => sum / sizes[i + 1]!).sort();
}
