/** Records to hold against each other. */
import type {
  CellIdentity,
  CellRecord,
  JsonNumber,
  Metric,
} from "../../../benchmarks/record/record.ts";
import type { Pair } from "../../../benchmarks/check/match.ts";
import { exampleRecord } from "../_example_record.ts";

/** A completed record with one metric of this value. */
export function recordWith(
  value: JsonNumber,
  cell: Partial<CellIdentity> = {},
  changes: Partial<CellRecord> & { readonly direction?: Metric["direction"] } = {},
): CellRecord {
  const { direction = "lower", ...rest } = changes;
  return exampleRecord({
    metrics: [{ name: "testMse", label: "MSE", value, unit: "per pixel", direction }],
    curves: [],
    exhibits: [],
    cell: { ...exampleRecord().cell, seed: 0, ...cell },
    ...rest,
  });
}

/** Pairs of one model, seed by seed. */
export function pairsOf(reference: readonly JsonNumber[], current: readonly JsonNumber[]): Pair[] {
  return reference.map((value, seed) => ({
    reference: recordWith(value, { seed }),
    current: recordWith(current[seed]!, { seed }),
  }));
}
