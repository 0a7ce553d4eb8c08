/**
 * What a check says, one plain line a value.
 *
 * @module
 */
import { counted, decimalsFor, formatFixed, formatShort } from "../statistics/numbers.ts";
import { mean } from "../statistics/spread.ts";
import type { Matching } from "./match.ts";
import { type Comparison, type DifferenceTest, isBlind, isDrift, type Verdict } from "./verdict.ts";

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

/** What a comparison rests on, part by part, without the model's name and the verdict. */
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
    // What is drift is not shown equivalent either: that would say nothing.
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

/** The line of a value: "ode2vae-kl testMse: drift-worse: 0.02220 against 0.01879 per pixel, …". */
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

/** The cells that were not compared, one a line. */
export function unpairedLines({ missing, unmatched }: Matching): string[] {
  return [...missing, ...unmatched];
}
