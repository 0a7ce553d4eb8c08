/**
 * The verdicts of a check.
 *
 * Layer one is exact: equal trace hashes in every seed are `identical`. What differs is judged by statistics on the
 * paired differences d (current minus reference, one per seed), in this order:
 *
 * 1. A seed with a value on one side only (it diverged there) is drift by itself. So is a value of which the two sides say
 *    the opposite about which way is better, also where the hashes are equal.
 * 2. Differences within the rounding of another machine, in every seed, are `numerics-changed`; for a model without
 *    randomness all others are drift.
 *    With a tolerance for every seed (`--tolerance`), the seed that differs most decides here, and no statistics follow:
 *    for runs too short for rounding to grow, where it also finds changes that leave the mean alone.
 * 3. Two one-sided paired t-tests at level α that put the mean difference within the margin: `numerics-changed`.
 * 4. A difference that is significant at level α, Holm-corrected over all values under test: drift, by its sign.
 * 5. Else `underpowered`: these seeds show neither a difference nor that there is none.
 *
 * The test of step 4 is the exact sign-flip test where its least p-value 2^(1-n) can reach α over the number of tests
 * (six pairs for one test at 0.05). It assumes only that without a change the two sides of a pair are
 * exchangeable. Fewer pairs are compared with a spread: d̄ / (s √(2 / n)) is compared with Student's t of N - 1 degrees, where s
 * is the standard deviation over the N reference seeds or that of the differences over √2, whichever is larger. With the
 * former alone the quotient has that distribution if the sides are independent and normal; a positive correlation of
 * equal seeds, and the larger spread, only make it smaller. In 100,000 simulated checks of 2 to 5 pairs without a change 0.4
 * to 2.6 % raised an alarm at α = 0.05, for normal, Laplace, t₃, uniform and log-normal values alike; with one pair, which has
 * no spread of its own, 2 to 5 %, and 8 % for a log-normal one with σ = 1.
 *
 * So a check in which nothing changed reports drift with a chance of at most α, whatever the number of models; step 3 can
 * only lower it. `tests/benchmarks/check/error_rates_test.ts` counts both errors.
 *
 * @module
 */
import { fewestPairs, signFlipDetectable, tDetectable } from "../statistics/detectable.ts";
import {
  type EquivalenceResult,
  equivalenceTest,
  pairsForEquivalence,
} from "../statistics/equivalence.ts";
import { holm } from "../statistics/holm.ts";
import { signFlipTest } from "../statistics/sign_flip.ts";
import { formatShort } from "../statistics/numbers.ts";
import { mean, sampleStd } from "../statistics/spread.ts";
import { tUpperTail } from "../statistics/student_t.ts";
import type { Evidence } from "./evidence.ts";

/** What a check may say of a value. */
export const verdicts = [
  "identical",
  "numerics-changed",
  "drift-worse",
  "drift-better",
  "underpowered",
] as const;
/** One of {@link verdicts}. */
export type Verdict = (typeof verdicts)[number];

/** A test of "there is no difference". */
export interface DifferenceTest {
  /** The exact test of the pairs' signs, or Student's t by the spread over seeds. */
  readonly name: "sign-flip" | "seed-spread";
  /** Two-sided, of this value alone. */
  readonly p: number;
  /** Holm-corrected over all values under test. */
  readonly adjustedP: number;
}

/** A value of a model with its verdict. */
export interface Comparison extends Evidence {
  /** The verdict. */
  readonly verdict: Verdict;
  /** What else decided, e.g. "seed 2 no longer has a value"; "" otherwise. */
  readonly note: string;
  /** The test that decided; absent where nothing was tested. */
  readonly test?: DifferenceTest;
  /** p of the exact sign-flip test, even where it cannot decide. */
  readonly signFlipP?: number;
  /** Absent for fewer than two differences, or without a margin. */
  readonly equivalence?: EquivalenceResult;
  /** Least true difference that is called drift with a power of 80 %; absent where none is known. */
  readonly detectable?: number;
  /** Pairs needed to show equivalence if nothing has changed; absent when not underpowered, or when above 1,000. */
  readonly pairsNeeded?: number;
}

/** True for the verdicts that a check always fails on. */
export function isDrift({ verdict }: Comparison): boolean {
  return verdict === "drift-worse" || verdict === "drift-better";
}

/** True when no difference of any size could have been found, so that the comparison checks nothing. */
export function isBlind({ verdict, detectable, scale }: Comparison): boolean {
  return verdict === "underpowered" && detectable === undefined && scale?.margin === undefined;
}

/** Power at the reported detectable difference. */
const POWER = 0.8;

/**
 * Judges all values of one check together: they share the level α by Holm's correction.
 *
 * @param alpha Level in (0, 0.5).
 * @returns in the same order
 */
export function judge(evidence: readonly Evidence[], alpha: number): Comparison[] {
  const settled = evidence.map(settle);
  const open = evidence.filter((_, i) => settled[i] === undefined);
  const tested = open.filter(({ scale }) => scale?.spread !== undefined);
  const level = alpha / Math.max(1, tested.length);
  const p = tested.map((value) => pValue(value, level));
  const adjusted = holm(p.map(({ p }) => p));
  const tests = new Map(
    tested.map((value, i) => [value, { ...p[i]!, adjustedP: adjusted[i]! } as DifferenceTest]),
  );
  return evidence.map((value, i) => settled[i] ?? decide(value, tests.get(value), alpha, level));
}

/** The verdicts that need no statistics; undefined for the others. */
function settle(evidence: Evidence): Comparison | undefined {
  const { pairs, differences, scale, deterministic } = evidence;
  if (evidence.differInDirection) {
    const note = "lower is better on one side, higher on the other";
    return { ...evidence, verdict: "drift-worse", note };
  }
  if (evidence.identical === pairs.length) return { ...evidence, verdict: "identical", note: "" };
  const only = (has: "reference" | "current", lacks: "reference" | "current") =>
    pairs.filter((pair) => pair[has] !== undefined && pair[lacks] === undefined)
      .map(({ seed }) => seed);
  const [lost, gained] = [only("reference", "current"), only("current", "reference")];
  if (lost.length > 0) {
    const note = `${seedsText(lost)} no value any more (diverged or not finite)`;
    return { ...evidence, verdict: "drift-worse", note };
  }
  if (gained.length > 0) {
    const note = `${seedsText(gained)} a value now, none in the reference`;
    return { ...evidence, verdict: "drift-better", note };
  }
  if (scale === undefined || differences.length === 0) {
    const note = "no seed has a value on either side";
    return { ...evidence, verdict: "numerics-changed", note };
  }
  if (differences.every((difference) => Math.abs(difference) <= scale.rounding)) {
    return { ...evidence, verdict: "numerics-changed", note: "within rounding" };
  }
  if (scale.tolerance !== undefined) return settleEverySeed(evidence, scale.tolerance);
  if (!deterministic) return undefined;
  const difference = mean(differences);
  const verdict = Math.abs(difference) <= scale.margin!.value
    ? "numerics-changed"
    : direction(evidence, difference);
  return { ...evidence, verdict, note: "" };
}

/** The verdict by the seed that differs most, as a share of its reference. */
function settleEverySeed(evidence: Evidence, tolerance: number): Comparison {
  const both = evidence.pairs.flatMap(({ seed, reference, current }) => {
    if (reference === undefined || current === undefined) return [];
    const difference = current - reference;
    const share = difference === 0 ? 0 : Math.abs(difference / reference);
    return [{ seed, difference, share }];
  });
  const farthest = both.reduce((most, next) => next.share > most.share ? next : most);
  const percent = (share: number) => `${formatShort(100 * share, 2)} %`;
  const note = `every seed is allowed ${percent(tolerance)}, seed ${farthest.seed} differs by ${
    percent(farthest.share)
  }`;
  const verdict = farthest.share <= tolerance
    ? "numerics-changed"
    : direction(evidence, farthest.difference);
  return { ...evidence, verdict, note };
}

function seedsText(seeds: readonly number[]): string {
  return seeds.length === 1 ? `seed ${seeds[0]} has` : `seeds ${seeds.join(", ")} have`;
}

function direction(evidence: Evidence, difference: number): Verdict {
  const isBetter = evidence.direction === "lower" ? difference < 0 : difference > 0;
  return isBetter ? "drift-better" : "drift-worse";
}

function decide(
  evidence: Evidence,
  test: DifferenceTest | undefined,
  alpha: number,
  level: number,
): Comparison {
  const { differences } = evidence;
  const { margin } = evidence.scale!;
  const difference = mean(differences);
  const detectable = detectableDifference(evidence, test, alpha, level);
  const equivalence = differences.length < 2 || margin === undefined || margin.value === 0
    ? undefined
    : equivalenceTest(differences, margin.value, alpha);
  const judged = {
    ...evidence,
    note: "",
    ...(test === undefined ? {} : { test }),
    signFlipP: signFlipTest(differences).p,
    ...(equivalence === undefined ? {} : { equivalence }),
    ...(detectable === undefined ? {} : { detectable }),
  };
  if (equivalence !== undefined && equivalence.p <= alpha) {
    return { ...judged, verdict: "numerics-changed" };
  }
  if (test !== undefined && test.adjustedP <= alpha) {
    return { ...judged, verdict: direction(evidence, difference) };
  }
  // One reference seed has no spread for a test, so only the user's margin can decide.
  if (test === undefined && margin !== undefined && Math.abs(difference) > margin.value) {
    return { ...judged, verdict: direction(evidence, difference) };
  }
  const needed = neededPairs(evidence, alpha);
  return {
    ...judged,
    verdict: "underpowered",
    ...(needed === undefined ? {} : { pairsNeeded: needed }),
  };
}

function pValue(
  { differences, scale }: Evidence,
  level: number,
): Pick<DifferenceTest, "name" | "p"> {
  const n = differences.length;
  if (n >= fewestPairs(level)) return { name: "sign-flip", p: signFlipTest(differences).p };
  const error = standardError(differences, scale!.spread!);
  const t = Math.abs(mean(differences)) / error;
  return {
    name: "seed-spread",
    p: error === 0 ? 0 : Math.min(1, 2 * tUpperTail(t, scale!.seeds - 1)),
  };
}

/** Standard error of the mean of few differences. */
function standardError(differences: readonly number[], spread: number): number {
  const n = differences.length;
  const own = n < 2 ? 0 : sampleStd(differences) / Math.SQRT2;
  return Math.max(spread, own) * Math.sqrt(2 / n);
}

/**
 * The least true difference that is called drift with 80 % power. Beyond the margin step 3 calls at most a share α of
 * checks equivalent, so that a test power of 80 % + α leaves 80 % for both; less than the margin is no drift by
 * definition.
 */
function detectableDifference(
  { differences, scale }: Evidence,
  test: DifferenceTest | undefined,
  alpha: number,
  level: number,
): number | undefined {
  if (test === undefined) return undefined;
  const n = differences.length;
  const power = Math.min(0.99, POWER + alpha);
  const effect = test.name === "sign-flip"
    ? signFlipDetectable(n, level, power)! * sampleStd(differences)
    : tDetectable(scale!.seeds - 1, level, power) * standardError(differences, scale!.spread!);
  return Math.max(effect, scale!.margin!.value);
}

function neededPairs({ differences, scale }: Evidence, alpha: number): number | undefined {
  const n = differences.length;
  const std = n >= 2 ? sampleStd(differences) : scale!.spread === undefined
    ? undefined
    // One pair has no spread of its own: take that of two independent seeds.
    : scale!.spread * Math.SQRT2;
  const margin = scale!.margin?.value;
  if (std === undefined || margin === undefined || margin === 0) return undefined;
  const pairs = pairsForEquivalence(std, margin, alpha);
  return pairs === undefined ? undefined : Math.max(pairs, n + 1);
}
