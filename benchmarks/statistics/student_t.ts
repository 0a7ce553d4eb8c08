/**
 * Student's t distribution: quantiles for confidence intervals, tails for p-values.
 *
 * @module
 */

/** Lanczos coefficients (g = 7, n = 9) of the logarithm of the gamma function. */
const LANCZOS: readonly number[] = Object.freeze([
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
]);

function logGamma(x: number): number {
  const z = x - 1;
  const t = z + 7.5;
  const sum = LANCZOS.reduce((total, c, i) => (i === 0 ? c : total + c / (z + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

/**
 * Regularised incomplete beta function I_x(a, b) (DLMF 8.17).
 *
 * @param x Upper limit, in [0, 1].
 * @param a First shape, positive.
 * @param b Second shape, positive.
 * @returns A probability in [0, 1].
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  // The fraction converges fast only below the mean of the distribution; above it use I_x(a,b) = 1 - I_{1-x}(b,a).
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** Probability that a t-distributed variable exceeds `t` >= 0; computed as a tail so that small ones stay exact. */
function upperTail(t: number, degrees: number): number {
  return 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/**
 * Probability that a t-distributed variable exceeds `t`.
 *
 * @param t Any number; infinities give 0 and 1.
 * @param degrees Degrees of freedom, at least 1.
 * @throws RangeError when t is NaN or the degrees of freedom are out of their range.
 */
export function tUpperTail(t: number, degrees: number): number {
  if (Number.isNaN(t)) {
    throw new RangeError(
      "Cannot give the tail of Student's t: t must be a number, is NaN",
    );
  }
  checkDegrees(degrees);
  const tail = upperTail(Math.abs(t), degrees);
  return t >= 0 ? tail : 1 - tail;
}

function checkDegrees(degrees: number): void {
  if (degrees >= 1) return;
  throw new RangeError(
    `Cannot use Student's t: the degrees of freedom must be >= 1, is ${degrees}`,
  );
}

/**
 * Quantile (inverse distribution function) of Student's t.
 *
 * @param probability In (0, 1), e.g. 0.975 for the two-sided 95 % interval.
 * @param degrees Degrees of freedom, at least 1.
 * @returns t with P(T <= t) = probability, to about 1e-12 relative.
 * @throws RangeError when either argument is out of its range.
 */
export function tQuantile(probability: number, degrees: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(
      `Cannot invert Student's t: the probability must be in (0, 1), is ${probability}`,
    );
  }
  checkDegrees(degrees);
  const key = `${probability} ${degrees}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  if (probability < 0.5) return -tQuantile(1 - probability, degrees);
  const tail = 1 - probability;
  let low = 0;
  let high = 1;
  while (upperTail(high, degrees) > tail) high *= 2;
  // Bisection is slow but safe: 200 halvings exhaust a double's 53 bits from any bracket.
  for (let i = 0; i < 200; i++) {
    const middle = 0.5 * (low + high);
    if (middle === low || middle === high) break;
    if (upperTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  const quantile = 0.5 * (low + high);
  quantiles.set(key, quantile);
  return quantile;
}

/** Cache of quantiles: a check needs the same few thousands of times. */
const quantiles = new Map<string, number>();
