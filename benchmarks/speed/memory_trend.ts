/**
 * Whether resident memory grows with the steps: a straight line after a warm-up.
 *
 * @module
 */

/** Resident memory after so many steps. */
export interface MemorySample {
  /** Steps made. */
  readonly step: number;
  /** Resident set of the process, bytes. */
  readonly residentBytes: number;
}

/** The straight line of resident memory over steps. */
export interface MemoryTrend {
  /** First step that counts: before it caches and arenas fill. */
  readonly fromStep: number;
  /** Slope, bytes a step. */
  readonly bytesPerStep: number;
  /**
   * Standard error of the slope, as if samples were independent; a process takes and gives back memory in pieces, so that
   * neighbours are alike and the true error is somewhat larger.
   */
  readonly bytesPerStepError: number;
  /** Mean resident set from `fromStep` on, bytes. */
  readonly residentBytes: number;
  /** Slope times all steps, over the mean resident set. */
  readonly growthShare: number;
  /** "flat" where the growth is below {@link FLAT_SHARE}. */
  readonly verdict: "flat" | "growing";
}

/** Growth over all steps, as a share of the resident set, below which memory counts as flat. */
export const FLAT_SHARE = 0.02;

/** Share of the steps that is warm-up. */
const WARM_UP = 0.2;

/**
 * The trend of resident memory after the first fifth of the steps, by least squares.
 *
 * @param series by increasing step; the last one is that of all steps
 * @throws RangeError with fewer than 3 samples after the warm-up
 */
export function memoryTrend(series: readonly MemorySample[]): MemoryTrend {
  const steps = series.at(-1)?.step ?? 0;
  const fromStep = Math.ceil(WARM_UP * steps);
  const counted = series.filter(({ step }) => step >= fromStep);
  const n = counted.length;
  if (n < 3) {
    throw new RangeError(
      `Cannot fit memory over steps: it must be known 3 times after the warm-up: ` +
        `current number of samples is ${n}`,
    );
  }
  const meanStep = counted.reduce((sum, { step }) => sum + step, 0) / n;
  const residentBytes = counted.reduce((sum, sample) => sum + sample.residentBytes, 0) / n;
  let spread = 0;
  let products = 0;
  for (const sample of counted) {
    spread += (sample.step - meanStep) ** 2;
    products += (sample.step - meanStep) * (sample.residentBytes - residentBytes);
  }
  const bytesPerStep = products / spread;
  const squares = counted.reduce((sum, sample) => {
    const line = residentBytes + bytesPerStep * (sample.step - meanStep);
    return sum + (sample.residentBytes - line) ** 2;
  }, 0);
  const growthShare = bytesPerStep * steps / residentBytes;
  return {
    fromStep,
    bytesPerStep,
    bytesPerStepError: Math.sqrt(squares / (n - 2) / spread),
    residentBytes,
    growthShare,
    verdict: growthShare < FLAT_SHARE ? "flat" : "growing",
  };
}
