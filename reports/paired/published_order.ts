/**
 * Is the order of a published table ours too? Neighbouring rows are compared on the seeds that both have.
 *
 * @module
 */
import { fromJsonNumber } from "../../benchmarks/json_number.ts";
import { methodName } from "../method_names.ts";
import { counted, formatShort } from "../numbers.ts";
import type { OrderClaim, PublishedTable } from "../published/published_cell.ts";
import { publishedTable } from "../published/registry.ts";
import type { RecordGroup } from "../records.ts";
import { confidenceInterval, type Interval, type PlusMinus, plusMinus } from "../statistics.ts";
import { hasConverged } from "../summary.ts";
import { signFlipTest } from "./sign_flip.ts";

/** Level of the one-sided test in each direction. */
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
  /** 95 % t-interval of the mean difference; undefined below two pairs. */
  readonly interval: Interval | undefined;
  /** p of the sign-flip test, one-sided in the paper's direction; undefined without a pair. */
  readonly p: number | undefined;
  /** The least p that differences of this number could have. */
  readonly smallestP: number | undefined;
  /** Holds or not where that one-sided test, or the one in the other direction, is below {@link ORDER_LEVEL}. */
  readonly verdict: OrderVerdict;
  /** The verdict and its ground as a plain sentence. */
  readonly sentence: string;
}

/** Values of a metric by seed, of the seeds that converged. */
function valuesBySeed(
  group: RecordGroup,
  model: string,
  metric: string,
): ReadonlyMap<number, { readonly value: number; readonly unit: string }> {
  return new Map(
    group.records.filter(({ record }) => record.cell.model === model && hasConverged(record))
      .flatMap(({ record }) => {
        const found = record.metrics.find(({ name }) => name === metric);
        if (found === undefined) return [];
        return [[record.cell.seed, { value: fromJsonNumber(found.value), unit: found.unit }]];
      }),
  );
}

/** Pairs that the sign-flip test needs to reach {@link ORDER_LEVEL}. */
const NEEDED = Math.ceil(-Math.log2(ORDER_LEVEL));

function judge(
  names: { readonly worse: string; readonly better: string },
  differences: readonly number[],
  orEqual: boolean,
): Pick<OrderTest, "p" | "smallestP" | "verdict" | "sentence"> {
  const { worse, better } = names;
  if (differences.length === 0) {
    const sentence = `Cannot be told: no seed has a result of both ${worse} and ${better}.`;
    return { p: undefined, smallestP: undefined, verdict: "cannot-be-told", sentence };
  }
  const { p, smallestP } = signFlipTest(differences, "greater");
  const against = signFlipTest(differences, "less").p;
  const n = differences.length;
  const forIt = differences.filter((difference) => difference > 0).length;
  const ahead = (count: number) => `on ${count} of ${counted(n, "seed")}`;
  if (p <= ORDER_LEVEL) {
    const sentence = `Holds: ${better} is better than ${worse} ${ahead(forIt)}.`;
    return { p, smallestP, verdict: "holds", sentence };
  }
  if (against <= ORDER_LEVEL) {
    const opposite = differences.filter((difference) => difference < 0).length;
    const sentence = `Does not hold: ${worse} is better than ${better} ${ahead(opposite)} ` +
      `(p of that direction ${formatShort(against, 2)}).`;
    return { p, smallestP, verdict: "does-not-hold", sentence };
  }
  const reason = smallestP > ORDER_LEVEL
    ? `with ${counted(n, "seed")} p is never below ${formatShort(smallestP, 3)}, ` +
      `and ${NEEDED} that differ are needed for ${ORDER_LEVEL}`
    : `neither direction has p of at most ${ORDER_LEVEL}`;
  const equality = orEqual ? " Equal values would be the paper's order too." : "";
  const sentence = `Cannot be told: ${reason}; ${better} is better ${ahead(forIt)}.${equality}`;
  return { p, smallestP, verdict: "cannot-be-told", sentence };
}

function testClaim(
  group: RecordGroup,
  { metric, direction }: PublishedTable,
  claim: OrderClaim,
): OrderTest {
  const worse = valuesBySeed(group, claim.worse, metric);
  const better = valuesBySeed(group, claim.better, metric);
  const seeds = [...worse.keys()].filter((seed) => better.has(seed)).toSorted((a, b) => a - b);
  const sign = direction === "lower" ? 1 : -1;
  const observations = seeds.map((seed) => ({
    value: sign * (worse.get(seed)!.value - better.get(seed)!.value),
    quantity: worse.get(seed)!.unit,
    unit: "seed" as const,
  }));
  const spread = observations.length === 0 ? undefined : plusMinus(observations);
  const names = {
    worse: methodName(group.benchmark, claim.worse),
    better: methodName(group.benchmark, claim.better),
  };
  const [strict, loose] = direction === "lower" ? [">", "≥"] : ["<", "≤"];
  return {
    claim,
    pair: `${names.worse} ${claim.orEqual ? loose : strict} ${names.better}`,
    seeds,
    spread,
    interval: spread === undefined ? undefined : confidenceInterval(spread),
    ...judge(names, observations.map(({ value }) => value), claim.orEqual),
  };
}

/**
 * The claims of a group's published table, each tested on paired seeds: seeds of which both models have converged.
 *
 * The verdict is of the exact sign-flip test alone, one-sided in each direction at {@link ORDER_LEVEL}; the t-interval
 * beside it assumes that differences are normal.
 *
 * @returns none where no order is published, or no claim has a pair
 */
export function testPublishedOrder(group: RecordGroup): readonly OrderTest[] {
  const table = publishedTable(group.benchmark);
  const tests = (table?.order ?? []).map((claim) => testClaim(group, table!, claim));
  return tests.some(({ seeds }) => seeds.length > 0) ? tests : [];
}
