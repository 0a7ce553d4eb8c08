/**
 * A check as JSON, for other programs.
 *
 * @module
 */
import { mean, sampleStd } from "../statistics/spread.ts";
import { canonicalJson } from "../record/canonical_json.ts";
import { summaryLine } from "./lines.ts";
import { CHECK_SCHEMA, type CheckResult, isFailed, severityOf } from "./result.ts";
import type { Comparison } from "./verdict.ts";

/**
 * The JSON of `--json`: the check's identity, `failed`, `summary`, and for each comparison its verdict, severity, means,
 * differences, tests, margin, detectable difference and the values of each seed. Keys are in canonical order; what was
 * not computed is absent.
 */
export function checkJson(result: CheckResult): string {
  const { comparisons, ...rest } = result;
  const value = {
    schema: CHECK_SCHEMA,
    ...rest,
    correction: "Holm",
    failed: isFailed(result),
    summary: summaryLine(comparisons),
    comparisons: comparisons.map((comparison) => ({
      ...comparisonJson(comparison),
      severity: severityOf(comparison, result.strict),
    })),
  };
  return `${canonicalJson(value, 1)}\n`;
}

function comparisonJson(comparison: Comparison) {
  const { differences, scale, values, ...rest } = comparison;
  return {
    ...rest,
    ...(values === undefined ? {} : { means: values }),
    ...(differences.length === 0 ? {} : {
      difference: {
        mean: mean(differences),
        ...(differences.length < 2 ? {} : { std: sampleStd(differences) }),
        n: differences.length,
      },
    }),
    ...(scale === undefined ? {} : {
      reference: {
        seeds: scale.seeds,
        ...(scale.spread === undefined ? {} : { std: scale.spread }),
      },
      ...(scale.margin === undefined ? {} : { margin: scale.margin }),
      ...(scale.tolerance === undefined ? {} : { tolerance: scale.tolerance }),
    }),
  };
}
