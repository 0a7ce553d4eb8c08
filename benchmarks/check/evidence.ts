/**
 * A value of a model held against its reference, seed by seed: what a verdict is made from.
 *
 * @module
 */
import { mean } from "../statistics/spread.ts";
import type { CellRecord, Metric } from "../record/record.ts";
import { chooseScale, type MarginOption, type Scale } from "./margin.ts";
import type { Pair } from "./match.ts";
import { describeValue, valueOf } from "./values.ts";

/** One seed on both sides. */
export interface SeedValues {
  /** The seed of the results. */
  readonly seed: number;
  /** Absent when the reference's cell did not complete or has no finite value. */
  readonly reference?: number;
  /** Absent likewise. */
  readonly current?: number;
  /** Whether the trace hashes, and with them all metrics and curves, are equal. */
  readonly identical: boolean;
}

/** A value of a model on both sides. */
export interface Evidence {
  /** Registry name of the model. */
  readonly model: string;
  /** Registry name of the metric or curve. */
  readonly metric: string;
  /** Unit of the values. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: Metric["direction"];
  /** Whether the model gives the same number in every seed. */
  readonly deterministic: boolean;
  /** Seeds that both sides have, at least one. */
  readonly pairs: readonly SeedValues[];
  /** Number of them with equal trace hashes. */
  readonly identical: number;
  /** Means over the seeds with a value on both sides; absent where there is none. */
  readonly values?: { readonly reference: number; readonly current: number };
  /** Current minus reference of those seeds. */
  readonly differences: readonly number[];
  /** What the differences are measured by; absent where the reference has no value. */
  readonly scale?: Scale;
}

/** What {@link gatherEvidence} takes. */
export interface EvidenceInputs {
  /** Registry name of the metric or curve. */
  readonly metric: string;
  /** The pairs of one model, at least one. */
  readonly pairs: readonly Pair[];
  /** All results of the model in the reference: what the spread is taken over. */
  readonly reference: readonly CellRecord[];
  /** Whether the model gives the same number in every seed. */
  readonly deterministic: boolean;
  /** `--margin`. */
  readonly margin?: MarginOption;
  /** `--tolerance`. */
  readonly tolerance?: number;
}

/**
 * Holds a value of a model against its reference.
 *
 * @throws RangeError when there are no pairs
 */
export function gatherEvidence(inputs: EvidenceInputs): Evidence {
  const { metric, deterministic } = inputs;
  const [first] = inputs.pairs;
  if (first === undefined) {
    throw new RangeError(`Cannot compare ${metric}: there must be a pair of results: it has none`);
  }
  const pairs = inputs.pairs.map((pair): SeedValues => {
    const reference = valueOf(pair.reference, metric);
    const current = valueOf(pair.current, metric);
    return {
      seed: pair.current.cell.seed,
      ...(reference === undefined ? {} : { reference }),
      ...(current === undefined ? {} : { current }),
      identical: pair.reference.traceSha256 === pair.current.traceSha256 &&
        pair.reference.status === pair.current.status,
    };
  });
  const both = pairs.flatMap(({ reference, current }) =>
    reference === undefined || current === undefined ? [] : [{ reference, current }]
  );
  const known = inputs.reference.flatMap((record) => valueOf(record, metric) ?? []);
  const sides = inputs.pairs.flatMap(({ reference, current }) => [reference, current]);
  return {
    model: first.reference.cell.model,
    metric,
    ...describeValue(sides, metric),
    deterministic,
    pairs,
    identical: pairs.filter(({ identical }) => identical).length,
    ...(both.length === 0 ? {} : {
      values: {
        reference: mean(both.map(({ reference }) => reference)),
        current: mean(both.map(({ current }) => current)),
      },
    }),
    differences: both.map(({ reference, current }) => current - reference),
    ...(known.length === 0 ? {} : {
      scale: chooseScale({
        reference: known,
        deterministic,
        ...(inputs.margin === undefined ? {} : { option: inputs.margin }),
        ...(inputs.tolerance === undefined ? {} : { tolerance: inputs.tolerance }),
      }),
    }),
  };
}
