/**
 * The `--seeds` option.
 *
 * @module
 */
import { UsageError } from "../errors.ts";

/** Seeds are keys of the counter-based generator: 32-bit unsigned integers. */
const largestSeed = 2 ** 32 - 1;
const mostSeeds = 10_000;

/** Seeds 0 … count - 1. */
export function firstSeeds(count: number): number[] {
  return Array.from({ length: count }, (_, seed) => seed);
}

/**
 * Reads `5` as the seeds 0 to 4, and `0,3,7` as those three; `7,` is the one seed 7.
 *
 * @throws {UsageError} when the text is neither, or names a seed twice
 */
export function parseSeeds(text: string): number[] {
  const refuse = (constraint: string) =>
    new UsageError(`Cannot read --seeds: ${constraint}: current value is "${text}"`);
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    if (count < 1 || count > mostSeeds) {
      throw refuse(`the number of seeds must be 1 to ${mostSeeds}`);
    }
    return firstSeeds(count);
  }
  if (!/^\d+(,\d+)*,?$/.test(text) || !text.includes(",")) {
    throw refuse("it must be a number of seeds (5) or a list of seeds (0,3,7)");
  }
  const seeds = text.replace(/,$/, "").split(",").map(Number);
  if (seeds.some((seed) => seed > largestSeed)) {
    throw refuse(`a seed must be 0 to ${largestSeed}`);
  }
  if (new Set(seeds).size !== seeds.length) throw refuse("each seed must be named once");
  return seeds;
}

/** The text that {@link parseSeeds} reads as these seeds. */
export function formatSeeds(seeds: readonly number[]): string {
  const counted = seeds.length > 0 && seeds.every((seed, i) => seed === i);
  return counted ? String(seeds.length) : seeds.length === 1 ? `${seeds[0]},` : seeds.join(",");
}
