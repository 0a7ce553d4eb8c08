/**
 * Is the order of a published table ours too? Neighbouring rows are compared on the seeds that both have.
 *
 * @module
 */
import { holm } from "../../benchmarks/statistics/holm.ts";
import {
  capitalise,
  counted,
  decimalsOf,
  formatFixed,
  formatShort,
} from "../../benchmarks/statistics/numbers.ts";
import { signFlipTest } from "../../benchmarks/statistics/sign_flip.ts";
import {
  confidenceInterval,
  type Interval,
  type PlusMinus,
} from "../../benchmarks/statistics/spread.ts";
import type { OrderClaim } from "../benchmarks/benchmark_report.ts";
import { type GroupTable, modelTitle, type ReportGroup, tablesOf } from "../catalogue.ts";
import { pairBySeed, type Pairs } from "./pairs.ts";

/** Level of the corrected two-sided test. */
export const ORDER_LEVEL = 0.05;

/** What the paired seeds say of one claim. */
export type OrderVerdict = "holds" | "does-not-hold" | "undecided";

/** One claim of a published order, tested. */
export interface OrderTest {
  /** The claim. */
  readonly claim: OrderClaim;
  /** "A > B" of errors, "<" where higher is better; with ≥ or ≤ where equality is allowed. */
  readonly pair: string;
  /** Seeds that both models have a value of, ascending. */
  readonly seeds: readonly number[];
  /** Of the differences over seeds, positive in the paper's direction; undefined without a pair. */
  readonly spread: PlusMinus | undefined;
  /** 95 % t-interval of the mean difference; undefined below two pairs, or where all differences are equal. */
  readonly interval: Interval | undefined;
  /** Two-sided p of the sign-flip test; undefined without a pair. */
  readonly p: number | undefined;
  /** The same after Holm's correction over all claims of the table. */
  readonly corrected: number | undefined;
  /** The least p, uncorrected, that differences of this number could have. */
  readonly smallestP: number | undefined;
  /** By the sign of the mean where the corrected p is at most {@link ORDER_LEVEL}; else undecided. */
  readonly verdict: OrderVerdict;
  /** The verdict and its grounds, and the direction by other metrics, in plain sentences. */
  readonly sentence: string;
}

/** "5 of 7 seeds". */
const share = (count: number, all: readonly number[]) =>
  `${count} of ${counted(all.length, "seed")}`;

/** Why a claim could not have been decided, whichever way its pairs had differed. */
function undecidedReason(pairs: number, smallestP: number, claims: number): string {
  // All differences of one sign, and the smallest p of the table: claims · 2 / 2ⁿ.
  const needed = Math.ceil(Math.log2(2 * claims / ORDER_LEVEL));
  return `with ${counted(pairs, "seed")} no two-sided p is below ${formatShort(smallestP, 3)}; ` +
    `${counted(claims, "claim")} at ${ORDER_LEVEL} would need ${needed} seeds that differ`;
}

/** What the sentence on a verdict is about. */
interface TestedClaim {
  readonly worse: string;
  readonly better: string;
  readonly orEqual: boolean;
  /** One for each paired seed, positive where `better` is better. */
  readonly differences: readonly number[];
  readonly corrected: number;
}

/** The verdict and its grounds. @param reason why it is undecided; undefined without a pair */
function verdictSentence(
  verdict: OrderVerdict,
  { worse, better, orEqual, differences, corrected }: TestedClaim,
  reason: string | undefined,
): string {
  if (reason === undefined) {
    return `Undecided: no seed has a result of both ${worse} and ${better}.`;
  }
  const ahead = share(differences.filter((difference) => difference > 0).length, differences);
  const behind = share(differences.filter((difference) => difference < 0).length, differences);
  const p = `(corrected p ${formatShort(corrected, 2)})`;
  switch (verdict) {
    case "holds":
      return `Holds: ${better} is better than ${worse} on ${ahead} ${p}.`;
    case "does-not-hold":
      return `Does not hold: ${worse} is better than ${better} on ${behind} ${p}.`;
    case "undecided":
      return `Undecided: ${reason}. ${better} is better than ${worse} on ${ahead} ${p}.${
        orEqual ? " Equal values would agree with the paper's order too." : ""
      }`;
  }
}

/** Whether another metric has the direction of the table's: "The last epoch's parameters: the same direction, …". */
function directionSentence(
  label: string,
  better: string,
  { differences }: Pairs,
  spread: PlusMinus,
  headline: PlusMinus,
): string {
  const same = Math.sign(spread.mean) === Math.sign(headline.mean) ? "the same" : "the other";
  const ahead = share(differences.filter((difference) => difference > 0).length, differences);
  return `${capitalise(label)}: ${same} direction, ${better} better on ${ahead}, mean difference ` +
    `${formatFixed(spread.mean, decimalsOf(spread))}.`;
}

/** A metric on the seeds that both models of a claim have; differences are positive in the paper's direction. */
function pairsOf(
  group: ReportGroup,
  { worse, better }: OrderClaim,
  metric: string,
  direction: GroupTable["direction"],
): Pairs {
  const [first, second] = direction === "lower" ? [worse, better] : [better, worse];
  return pairBySeed(group, { model: first, metric }, { model: second, metric });
}

/**
 * The claims of a published table on its order, each tested on paired seeds: seeds on which both models converged.
 *
 * The verdict rests on the exact two-sided sign-flip test alone, with Holm's correction over all claims of the table,
 * those without a pair included (p = 1): a later row changes no verdict. The t-interval beside it assumes that
 * differences are normal.
 *
 * @param table by default that of the headline metric
 * @returns none where no order is published, or no claim has a pair
 */
export function testPublishedOrder(
  group: ReportGroup,
  table: GroupTable = tablesOf(group)[0],
): readonly OrderTest[] {
  if (table.order === undefined) return [];
  const { order, metric, direction, alsoBy = [] } = table;
  const pairs = order.map((claim) => pairsOf(group, claim, metric, direction));
  if (pairs.every(({ seeds }) => seeds.length === 0)) return [];
  const flips = pairs.map(({ differences }) =>
    differences.length === 0 ? undefined : signFlipTest(differences)
  );
  const all = flips.map((flip) => flip?.p ?? 1);
  const corrected = holm(all);
  const [strict, loose] = direction === "lower" ? [">", "≥"] : ["<", "≤"];
  return order.map((claim, i): OrderTest => {
    const { seeds, differences, spread } = pairs[i]!;
    const flip = flips[i];
    const worse = modelTitle(group.about, claim.worse);
    const better = modelTitle(group.about, claim.better);
    const verdict = flip === undefined || corrected[i]! > ORDER_LEVEL
      ? "undecided"
      : flip.mean > 0
      ? "holds"
      : "does-not-hold";
    const reason = flip === undefined
      ? undefined
      // Could it have been decided, had all differences had one sign?
      : holm(all.with(i, flip.smallestP))[i]! > ORDER_LEVEL
      ? undecidedReason(seeds.length, flip.smallestP, order.length)
      : `chance could make as large a difference (corrected p above ${ORDER_LEVEL})`;
    const tested = { worse, better, orEqual: claim.orEqual, differences, corrected: corrected[i]! };
    const others = alsoBy.flatMap(({ metric: other, label }) => {
      const also = pairsOf(group, claim, other, direction);
      return spread === undefined || also.spread === undefined
        ? []
        : [directionSentence(label, better, also, also.spread, spread)];
    });
    return {
      claim,
      pair: `${worse} ${claim.orEqual ? loose : strict} ${better}`,
      seeds,
      spread,
      interval: spread === undefined ? undefined : confidenceInterval(spread),
      p: flip?.p,
      corrected: flip === undefined ? undefined : corrected[i],
      smallestP: flip?.smallestP,
      verdict,
      sentence: [verdictSentence(verdict, tested, reason), ...others].join(" "),
    };
  });
}
