/** A finished check with one comparison of each severity. */
import type { CheckResult } from "../../../benchmarks/check/result.ts";
import { judge } from "../../../benchmarks/check/verdict.ts";
import { evidenceOf } from "./_evidence.ts";

/** A check of values that are made here. */
export function exampleResult(changes: Partial<CheckResult> = {}): CheckResult {
  const reference = [1, 1.1, 0.9, 1.05, 0.95, 1.02];
  return {
    benchmark: "rmnist",
    version: 2,
    tier: "smoke",
    backend: "ort-cpu",
    dataSha256: "0123456789abcdef".repeat(4),
    against: "reports/reference",
    alpha: 0.1,
    strict: false,
    comparisons: judge([
      { ...evidenceOf([0.5], [0.5], { model: "same" }), identical: 1 },
      evidenceOf(reference, reference.map((value, i) => value + 0.001 * (i % 2)), {
        model: "rounded",
      }),
      evidenceOf(reference, reference.map((value, i) => value + 0.3 + 0.01 * i), {
        model: "worse",
      }),
      evidenceOf([1, 1.1, 0.9], [1.05, 1.2, 1.1], { model: "few" }),
    ], 0.1),
    notCompared: [],
    missing: 0,
    otherCode: [],
    machineChanges: [],
    settingChanges: [],
    ...changes,
  };
}
