/**
 * Random 32-bit words of a key, in blocks of four.
 *
 * @module
 */
import { type Key, USE } from "./key.ts";
import { philox4x32 } from "./philox.ts";

/** What draws are for (third counter word), so that one key's uniforms and normals are independent. */
export const PURPOSE = { uniform: 0, normal: 1, integers: 2, permutation: 3 } as const;

/** Words that one pass works on: small enough for the processor's first cache. */
export const CHUNK = 4096;

/**
 * Fills `out` with the words of block `firstBlock` and the following ones.
 *
 * @param key Which stream.
 * @param purpose One of {@link PURPOSE}.
 * @param firstBlock Index of the first block of four words, below 2⁵³.
 * @param out Any length; the rest of the last block is dropped.
 */
export function fillWords(key: Key, purpose: number, firstBlock: number, out: Uint32Array): void {
  const whole = out.length - out.length % 4;
  const high = Math.floor(firstBlock / 2 ** 32);
  // A chunk that crosses 2³² blocks (64 GiB of words) would need a carry; chunks are aligned, so none does.
  const first = firstBlock % 2 ** 32;
  for (let i = 0, block = first; i < whole; i += 4, block++) {
    philox4x32(block, high, purpose, USE.draw, key.low, key.high, out, i);
  }
  if (whole < out.length) {
    const last = new Uint32Array(4);
    philox4x32(first + whole / 4, high, purpose, USE.draw, key.low, key.high, last, 0);
    out.set(last.subarray(0, out.length - whole), whole);
  }
}

/**
 * Checks a count of draws.
 *
 * @throws RangeError unless it is a whole number >= 0
 */
export function checkCount(n: number): void {
  if (Number.isSafeInteger(n) && n >= 0) return;
  throw new RangeError(
    `Cannot draw n numbers as n must be a whole number >= 0: current value is ${n}`,
  );
}
