import type { Key } from "./key.ts";
import { checkCount, CHUNK, fillWords, PURPOSE } from "./words.ts";

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
