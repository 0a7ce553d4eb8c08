/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011):
 * ten rounds of 32×32→64-bit products turn a 128-bit counter and a 64-bit key into 128 random bits.
 *
 * @module
 */

/** Multipliers of the two products, split into 16-bit halves for the high word. */
const M0 = 0xd2511f53 | 0;
const M0_HIGH = 0xd251;
const M0_LOW = 0x1f53;
const M1 = 0xcd9e8d57 | 0;
const M1_HIGH = 0xcd9e;
const M1_LOW = 0x8d57;
/** Weyl increments of the key: the golden ratio and √3 - 1, times 2³². */
const W0 = 0x9e3779b9 | 0;
const W1 = 0xbb67ae85 | 0;

/**
 * Writes one block of random words.
 *
 * @param c0 Lowest word of the counter; all words count modulo 2³².
 * @param c1 Second word of the counter.
 * @param c2 Third word of the counter.
 * @param c3 Highest word of the counter.
 * @param k0 Lower word of the key.
 * @param k1 Higher word of the key.
 * @param out Takes the four words, from `offset` on.
 * @param offset Where they go.
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  offset: number,
): void {
  // All values stay int32 (the sign bit is just the highest bit), which the JIT keeps in registers.
  let x0 = c0 | 0, x1 = c1 | 0, x2 = c2 | 0, x3 = c3 | 0;
  let key0 = k0 | 0, key1 = k1 | 0;
  for (let round = 0; round < 10; round++) {
    const low0 = x0 & 0xffff, high0 = x0 >>> 16;
    const mid0 = (Math.imul(low0, M0_HIGH) + (Math.imul(low0, M0_LOW) >>> 16)) | 0;
    const cross0 = (Math.imul(high0, M0_LOW) + (mid0 & 0xffff)) | 0;
    const productHigh0 = (Math.imul(high0, M0_HIGH) + (mid0 >>> 16) + (cross0 >>> 16)) | 0;

    const low2 = x2 & 0xffff, high2 = x2 >>> 16;
    const mid2 = (Math.imul(low2, M1_HIGH) + (Math.imul(low2, M1_LOW) >>> 16)) | 0;
    const cross2 = (Math.imul(high2, M1_LOW) + (mid2 & 0xffff)) | 0;
    const productHigh2 = (Math.imul(high2, M1_HIGH) + (mid2 >>> 16) + (cross2 >>> 16)) | 0;

    const next0 = productHigh2 ^ x1 ^ key0;
    const next2 = productHigh0 ^ x3 ^ key1;
    x1 = Math.imul(x2, M1);
    x3 = Math.imul(x0, M0);
    x0 = next0;
    x2 = next2;
    key0 = (key0 + W0) | 0;
    key1 = (key1 + W1) | 0;
  }
  out[offset] = x0;
  out[offset + 1] = x1;
  out[offset + 2] = x2;
  out[offset + 3] = x3;
}
