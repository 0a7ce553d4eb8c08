/**
 * What a check says, one plain line a metric.
 *
 * @module
 */
import {
  counted,
  decimalsFor,
  formatFixed,
  formatShort,
  formatSigned,
} from "../../reports/numbers.ts";
import { type Comparison, isDrift } from "./compare.ts";
import type { Matching } from "./match.ts";

/** The line of a metric: "ode2vae-kl testMse: within tolerance: 0.01882 against 0.01879 per pixel, …". */
export function comparisonLine(comparison: Comparison): string {
  const { model, metric, verdict, values, unit, tolerance, note } = comparison;
  const parts: string[] = [];
  if (note !== "") parts.push(note);
  if (values !== undefined) {
    const { reference, current } = values;
    const decimals = decimalsFor(reference, 4);
    const number = (value: number) =>
      formatFixed(value, decimals) + (unit === "" ? "" : ` ${unit}`);
    parts.push(
      verdict === "identical"
        ? number(current)
        : `${formatFixed(current, decimals)} against ${number(reference)}`,
    );
    if (tolerance !== undefined) {
      const difference = formatSigned(current - reference, Math.min(8, decimals + 1));
      parts.push(
        `difference ${difference}, allowed ±${
          formatShort(tolerance.value, 2)
        } (${tolerance.origin})`,
      );
    }
  }
  parts.push(seedsText(comparison));
  return `${model} ${metric}: ${verdict}: ${parts.join(", ")}`;
}

function seedsText({ seeds, identical }: Comparison): string {
  const text = counted(seeds, "seed");
  return identical > 0 && identical < seeds ? `${text} (${identical} identical)` : text;
}

/** The last line: "no drift in 5 metrics (3 identical)" or which drifted. */
export function summaryLine(comparisons: readonly Comparison[]): string {
  const drifted = comparisons.filter(isDrift);
  const metrics = counted(comparisons.length, "metric");
  if (drifted.length > 0) {
    const names = drifted.map(({ model, metric, verdict }) => `${model} ${metric} (${verdict})`);
    return `drift in ${drifted.length} of ${metrics}: ${names.join(", ")}`;
  }
  const identical = comparisons.filter(({ verdict }) => verdict === "identical").length;
  return `no drift in ${metrics} (${identical} identical)`;
}

/** The cells that were not compared, one a line. */
export function unpairedLines({ missing, unmatched }: Matching): string[] {
  return [...missing, ...unmatched].map((line) => `not compared: ${line}`);
}
