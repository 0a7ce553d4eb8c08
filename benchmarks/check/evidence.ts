/**
 * A value of a model compared with its reference, seed by seed, and the scale by which differences are judged: all that a
 * verdict is made from.
 *
 * @module
 */
import { counted, formatShort } from "../statistics/numbers.ts";
import { finiteDifference, mean, sampleStd } from "../statistics/spread.ts";
import type { CellRecord, Metric } from "../record/record.ts";
import type { Pair } from "./match.ts";
import { describeValue, differInDirection, valueOf } from "./values.ts";

/** `--margin`: a share of the reference's mean, or a multiple of its standard deviation over seeds. */
export interface MarginOption {
  /** The number, >= 0: 0.02 for 2 %, or 1.5 for 1.5sd. */
  readonly value: number;
  /** What it is a multiple of. */
  readonly of: "mean" | "sd";
}

/** The largest mean difference that counts as none. */
export interface Margin {
  /** In the metric's unit, >= 0. */
  readonly value: number;
  /** How it was chosen, e.g. "1 sd of 5 reference seeds". */
  readonly origin: string;
}

/** The scale by which a metric's differences are judged. */
export interface Scale {
  /** Sample standard deviation over the reference's seeds, at least the rounding; absent for one seed or no randomness. */
  readonly spread?: number;
  /** Number of reference seeds. */
  readonly seeds: number;
  /** Differences up to this size may be the rounding of another machine: a hundred-thousandth of the reference's mean. */
  readonly rounding: number;
  /** Absent where the reference has no spread and the user gave no share. */
  readonly margin?: Margin;
  /** Largest difference of every single seed, as a share of its reference; absent where the mean decides. */
  readonly tolerance?: number;
}

/** The user's choices, and what kind of model it is: what decides on a scale besides the reference's values. */
export interface ScaleOptions {
  /** Whether the model gives the same number in every seed. */
  readonly deterministic: boolean;
  /** `--margin`. */
  readonly margin?: MarginOption | undefined;
  /** `--tolerance`. */
  readonly tolerance?: number | undefined;
}

/** Share of a value by which another machine's rounding may change it, in Float32 sums over a data set. */
const ROUNDING_SHARE = 1e-5;

/**
 * Chooses the scale of a metric. The margin is by default the standard deviation over the reference's seeds, which is how
 * much another seed changes a run anyway. A model without randomness has the rounding as its margin.
 *
 * @param reference The metric in each seed of the reference, finite.
 * @throws RangeError when there is no reference value
 */
export function chooseScale(reference: readonly number[], options: ScaleOptions): Scale {
  const { tolerance } = options;
  return { ...chooseMargin(reference, options), ...(tolerance === undefined ? {} : { tolerance }) };
}

function chooseMargin(
  reference: readonly number[],
  { deterministic, margin: option }: ScaleOptions,
): Scale {
  const size = Math.abs(mean(reference));
  const rounding = ROUNDING_SHARE * size;
  const share = option?.of === "mean"
    ? { value: option.value * size, origin: `--margin ${formatShort(100 * option.value)}%` }
    : undefined;
  const seeds = reference.length;
  if (deterministic) {
    const margin = share ?? { value: rounding, origin: "rounding of a model without randomness" };
    return { seeds, rounding, margin };
  }
  if (seeds < 2) return { seeds, rounding, ...(share === undefined ? {} : { margin: share }) };
  const spread = Math.max(sampleStd(reference), rounding);
  const times = option?.of === "sd" ? option.value : 1;
  const margin = share ??
    {
      value: times * spread,
      origin: `${formatShort(times)} sd of ${counted(seeds, "reference seed")}`,
    };
  return { seeds, spread, rounding, margin };
}

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
  /** Whether the records differ in that, so that no value compares. */
  readonly differInDirection: boolean;
  /** Whether the model gives the same number in every seed. */
  readonly deterministic: boolean;
  /** Seeds that both sides have, at least one. */
  readonly pairs: readonly SeedValues[];
  /** Number of pairs with equal trace hashes. */
  readonly identical: number;
  /** Means over the seeds with a value on both sides; absent where there is none. */
  readonly values?: { readonly reference: number; readonly current: number };
  /** Current minus reference of those seeds. */
  readonly differences: readonly number[];
  /** The scale of the differences; absent where the reference has no value. */
  readonly scale?: Scale;
}

/** What {@link gatherEvidence} takes. */
export interface EvidenceInputs extends ScaleOptions {
  /** Registry name of the metric or curve. */
  readonly metric: string;
  /** The pairs of one model, at least one. */
  readonly pairs: readonly Pair[];
  /** All results of the model in the reference, over which the spread is taken. */
  readonly reference: readonly CellRecord[];
}

/**
 * Compares a value of a model with its reference.
 *
 * @throws RangeError when there are no pairs
 */
export function gatherEvidence(inputs: EvidenceInputs): Evidence {
  const { metric, deterministic } = inputs;
  const [first] = inputs.pairs;
  if (first === undefined) {
    throw new RangeError(`Cannot compare ${metric}: there must be a pair of results, got none`);
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
    differInDirection: differInDirection(sides, metric),
    deterministic,
    pairs,
    identical: pairs.filter(({ identical }) => identical).length,
    ...(both.length === 0 ? {} : {
      values: {
        reference: mean(both.map(({ reference }) => reference)),
        current: mean(both.map(({ current }) => current)),
      },
    }),
    differences: both.map(({ reference, current }) => finiteDifference(current, reference)),
    ...(known.length === 0 ? {} : { scale: chooseScale(known, inputs) }),
  };
}
