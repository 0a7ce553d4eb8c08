/**
 * The sign-flip test: are paired differences centred on zero?
 *
 * If nothing changed, every difference is as likely to be positive as negative, so that all 2ⁿ assignments of signs to
 * the absolute differences are equally likely. The p-value is the share of assignments whose sum is at least as extreme
 * as the observed one; no distribution is assumed beyond that symmetry. Fisher, *The Design of Experiments* (1935), § 21;
 * Ernst, "Permutation methods: a basis for exact inference", Statistical Science 19 (2004).
 *
 * @module
 */
import { fold, integers, rootKey } from "../../data/random/mod.ts";
import { powerOfTwoScale } from "./spread.ts";

/** What {@link signFlipTest} found. */
export interface SignFlipResult {
  /** Chance of a sum at least as far from zero when every sign is a fair coin; in (0, 1]. */
  readonly p: number;
  /** The least p that any signs of these absolute differences could give: zero differences never lower it. */
  readonly smallestP: number;
  /** Arithmetic mean of the differences. */
  readonly mean: number;
}

/** Most differences whose 2ⁿ assignments are all counted. */
export const EXACT_LIMIT = 30;
/** Assignments sampled for more differences. */
export const SAMPLED_ASSIGNMENTS = 19_999;

/**
 * The two-sided sign-flip test of paired differences.
 *
 * Up to {@link EXACT_LIMIT} differences it is exact: the sums of both halves' 2^(n/2) assignments are sorted, and pairs
 * of them counted, which counts all 2ⁿ. Beyond, {@link SAMPLED_ASSIGNMENTS} assignments are drawn from a fixed Philox
 * stream, so that equal differences give equal p. The observed assignment is added to them, p = (b + 1) / (m + 1), which
 * keeps the false-alarm rate (Phipson and Smyth, "Permutation p-values should never be zero", 2010). Sums that differ by
 * less than their rounding count as equal, which can only raise p.
 *
 * @param differences One per pair (n), finite; keep zeros.
 * @throws RangeError when there is no difference, or one is not finite
 */
export function signFlipTest(differences: readonly number[]): SignFlipResult {
  const n = differences.length;
  if (n === 0) {
    throw new RangeError("Cannot test differences: their number must be >= 1, is 0");
  }
  const bad = differences.find((value) => !Number.isFinite(value));
  if (bad !== undefined) {
    throw new RangeError(`Cannot test differences: each must be finite, is ${bad}`);
  }
  const scale = powerOfTwoScale(differences);
  const scaled = differences.map((value) => value * scale);
  const sizes = scaled.map(Math.abs);
  // Each sum is n roundings of at most half a unit in the last place of the total.
  const slack = n * Number.EPSILON * sizes.reduce((total, size) => total + size, 0);
  const sum = scaled.reduce((total, value) => total + value, 0);
  const bound = Math.abs(sum) - slack;
  const mean = sum / n / scale;
  if (n > EXACT_LIMIT) {
    const count = SAMPLED_ASSIGNMENTS + 1;
    return { p: (sampleAtLeast(sizes, bound) + 1) / count, smallestP: 1 / count, mean };
  }
  const nonZero = sizes.filter((size) => size > 0).length;
  // The distribution is symmetric, so that two tails are twice one.
  return {
    p: Math.min(1, 2 * countAtLeast(sizes, bound) / 2 ** n),
    smallestP: Math.min(1, 2 * 2 ** -nonZero),
    mean,
  };
}

/** Number of the 2ⁿ signed sums of `sizes` that are at least `bound`. */
function countAtLeast(sizes: readonly number[], bound: number): number {
  const half = sizes.length >> 1;
  const left = signedSums(sizes.slice(0, half));
  const right = signedSums(sizes.slice(half));
  let count = 0;
  // As the left sum grows, more of the right ones reach the bound.
  let first = right.length;
  for (const sum of left) {
    while (first > 0 && sum + right[first - 1]! >= bound) first--;
    count += right.length - first;
  }
  return count;
}

/** All signed sums, ascending (2ⁿ). */
function signedSums(sizes: readonly number[]): Float64Array {
  let sums = new Float64Array(1);
  for (const size of sizes) {
    const next = new Float64Array(2 * sums.length);
    sums.forEach((sum, i) => {
      next[2 * i] = sum - size;
      next[2 * i + 1] = sum + size;
    });
    sums = next;
  }
  return sums.sort();
}

/** Number of sampled signed sums whose magnitude is at least `bound`. */
function sampleAtLeast(sizes: readonly number[], bound: number): number {
  const bits = 31;
  const words = Math.ceil(sizes.length / bits);
  const key = fold(rootKey(0), "sign-flip");
  const drawn = integers(key, SAMPLED_ASSIGNMENTS * words, 2 ** bits);
  let count = 0;
  for (let i = 0; i < SAMPLED_ASSIGNMENTS; i++) {
    let sum = 0;
    for (let j = 0; j < sizes.length; j++) {
      const word = drawn[i * words + Math.floor(j / bits)]!;
      sum += (word >>> (j % bits)) & 1 ? sizes[j]! : -sizes[j]!;
    }
    if (Math.abs(sum) >= bound) count++;
  }
  return count;
}
