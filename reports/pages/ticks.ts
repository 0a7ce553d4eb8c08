/**
 * Round numbers for axes.
 *
 * @module
 */

/** Digits to which ticks are shown: they are round, and with fewer 15665 and 15670 would look the same. */
export const tickDigits = 12;

/** The least 1, 2 or 5 × 10^k that is not below a positive value. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((s) => s >= value * (1 - 1e-9))!;
}

/** Round steps (1, 2, 5 × 10^k) inside [low, high], about `count` of them. */
export function linearTicks(low: number, high: number, count = 5): number[] {
  if (!(high > low)) return [low];
  return steppedTicks(low, high, roundUp((high - low) / count), count + 1);
}

/** Multiples of a step inside [low, high], or of 2, 5, 10, … steps, so that there are at most `most`. */
export function steppedTicks(low: number, high: number, step: number, most: number): number[] {
  const every = step * roundUp(Math.max(1, (high - low) / step / (most - 1)));
  const [first, last] = [Math.ceil(low / every - 1e-9), Math.floor(high / every + 1e-9)];
  const length = Number.isFinite(every) ? Math.min(most, last - first + 1) : 0;
  return Array.from({ length }, (_, i) => Number(((first + i) * every).toPrecision(tickDigits)));
}

/** More decades than this have no ticks inside them. */
const MOST_DECADES = 8;

/**
 * 1, 2 and 5 × 10^k inside [low, high], both positive; finer where these are fewer than four, powers of ten where they are
 * many, and not all of these over many decades.
 *
 * @param many More than so many labels have no room.
 */
export function logarithmicTicks(low: number, high: number, many = 10): number[] {
  const every = Math.ceil((Math.log10(high) - Math.log10(low)) / MOST_DECADES);
  if (every > 1) return decadeTicks(low, high, [1], every);
  const coarse = decadeTicks(low, high, [1, 2, 5]);
  if (coarse.length > many) return decadeTicks(low, high, [1]);
  if (coarse.length >= 4) return coarse;
  const fine = decadeTicks(low, high, [1, 1.5, 2, 3, 4, 5, 7]);
  return fine.length >= 3 ? fine : linearTicks(low, high, 4);
}

function decadeTicks(low: number, high: number, factors: readonly number[], every = 1): number[] {
  const ticks: number[] = [];
  for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k += every) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** k).toPrecision(tickDigits));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}
