/**
 * How much each change of a base model matters: every other trained model against it, and the base itself tested in
 * other ways, on paired seeds.
 *
 * @module
 */
import {
  type GroupTable,
  isTrivial,
  modelOrder,
  modelTitle,
  type ReportGroup,
  tablesOf,
} from "../catalogue.ts";
import {
  confidenceInterval,
  type Interval,
  type PlusMinus,
  shareOf,
} from "../../benchmarks/statistics/spread.ts";
import { holm } from "../../benchmarks/statistics/holm.ts";
import { type Measured, pairBySeed, type Pairs } from "./pairs.ts";
import { signFlipTest } from "../../benchmarks/statistics/sign_flip.ts";

/** One row against the base. */
export interface BaseDifference {
  /** What is compared. */
  readonly measured: Measured;
  /** What the table calls it. */
  readonly label: string;
  /** Seeds that both have a value of, ascending. */
  readonly seeds: readonly number[];
  /** Of the differences over seeds, the row's value minus the base's; undefined without a pair. */
  readonly spread: PlusMinus | undefined;
  /** The mean difference as a share of the base's mean on these seeds; undefined without a pair, or where that is 0. */
  readonly relative: number | undefined;
  /** 95 % t-interval of the mean difference; undefined below two pairs, or where all differences are equal. */
  readonly interval: Interval | undefined;
  /** Seeds on which the row is better. */
  readonly better: number;
  /** Seeds on which both values are equal. */
  readonly equal: number;
  /** Two-sided p of the sign-flip test; undefined without a pair. */
  readonly p: number | undefined;
  /** The same after Holm's correction over the rows of its block. */
  readonly corrected: number | undefined;
}

/** The rows of a group against its base. */
export interface BaseComparison {
  /** Display name of the base. */
  readonly base: string;
  /** Whether lower or higher is better. */
  readonly direction: GroupTable["direction"];
  /** Other trained models by the table's metric, best first; those without a pair come last. */
  readonly rows: readonly BaseDifference[];
  /** Other metrics of the base against the table's metric, in the same order. */
  readonly variants: readonly BaseDifference[];
}

interface Candidate {
  readonly measured: Measured;
  readonly label: string;
  readonly pairs: Pairs;
}

/** Tests the rows of one block together. */
function testBlock(
  candidates: readonly Candidate[],
  direction: GroupTable["direction"],
): readonly BaseDifference[] {
  const sign = direction === "lower" ? 1 : -1;
  const p = candidates.map(({ pairs: { differences } }) =>
    differences.length === 0 ? undefined : signFlipTest(differences).p
  );
  // A row without a pair counts too, as p = 1, so that its later result raises no other row's p.
  const corrected = holm(p.map((one) => one ?? 1));
  const rank = ({ spread }: BaseDifference) => spread === undefined ? Infinity : sign * spread.mean;
  return candidates.map(({ measured, label, pairs }, i): BaseDifference => {
    const { seeds, differences, spread, secondMean } = pairs;
    return {
      measured,
      label,
      seeds,
      spread,
      relative: spread === undefined ? undefined : shareOf(spread.mean, secondMean ?? 0),
      interval: spread === undefined ? undefined : confidenceInterval(spread),
      better: differences.filter((difference) => sign * difference < 0).length,
      equal: differences.filter((difference) => difference === 0).length,
      p: p[i],
      corrected: p[i] === undefined ? undefined : corrected[i],
    };
  }).toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    return first === second ? 0 : first - second;
  });
}

/**
 * Every other trained model of a group against the base of a table, and the base's other metrics against the table's,
 * seed by seed. References that learn nothing are left to the main table.
 *
 * @param table by default that of the headline metric
 * @returns undefined where the table has no base, or nothing has a seed in common with it
 */
export function compareWithBase(
  group: ReportGroup,
  table: GroupTable = tablesOf(group)[0],
): BaseComparison | undefined {
  if (table.base === undefined) return undefined;
  const { metric, direction, variants = [] } = table;
  const base: Measured = { model: table.base, metric };
  const candidate = (measured: Measured, label: string): Candidate => (
    { measured, label, pairs: pairBySeed(group, measured, base) }
  );
  const models = modelOrder(group)
    .filter((model) => model !== base.model && !isTrivial(group.about, model))
    .map((model) => candidate({ model, metric }, modelTitle(group.about, model)));
  // A metric that no record of the base holds is no row.
  const others = variants.map((variant) =>
    candidate({ model: base.model, metric: variant.metric }, variant.label)
  ).filter(({ pairs }) => pairs.seeds.length > 0);
  if ([...models, ...others].every(({ pairs }) => pairs.seeds.length === 0)) return undefined;
  return {
    base: modelTitle(group.about, base.model),
    direction,
    rows: testBlock(models, direction),
    variants: testBlock(others, direction),
  };
}
