/**
 * Is the order of a published table ours too? Neighbouring rows are compared on the seeds that both have.
 *
 * @module
 */
import { methodName } from "../method_names.ts";
import type { OrderClaim, PublishedTable } from "../published/published_cell.ts";
import { publishedTable } from "../published/registry.ts";
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";
import {
  confidenceInterval,
  type Interval,
  type PlusMinus,
} from "../../benchmarks/statistics/spread.ts";
import { holm } from "../../benchmarks/statistics/holm.ts";
import { directionSentence, undecidedReason, verdictSentence } from "./order_sentences.ts";
import { pairBySeed, type Pairs } from "./pairs.ts";
import { signFlipTest } from "../../benchmarks/statistics/sign_flip.ts";

/** Level of the corrected two-sided test. */
export const ORDER_LEVEL = 0.05;

/** What the paired seeds say of one claim. */
export type OrderVerdict = "holds" | "does-not-hold" | "cannot-be-told";

/** One claim of a published order, tested. */
export interface OrderTest {
  /** The claim. */
  readonly claim: OrderClaim;
  /** "GPPVAE-joint > ODE2VAE" of errors, "<" where higher is better; with ≥ or ≤ where equality is allowed. */
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
  /** By the sign of the mean where the corrected p is at most {@link ORDER_LEVEL}; else it cannot be told. */
  readonly verdict: OrderVerdict;
  /** The verdict and its ground, and the direction by other metrics, in plain sentences. */
  readonly sentence: string;
}

/** A metric on the seeds that both models of a claim have; differences are positive in the paper's direction. */
function pairsOf(
  group: RecordGroup,
  { worse, better }: OrderClaim,
  metric: string,
  direction: PublishedTable["direction"],
): Pairs {
  const [first, second] = direction === "lower" ? [worse, better] : [better, worse];
  return pairBySeed(group, { model: first, metric }, { model: second, metric });
}

/**
 * The claims of a group's published table, each tested on paired seeds: seeds of which both models have converged.
 *
 * The verdict is of the exact two-sided sign-flip test alone, by Holm's correction over all claims of the table, those
 * without a pair included (p = 1): a later row changes no verdict. The t-interval beside it assumes that differences
 * are normal.
 *
 * @returns none where no order is published, or no claim has a pair
 */
export function testPublishedOrder(group: RecordGroup): readonly OrderTest[] {
  const table = publishedTable(group.benchmark);
  if (table?.order === undefined) return [];
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
    const worse = methodName(group.benchmark, claim.worse);
    const better = methodName(group.benchmark, claim.better);
    const verdict = flip === undefined || corrected[i]! > ORDER_LEVEL
      ? "cannot-be-told"
      : flip.mean > 0
      ? "holds"
      : "does-not-hold";
    const reason = flip === undefined
      ? undefined
      // Could it have been told, had all differences had one sign?
      : holm(all.with(i, flip.smallestP))[i]! > ORDER_LEVEL
      ? undecidedReason(seeds.length, flip.smallestP, order.length, ORDER_LEVEL)
      : "the seeds are no evidence either way";
    const told = { worse, better, orEqual: claim.orEqual, differences, corrected: corrected[i]! };
    const others = alsoBy.flatMap(({ metric: other, label }) => {
      const also = pairsOf(group, claim, other, direction);
      return spread === undefined || also.spread === undefined
        ? []
        : [directionSentence(label, better, also.differences, also.spread, spread)];
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
      sentence: [verdictSentence(verdict, told, reason), ...others].join(" "),
    };
  });
}
