/**
 * Quantiles of samples.
 *
 * @module
 */

/**
 * The p-quantile, linear between neighbouring values: numpy.quantile's default.
 *
 * @throws RangeError without values
 */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) {
    throw new RangeError("Cannot compute a quantile: there must be at least 1 value, is 0");
  }
  const sorted = values.toSorted((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at % 1) * (sorted[Math.ceil(at)]! - below);
}
