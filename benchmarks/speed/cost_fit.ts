/**
 * How seconds grow with a size: power laws by least squares.
 *
 * A step is a fixed cost for each operation (a node that starts, a buffer that is found) and one that grows. Where the
 * fixed part is not small, the slope of log(seconds) over log(size) is between 0 and the exponent of the growing part:
 * so the law with a constant term is fitted, too.
 *
 * @module
 */

/** A measured size and its time. */
export interface CostSample {
  /** The size, > 0. */
  readonly size: number;
  /** Its seconds, > 0. */
  readonly seconds: number;
}

/** seconds = coefficient · size^exponent. */
export interface PowerLaw {
  /** Seconds at size 1. */
  readonly coefficient: number;
  /** The power. */
  readonly exponent: number;
  /** Standard error of the exponent. */
  readonly exponentError: number;
}

/** seconds = constant + coefficient · size^exponent. */
export interface PowerLawWithConstant extends PowerLaw {
  /** Seconds that do not grow. */
  readonly constant: number;
  /** Standard error of the constant. */
  readonly constantError: number;
}

/** What is known of the growth along one axis. */
export interface CostFit {
  /** The law without a constant. */
  readonly powerLaw: PowerLaw;
  /** The law with one; absent where the points do not determine it. */
  readonly withConstant?: PowerLawWithConstant;
  /** Slope of log(seconds) over log(size) between the two largest sizes. */
  readonly lastExponent: number;
  /** Which of the laws describes the points: see {@link fitCost}. */
  readonly reported: "powerLaw" | "withConstant";
}

/** Exponents among which the law with a constant is sought. */
const EXPONENTS = { least: 0.1, most: 4, trials: 400 };
/** Least share of the fastest point that counts as a constant term. */
const LEAST_CONSTANT = 0.01;

function check(samples: readonly CostSample[], least: number): void {
  if (new Set(samples.map(({ size }) => size)).size < least) {
    throw new RangeError(
      `Cannot fit a cost: it must be known at ${least} sizes at least: ` +
        `current number of samples is ${samples.length}`,
    );
  }
  for (const { size, seconds } of samples) {
    if (size > 0 && seconds > 0 && Number.isFinite(size * seconds)) continue;
    throw new RangeError(
      `Cannot fit a cost: sizes and seconds must be > 0: current value is ${seconds} s at ${size}`,
    );
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * The straight line of log(seconds) over log(size).
 *
 * @throws RangeError with fewer than 3 sizes, or when a value is not > 0
 */
export function fitPowerLaw(samples: readonly CostSample[]): PowerLaw {
  check(samples, 3);
  const x = samples.map(({ size }) => Math.log(size));
  const y = samples.map(({ seconds }) => Math.log(seconds));
  const [meanX, meanY] = [sum(x) / x.length, sum(y) / y.length];
  const spread = sum(x.map((value) => (value - meanX) ** 2));
  const exponent = sum(x.map((value, i) => (value - meanX) * (y[i]! - meanY))) / spread;
  const intercept = meanY - exponent * meanX;
  const squares = sum(x.map((value, i) => (y[i]! - intercept - exponent * value) ** 2));
  const exponentError = Math.sqrt(squares / (x.length - 2) / spread);
  return { coefficient: Math.exp(intercept), exponent, exponentError };
}

/** Constant and coefficient, neither below 0, that leave the least squares of relative errors at one exponent. */
function atExponent(samples: readonly CostSample[], exponent: number, unit: number) {
  // Relative errors, as a time's noise is a share of it: (a + b·u) / s − 1 with u = (size / unit)^p.
  const ones = samples.map(({ seconds }) => 1 / seconds);
  const powers = samples.map(({ size, seconds }) => (size / unit) ** exponent / seconds);
  const dot = (v: readonly number[], w: readonly number[]) =>
    sum(v.map((value, i) => value * w[i]!));
  const [aa, ab, bb] = [dot(ones, ones), dot(ones, powers), dot(powers, powers)];
  const [a1, b1] = [sum(ones), sum(powers)];
  const determinant = aa * bb - ab * ab;
  let constant = (a1 * bb - b1 * ab) / determinant;
  let coefficient = (b1 * aa - a1 * ab) / determinant;
  if (constant < 0) [constant, coefficient] = [0, b1 / bb];
  else if (coefficient < 0) [constant, coefficient] = [a1 / aa, 0];
  const squares = sum(
    ones.map((one, i) => (constant * one + coefficient * powers[i]! - 1) ** 2),
  );
  return { exponent, constant, coefficient, squares };
}

/** The inverse of a symmetric 3 × 3 matrix by its cofactors. */
function inverse3(m: readonly (readonly number[])[]): number[][] {
  const at = (i: number, j: number) => m[i % 3]![j % 3]!;
  // Cyclic indices give the cofactors their signs.
  const cofactor = (i: number, j: number) =>
    at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = at(0, 0) * cofactor(0, 0) + at(0, 1) * cofactor(0, 1) +
    at(0, 2) * cofactor(0, 2);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant));
}

/**
 * The law with a constant term, by least squares of relative errors; standard errors from the curvature there.
 *
 * @returns undefined when the points do not determine it: an exponent at the end of what was tried or less certain than
 * large, or a constant that would be negative
 * @throws RangeError with fewer than 4 sizes, or when a value is not > 0
 */
export function fitWithConstant(
  samples: readonly CostSample[],
): PowerLawWithConstant | undefined {
  check(samples, 4);
  const unit = Math.exp(sum(samples.map(({ size }) => Math.log(size))) / samples.length);
  const squaresAt = (exponent: number) => atExponent(samples, exponent, unit).squares;
  const { least, most, trials } = EXPONENTS;
  const step = (most - least) / trials;
  const tried = Array.from({ length: trials + 1 }, (_, i) => squaresAt(least + i * step));
  const best = tried.indexOf(Math.min(...tried));
  if (best === 0 || best === trials) return undefined;
  const exponent = goldenSection(squaresAt, least + (best - 1) * step, least + (best + 1) * step);
  const { constant, coefficient, squares } = atExponent(samples, exponent, unit);
  if (constant === 0 || coefficient === 0) return undefined;
  const slopes = samples.map(({ size, seconds }) => {
    const power = (size / unit) ** exponent;
    return [1, power, coefficient * power * Math.log(size / unit)].map((slope) => slope / seconds);
  });
  const curvature = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => sum(slopes.map((slope) => slope[i]! * slope[j]!)))
  );
  const variance = squares / (samples.length - 3);
  const errors = inverse3(curvature).map((row, i) => Math.sqrt(Math.max(0, row[i]! * variance)));
  // No growth, or none that the noise lets us see; not a number where the curvature has no inverse.
  if (!(errors[2]! < exponent)) return undefined;
  return {
    constant,
    constantError: errors[0]!,
    coefficient: coefficient / unit ** exponent,
    exponent,
    exponentError: errors[2]!,
  };
}

/** Where a function with one minimum between two ends has it. */
function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  while (high - low > 1e-9) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (f(left) < f(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

/**
 * Both laws, and which to report: the one with a constant where that constant is certain (more than two standard errors
 * above 0) and counts (more than 1 % of the fastest point); the plain power law otherwise.
 *
 * @param samples in the order of their sizes
 * @throws RangeError with fewer than 4 sizes, or when a value is not > 0
 */
export function fitCost(samples: readonly CostSample[]): CostFit {
  const withConstant = fitWithConstant(samples);
  const [before, last] = samples.slice(-2) as [CostSample, CostSample];
  const fastest = Math.min(...samples.map(({ seconds }) => seconds));
  const counts = withConstant !== undefined &&
    withConstant.constant > 2 * withConstant.constantError &&
    withConstant.constant > LEAST_CONSTANT * fastest;
  return {
    powerLaw: fitPowerLaw(samples),
    ...(withConstant === undefined ? {} : { withConstant }),
    lastExponent: Math.log(last.seconds / before.seconds) / Math.log(last.size / before.size),
    reported: counts ? "withConstant" : "powerLaw",
  };
}

/** Seconds that a law foretells. */
export function predict(law: PowerLaw | PowerLawWithConstant, size: number): number {
  const constant = "constant" in law ? law.constant : 0;
  return constant + law.coefficient * size ** law.exponent;
}
