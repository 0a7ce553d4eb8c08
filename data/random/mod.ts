/**
 * Counter-based random numbers: every draw is a function of a key, and every key of a seed and a path of names and steps.
 *
 * @module
 */
import { checkCount, CHUNK, fillWords, type Key, PURPOSE } from "./philox.ts";

export { fold, type Key, philox4x32, rootKey } from "./philox.ts";

/**
 * Uniform numbers in [0, 1), multiples of 2⁻²⁴ (every one of which float32 holds exactly).
 *
 * @param key Which stream; the first n draws of a key do not depend on n.
 * @param n How many.
 * @returns (n)
 * @throws RangeError unless n is a whole number >= 0
 */
export function uniform(key: Key, n: number): Float32Array {
  checkCount(n);
  const out = new Float32Array(n);
  const words = new Uint32Array(Math.min(CHUNK, n));
  for (let start = 0; start < n; start += CHUNK) {
    const count = Math.min(CHUNK, n - start);
    fillWords(key, PURPOSE.uniform, start / 4, words.subarray(0, count));
    for (let i = 0; i < count; i++) out[start + i] = (words[i]! >>> 8) * 2 ** -24;
  }
  return out;
}

const RADIUS_UNIT = 2 ** -32;
const ANGLE_UNIT = 2 * Math.PI * 2 ** -32;

/**
 * Standard normal numbers by the Box–Muller transform, computed in double precision and rounded to float32. With 32-bit
 * uniforms the largest magnitude is √(64 ln 2) ≈ 6.66.
 *
 * The last bit depends on the platform's logarithm, sine and cosine; the record's maths probe tells platforms apart.
 *
 * @param key Which stream; the first n draws of a key do not depend on n.
 * @param n How many.
 * @returns (n)
 * @throws RangeError unless n is a whole number >= 0
 */
export function normal(key: Key, n: number): Float32Array {
  checkCount(n);
  const out = new Float32Array(n);
  const words = new Uint32Array(CHUNK);
  for (let start = 0; start < n; start += CHUNK) {
    const count = Math.min(CHUNK, n - start);
    const pairs = count + count % 2;
    fillWords(key, PURPOSE.normal, start / 4, words.subarray(0, pairs));
    for (let i = 0; i < pairs; i += 2) {
      // 1 is in and 0 is out, so the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log((words[i]! + 1) * RADIUS_UNIT));
      const angle = words[i + 1]! * ANGLE_UNIT;
      out[start + i] = radius * Math.cos(angle);
      // Past the end of an odd n this writes nothing: typed arrays ignore it.
      out[start + i + 1] = radius * Math.sin(angle);
    }
  }
  return out;
}

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
      `Cannot draw integers below bound as bound must be from 1 to 2^31, is ${bound}`,
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
      `Cannot permute n numbers as n must be at most 2^31, is ${n}`,
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
