/**
 * Unbiased whole numbers and permutations.
 *
 * @module
 */
import type { Key } from "./key.ts";
import { checkCount, fillWords, PURPOSE } from "./words.ts";

const LARGEST_BOUND = 2 ** 31;

/**
 * Whole numbers, each of 0 … bound - 1 equally likely.
 *
 * @param key Which stream; the first n draws of a key do not depend on n.
 * @param n How many.
 * @param bound From 1 to 2³¹.
 * @returns (n)
 * @throws RangeError for an n or a bound outside its range
 */
export function integers(key: Key, n: number, bound: number): Int32Array {
  checkCount(n);
  if (!Number.isSafeInteger(bound) || bound < 1 || bound > LARGEST_BOUND) {
    throw new RangeError(
      `Cannot draw integers below bound as bound must be from 1 to 2^31: current value is ${bound}`,
    );
  }
  const words = wordSource(key, PURPOSE.integers);
  return Int32Array.from({ length: n }, () => below(words, bound));
}

/**
 * A random order of 0 … n - 1 (Fisher–Yates), each of the n! orders equally likely up to the key's 64 bits.
 *
 * @param key Which stream.
 * @param n How many.
 * @returns (n)
 * @throws RangeError unless n is a whole number from 0 to 2³¹
 */
export function permutation(key: Key, n: number): Int32Array {
  checkCount(n);
  if (n > LARGEST_BOUND) {
    throw new RangeError(
      `Cannot permute n numbers as n must be at most 2^31: current value is ${n}`,
    );
  }
  const words = wordSource(key, PURPOSE.permutation);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = below(words, i + 1);
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}

/**
 * One unbiased number below `bound`: the high word of word × bound, after Lemire, "Fast random integer generation in an
 * interval" (2019); words that would favour some results are skipped.
 */
function below(next: () => number, bound: number): number {
  const skipped = (2 ** 32 - bound) % bound;
  for (;;) {
    const word = next();
    // Below 2⁶³ the product is not exact in a double, so its two words come from 16-bit halves.
    const upper = (word >>> 16) * bound;
    const lower = (word & 0xffff) * bound;
    const sum = (upper % 2 ** 16) * 2 ** 16 + lower;
    if (sum % 2 ** 32 >= skipped) return Math.floor(upper / 2 ** 16) + Math.floor(sum / 2 ** 32);
  }
}

/** The words of a key one after the other. */
function wordSource(key: Key, purpose: number): () => number {
  const words = new Uint32Array(256);
  let block = 0;
  let at = words.length;
  return () => {
    if (at === words.length) {
      fillWords(key, purpose, block, words);
      block += words.length / 4;
      at = 0;
    }
    return words[at++]!;
  };
}
