/**
 * Which differences of a metric count as none.
 *
 * @module
 */
import { counted, formatShort } from "../statistics/numbers.ts";
import { mean, sampleStd } from "../statistics/spread.ts";

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

/** What a metric's differences are measured by. */
export interface Scale {
  /** Sample standard deviation over the reference's seeds, at least the rounding; absent for one seed or no randomness. */
  readonly spread?: number;
  /** Number of reference seeds behind it. */
  readonly seeds: number;
  /** Differences up to here may be the rounding of another machine: a hundred-thousandth of the reference's mean. */
  readonly rounding: number;
  /** Absent where the reference has no spread and the user gave no share. */
  readonly margin?: Margin;
  /** Largest difference of every single seed, as a share of its reference; absent where the mean decides. */
  readonly tolerance?: number;
}

/** What a scale is chosen from. */
export interface ScaleInputs {
  /** The metric in each seed of the reference, finite. */
  readonly reference: readonly number[];
  /** Whether the model gives the same number in every seed. */
  readonly deterministic: boolean;
  /** `--margin`. */
  readonly option?: MarginOption;
  /** `--tolerance`. */
  readonly tolerance?: number;
}

/** Share of a value that another machine's rounding may move it by, in Float32 sums over a data set. */
const ROUNDING_SHARE = 1e-5;

/**
 * Chooses the margin of a metric. By default it is the standard deviation over the reference's seeds: what another seed
 * does to one run anyway. A model without randomness has the rounding as its margin.
 *
 * @throws RangeError when there is no reference value
 */
export function chooseScale({ tolerance, ...inputs }: ScaleInputs): Scale {
  return { ...chooseMargin(inputs), ...(tolerance === undefined ? {} : { tolerance }) };
}

function chooseMargin({ reference, deterministic, option }: ScaleInputs): Scale {
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
