/**
 * Round numbers for axes.
 *
 * @module
 */

/** Digits to which ticks are shown: they are round, and with fewer 15665 and 15670 would look the same. */
export const tickDigits = 12;

/** Round steps (1, 2, 5 × 10^k) inside [low, high], about `count` of them. */
export function linearTicks(low: number, high: number, count = 5): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((s) => s >= rough)!;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
    ticks.push(Number((i * step).toPrecision(tickDigits)));
  }
  return ticks;
}

/** 1, 2 and 5 × 10^k inside [low, high], both positive; finer where that gives fewer than four. */
export function logarithmicTicks(low: number, high: number): number[] {
  const coarse = decadeTicks(low, high, [1, 2, 5]);
  return coarse.length >= 4 ? coarse : decadeTicks(low, high, [1, 1.5, 2, 3, 4, 5, 7]);
}

function decadeTicks(low: number, high: number, factors: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k++) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** k).toPrecision(tickDigits));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}
