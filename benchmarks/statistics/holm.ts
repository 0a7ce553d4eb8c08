/**
 * Several tests in one check: Holm's correction.
 *
 * @module
 */

/**
 * Holm's adjusted p-values: rejecting those at most α makes a single false rejection among all with a chance of at most
 * α, whatever the tests' dependence. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian J. of
 * Statistics 6 (1979).
 *
 * @param p Each test's p-value.
 * @returns in the same order
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  const adjusted: number[] = new Array(p.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (p.length - rank) * p[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
