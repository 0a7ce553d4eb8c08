/**
 * Counter-based random numbers: every draw is a function of a key, and a key one of a seed and a path of names and steps.
 * The first n draws of a key do not depend on n.
 *
 * @module
 */
import { checkCount, CHUNK, fillWords, type Key, PURPOSE } from "./philox.ts";

export { fold, type Key, philox4x32, rootKey } from "./philox.ts";

const RADIUS_UNIT = 2 ** -32;
const ANGLE_UNIT = 2 * Math.PI * 2 ** -32;
const LARGEST_BOUND = 2 ** 31;

/**
 * Uniform numbers (n) in [0, 1), multiples of 2⁻²⁴ (each of which float32 holds exactly).
 *
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

/**
 * Standard normal numbers (n) by the Box–Muller transform, computed in double precision and rounded to float32. With
 * 32-bit uniforms the largest magnitude is √(64 ln 2) ≈ 6.66.
 *
 * The last bit depends on the platform's logarithm, sine and cosine; the fingerprint in a record distinguishes them.
 *
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
      // From 2⁻³² to 1, so the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log((words[i]! + 1) * RADIUS_UNIT));
      const angle = words[i + 1]! * ANGLE_UNIT;
      out[start + i] = radius * Math.cos(angle);
      // For an odd n the last one is beyond the end, which typed arrays ignore.
      out[start + i + 1] = radius * Math.sin(angle);
    }
  }
  return out;
}

/**
 * Whole numbers (n), each of 0 … bound - 1 with equal probability.
 *
 * @param bound from 1 to 2³¹
 * @throws RangeError for an n or a bound outside its range
 */
export function integers(key: Key, n: number, bound: number): Int32Array {
  checkCount(n);
  if (!Number.isSafeInteger(bound) || bound < 1 || bound > LARGEST_BOUND) {
    throw new RangeError(`Cannot draw integers: bound must be from 1 to 2^31, is ${bound}`);
  }
  const words = wordSource(key, PURPOSE.integers);
  return Int32Array.from({ length: n }, () => below(words, bound));
}

/**
 * A random order of 0 … n - 1 (Fisher–Yates); all n! orders have equal probability, up to the key's 64 bits.
 *
 * @throws RangeError unless n is a whole number from 0 to 2³¹
 */
export function permutation(key: Key, n: number): Int32Array {
  checkCount(n);
  if (n > LARGEST_BOUND) {
    throw new RangeError(`Cannot permute n numbers: n must be at most 2^31, is ${n}`);
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
 * An unbiased number below `bound`: the high word of word × bound, after Lemire, "Fast random integer generation in an
 * interval" (2019). Words that would make some results more likely are skipped.
 */
function below(next: () => number, bound: number): number {
  const skipped = (2 ** 32 - bound) % bound;
  for (;;) {
    const word = next();
    // A double does not hold the product, which may reach 2⁶³, so its two words come from 16-bit halves.
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
