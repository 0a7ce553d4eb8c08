/** Evidence made of numbers, without records. */
import { mean } from "../../../benchmarks/statistics/spread.ts";
import {
  chooseScale,
  type Evidence,
  type MarginOption,
} from "../../../benchmarks/check/evidence.ts";

/** What {@link evidenceOf} may be told beside the values. */
export interface EvidenceChanges {
  readonly model?: string;
  readonly direction?: Evidence["direction"];
  readonly deterministic?: boolean;
  readonly margin?: MarginOption;
  readonly tolerance?: number;
  /** Values of the reference's other seeds. */
  readonly more?: readonly number[];
}

/** Seeds 0, 1, … on both sides; a NaN is a seed without a value, equal numbers are not equal hashes. */
export function evidenceOf(
  reference: readonly number[],
  current: readonly number[],
  changes: EvidenceChanges = {},
): Evidence {
  const { model = "m", direction = "lower", deterministic = false, margin, tolerance, more = [] } =
    changes;
  const pairs = reference.map((value, seed) => ({
    seed,
    ...(Number.isNaN(value) ? {} : { reference: value }),
    ...(Number.isNaN(current[seed]) ? {} : { current: current[seed]! }),
    identical: false,
  }));
  const both = pairs.filter((pair) => pair.reference !== undefined && pair.current !== undefined);
  const known = [...reference, ...more].filter((value) => !Number.isNaN(value));
  return {
    model,
    metric: "testMse",
    unit: "per pixel",
    direction,
    differInDirection: false,
    deterministic,
    pairs,
    identical: 0,
    ...(both.length === 0 ? {} : {
      values: {
        reference: mean(both.map((pair) => pair.reference!)),
        current: mean(both.map((pair) => pair.current!)),
      },
    }),
    differences: both.map((pair) => pair.current! - pair.reference!),
    ...(known.length === 0 ? {} : {
      scale: chooseScale(known, { deterministic, margin, tolerance }),
    }),
  };
}
