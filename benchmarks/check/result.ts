/**
 * The result of a check, and its text: one plain line per value.
 *
 * @module
 */
import { counted, decimalsFor, formatFixed, formatShort } from "../statistics/numbers.ts";
import { mean } from "../statistics/spread.ts";
import type { CellIdentity, Tier } from "../record/record.ts";
import { type Comparison, type DifferenceTest, isBlind, isDrift, type Verdict } from "./verdict.ts";

/** Version of the JSON's layout. */
export const CHECK_SCHEMA = 1;

/** A finished check. */
export interface CheckResult extends Omit<CellIdentity, "model" | "seed"> {
  /** Folder of the reference records. */
  readonly against: string;
  /** Level that all tests share. */
  readonly alpha: number;
  /** Whether anything but identical results fails. */
  readonly strict: boolean;
  /** One for each compared value of a model, in the order of the models. */
  readonly comparisons: readonly Comparison[];
  /** One line for each cell that only one side has. */
  readonly notCompared: readonly string[];
  /** How many cells of the reference have no finished result. */
  readonly missing: number;
  /** Results that other code than the present one made. */
  readonly otherCode: readonly string[];
  /** Parts of the machine's fingerprint that differ. */
  readonly machineChanges: readonly string[];
  /** Settings that differ. */
  readonly settingChanges: readonly string[];
}

/** A check that came to no verdict. */
export interface CheckFailure {
  /** Registry name of the benchmark. */
  readonly benchmark: string;
  /** The tier that was to be checked. */
  readonly tier: Tier;
  /** Why, one line. */
  readonly error: string;
}

/** How the check of one benchmark of several ended. */
export type CheckOutcome = CheckResult | CheckFailure;

/** How a comparison counts for the exit code. */
export type Severity = "error" | "warning" | "notice" | "none";

/**
 * `error` fails the check: drift, a comparison that could not have found any, and with `strict` everything that is not
 * identical. `warning` is an underpowered comparison, `notice` changed numerics.
 */
export function severityOf(comparison: Comparison, strict: boolean): Severity {
  if (comparison.verdict === "identical") return "none";
  if (strict || isDrift(comparison) || isBlind(comparison)) return "error";
  return comparison.verdict === "underpowered" ? "warning" : "notice";
}

/** True when a comparison fails the check, or with `strict` a cell that is not there. */
export function isFailed({ comparisons, strict, missing }: CheckResult): boolean {
  return (strict && missing > 0) ||
    comparisons.some((comparison) => severityOf(comparison, strict) === "error");
}

/** One line on what to do about a failed check. */
export function adviceLine(result: CheckResult): string {
  const { benchmark, tier, comparisons } = result;
  if (comparisons.some(isDrift)) {
    return `To accept an intended change as the new reference: deno task accept ${benchmark} --tier ${tier} ` +
      '--reason "…"';
  }
  return comparisons.some(isBlind)
    ? "A check that cannot find a difference does not pass"
    : "With --strict only identical results pass, of every cell of the reference";
}

/** A p-value: "p = 0.031", "p < 0.0001". */
export function pText(p: number): string {
  return p < 1e-4 ? "p < 0.0001" : `p = ${formatShort(p, 2)}`;
}

const testNames: Readonly<Record<DifferenceTest["name"], string>> = {
  "sign-flip": "sign flips",
  "seed-spread": "the spread over seeds",
};

/** The mean difference with its sign: "+0.00314", "−0.225", "0". */
export function differenceText(differences: readonly number[]): string {
  const difference = mean(differences);
  return (difference > 0 ? "+" : "") + formatShort(difference, 3);
}

/** The numbers and tests of a comparison, part by part, without the model's name and the verdict. */
export function comparisonParts(comparison: Comparison): string[] {
  const { note, values, unit, verdict, differences, scale } = comparison;
  const parts: string[] = note === "" ? [] : [note];
  if (values !== undefined) {
    const decimals = decimalsFor(values.reference, 4);
    const number = formatFixed(values.reference, decimals) + (unit === "" ? "" : ` ${unit}`);
    if (verdict === "identical") parts.push(number);
    else {
      parts.push(
        `${formatFixed(values.current, decimals)} against ${number}`,
        `difference ${differenceText(differences)}`,
      );
    }
  }
  if (comparison.test !== undefined && verdict !== "numerics-changed") {
    const { name, p, adjustedP } = comparison.test;
    const corrected = adjustedP === p ? "" : `, corrected ${formatShort(adjustedP, 2)}`;
    parts.push(`${pText(p)} by ${testNames[name]}${corrected}`);
  }
  const margin = scale?.margin;
  if (margin !== undefined && verdict !== "identical" && note === "") {
    const size = `±${formatShort(margin.value, 2)} (${margin.origin})`;
    const { equivalence } = comparison;
    // Do not say of drift that it is "not shown equivalent": that would add nothing.
    const claim = verdict === "numerics-changed" ? "equivalent" : "not shown equivalent";
    parts.push(
      equivalence === undefined || isDrift(comparison)
        ? `margin ${size}`
        : `${claim} within ${size}, ${pText(equivalence.p)}`,
    );
  }
  if (verdict === "underpowered") parts.push(...powerParts(comparison));
  const seeds = counted(comparison.pairs.length, "seed");
  parts.push(
    comparison.identical > 0 && verdict !== "identical"
      ? `${seeds} (${comparison.identical} identical)`
      : seeds,
  );
  return parts;
}

function powerParts(comparison: Comparison): string[] {
  const { detectable, pairsNeeded } = comparison;
  if (isBlind(comparison)) {
    return ["one reference seed has no spread: give --margin, or take more seeds"];
  }
  return [
    detectable === undefined
      ? "no error rate is known for one reference seed"
      : `drifts from ±${formatShort(detectable, 2)} on are found with 80 % power`,
    pairsNeeded === undefined
      ? comparison.pairs.length < 2
        ? "equivalence needs at least 2 seeds"
        : "equivalence needs more than 1,000 seeds"
      : `equivalence needs about ${counted(pairsNeeded, "seed")}`,
  ];
}

/** The line of a value: "model-a error: drift-worse: 0.02220 against 0.01879 per unit, …". */
export function comparisonLine(comparison: Comparison): string {
  const { model, metric, verdict } = comparison;
  return `${model} ${metric}: ${verdict}: ${comparisonParts(comparison).join(", ")}`;
}

/** The last line: "no drift in 5 metrics (3 identical, 2 numerics-changed)", or which drifted. */
export function summaryLine(comparisons: readonly Comparison[]): string {
  const drifted = comparisons.filter(isDrift);
  const metrics = counted(comparisons.length, "metric");
  if (drifted.length > 0) {
    const names = drifted.map(({ model, metric, verdict }) => `${model} ${metric} (${verdict})`);
    return `drift in ${drifted.length} of ${metrics}: ${names.join(", ")}`;
  }
  const order: readonly Verdict[] = ["identical", "numerics-changed", "underpowered"];
  const counts = order.flatMap((verdict) => {
    const count = comparisons.filter((comparison) => comparison.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  const found = counts.length === 0 ? "" : ` (${counts.join(", ")})`;
  const isShown = !comparisons.some(({ verdict }) => verdict === "underpowered");
  return `${isShown ? "no drift" : "no drift found"} in ${metrics}${found}`;
}
