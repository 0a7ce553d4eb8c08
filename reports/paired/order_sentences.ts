/**
 * What a test of a published order found, in plain sentences.
 *
 * @module
 */
import {
  capitalise,
  counted,
  decimalsOf,
  formatFixed,
  formatShort,
} from "../../benchmarks/statistics/numbers.ts";
import type { PlusMinus } from "../../benchmarks/statistics/spread.ts";
import type { OrderVerdict } from "./published_order.ts";

/** What the sentence on a verdict tells. */
export interface ToldClaim {
  /** Name of the method with the worse published value. */
  readonly worse: string;
  /** Name of the one with the better value. */
  readonly better: string;
  /** Whether equal values would be the table's order too. */
  readonly orEqual: boolean;
  /** One a paired seed, positive where `better` is better. */
  readonly differences: readonly number[];
  /** p after correction. */
  readonly corrected: number;
}

const share = (count: number, all: readonly number[]) =>
  `${count} of ${counted(all.length, "seed")}`;

/** Why a claim could not have been told, however its pairs had fallen. */
export function undecidedReason(
  pairs: number,
  smallestP: number,
  claims: number,
  level: number,
): string {
  // All differences of one sign, and the smallest p of the table: claims · 2 / 2ⁿ.
  const needed = Math.ceil(Math.log2(2 * claims / level));
  return `with ${counted(pairs, "seed")} no two-sided p is below ${formatShort(smallestP, 3)}; ` +
    `for ${counted(claims, "claim")} at ${level} it takes ${needed} seeds that differ`;
}

/** The verdict and its ground. @param reason why it cannot be told; undefined without a pair */
export function verdictSentence(
  verdict: OrderVerdict,
  { worse, better, orEqual, differences, corrected }: ToldClaim,
  reason: string | undefined,
): string {
  if (reason === undefined) {
    return `Cannot be told: no seed has a result of both ${worse} and ${better}.`;
  }
  const ahead = share(differences.filter((difference) => difference > 0).length, differences);
  const behind = share(differences.filter((difference) => difference < 0).length, differences);
  const p = `(corrected p ${formatShort(corrected, 2)})`;
  switch (verdict) {
    case "holds":
      return `Holds: ${better} is better than ${worse} on ${ahead} ${p}.`;
    case "does-not-hold":
      return `Does not hold: ${worse} is better than ${better} on ${behind} ${p}.`;
    case "cannot-be-told":
      return `Cannot be told: ${reason}. ${better} is better than ${worse} on ${ahead} ${p}.${
        orEqual ? " Equal values would be the paper's order too." : ""
      }`;
  }
}

/** Whether another metric has the headline's direction: "The last epoch's parameters: the same direction, …". */
export function directionSentence(
  label: string,
  better: string,
  differences: readonly number[],
  spread: PlusMinus,
  headline: PlusMinus,
): string {
  const same = Math.sign(spread.mean) === Math.sign(headline.mean) ? "the same" : "the other";
  const ahead = share(differences.filter((difference) => difference > 0).length, differences);
  return `${capitalise(label)}: ${same} direction, ${better} better on ${ahead}, mean difference ` +
    `${formatFixed(spread.mean, decimalsOf(spread))}.`;
}
