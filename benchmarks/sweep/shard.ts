/**
 * The shards of a sweep: which machine runs which cells.
 *
 * The partition depends only on the definition, the tier, the models and the seeds, not on files that a run leaves behind,
 * so that every machine computes the same one at any time.
 *
 * @module
 */
import type { AnyBenchmark } from "../registry.ts";
import { UsageError } from "../errors.ts";
import type { Tier } from "../record/record.ts";

/** One shard of a sweep. */
export interface Shard {
  /** Which shard, 1 … count. */
  readonly index: number;
  /** Number of shards. */
  readonly count: number;
}

/** Most shards of a sweep. */
export const mostShards = 10_000;

/**
 * Reads `2/4` as the second of four shards.
 *
 * @throws {UsageError} when the text is something else
 */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) {
    if (count <= mostShards) return { index, count };
  }
  throw new UsageError(
    `Cannot read --shard: it must be i/n, shard i of n with 1 <= i <= n <= ${mostShards}, is "${text}"`,
  );
}

/**
 * Distributes items by their cost, largest first, each to the shard with the smallest sum so far (Graham 1969: LPT, within
 * 4/3 of the shortest possible time). Ties go to the shard with the fewest items, then to the first.
 *
 * @returns `count` shards, some of them empty when there are fewer items; each shard keeps the order of `items`
 */
export function partition<T>(
  items: readonly T[],
  cost: (item: T) => number,
  count: number,
): T[][] {
  const shards = Array.from({ length: count }, () => ({ cost: 0, indices: [] as number[] }));
  const costs = items.map(cost);
  const longestFirst = items.map((_, i) => i).sort((a, b) => costs[b]! - costs[a]! || a - b);
  for (const i of longestFirst) {
    const least = shards.reduce((best, shard) =>
      shard.cost < best.cost ||
        (shard.cost === best.cost && shard.indices.length < best.indices.length)
        ? shard
        : best
    );
    least.cost += costs[i]!;
    least.indices.push(i);
  }
  return shards.map(({ indices }) => indices.sort((a, b) => a - b).map((i) => items[i]!));
}

/** Expected seconds of a cell of each model; none where the definition expects none at the tier. */
export function expectedTimes(definition: AnyBenchmark, tier: Tier): Map<string, number> {
  const models = Object.keys(definition.models);
  const isTimed = models.some((model) => definition.models[model]!.expectedSeconds?.[tier]);
  const seconds = expectedSeconds(definition, tier);
  return new Map(isTimed ? models.map((model) => [model, seconds(model)]) : []);
}

/**
 * Expected seconds of a cell of each model, from the definition. A model without a time counts as the mean of those with
 * one, or as 1 where there is none.
 */
export function expectedSeconds(
  definition: AnyBenchmark,
  tier: Tier,
): (model: string) => number {
  const own = (model: string) => definition.models[model]?.expectedSeconds?.[tier];
  const timed = Object.keys(definition.models).map(own).filter((seconds) => seconds !== undefined);
  const mean = timed.length === 0 ? 1 : timed.reduce((sum, x) => sum + x, 0) / timed.length;
  return (model) => own(model) ?? mean;
}

/** The cells of each shard; {@link partition} by {@link expectedSeconds}. */
export function shardCells<T extends { readonly model: string }>(
  definition: AnyBenchmark,
  tier: Tier,
  cells: readonly T[],
  count: number,
): T[][] {
  const seconds = expectedSeconds(definition, tier);
  return partition(cells, ({ model }) => seconds(model), count);
}
