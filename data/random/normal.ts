import type { Key } from "./key.ts";
import { checkCount, CHUNK, fillWords, PURPOSE } from "./words.ts";

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
