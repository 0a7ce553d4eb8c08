/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011):
 * ten rounds of 32×32→64-bit products map a 128-bit counter and a 64-bit key to 128 random bits. Keys form a tree: a root
 * for each seed, and below it one for each purpose, epoch or step.
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
 * Writes one block of four random words to `out`, from `offset` on.
 *
 * The words of the counter (c0 … c3) and of the key (k0, k1) begin with the lowest; all count modulo 2³².
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
  // All values are int32, which the JIT keeps in registers; the sign bit is just the highest bit.
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

/** A 64-bit key; equal keys give equal draws. */
export interface Key {
  /** Lower 32 bits, unsigned. */
  readonly low: number;
  /** Higher 32 bits, unsigned. */
  readonly high: number;
}

/** Highest counter word of every use of the generator, so that no two uses share a block. */
const USE = { draw: 0, foldNumber: 1, foldText: 2, foldTextEnd: 3 } as const;

/** The key of a seed. @param seed a whole number from 0 to 2⁵³ - 1 @throws RangeError for any other seed */
export function rootKey(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `Cannot make a key: seed must be a whole number from 0 to 2^53 - 1, is ${seed}`,
    );
  }
  return fold({ low: 0, high: 0 }, seed);
}

/**
 * The key of a stream below `key`: `fold(key, "noise", step)`. The order of values matters, and `fold(key, a, b)` equals
 * `fold(fold(key, a), b)`. A number and its text are different values.
 *
 * @throws RangeError for a number that is no safe integer
 */
export function fold(key: Key, ...values: readonly (number | string)[]): Key {
  return values.reduce<Key>(
    (above, value) => typeof value === "number" ? foldNumber(above, value) : foldText(above, value),
    key,
  );
}

function foldNumber(key: Key, value: number): Key {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`Cannot fold a number into a key: it must be a safe integer, is ${value}`);
  }
  return mix(key, value, Math.floor(value / 2 ** 32), 0, USE.foldNumber);
}

function foldText(key: Key, text: string): Key {
  const bytes = new TextEncoder().encode(text);
  const word = (at: number) =>
    (bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0) << 16 |
    (bytes[at + 3] ?? 0) << 24;
  let folded = key;
  for (let at = 0; at < bytes.length; at += 8) {
    folded = mix(folded, word(at), word(at + 4), at, USE.foldText);
  }
  // The length makes "a" and "a\0" different streams.
  return mix(folded, bytes.length, 0, 0, USE.foldTextEnd);
}

function mix(key: Key, c0: number, c1: number, c2: number, c3: number): Key {
  const out = new Uint32Array(4);
  philox4x32(c0, c1, c2, c3, key.low, key.high, out, 0);
  return { low: out[0]!, high: out[1]! };
}

/** Third counter word of each kind of draw, so that one key's uniforms and normals are independent. */
export const PURPOSE = { uniform: 0, normal: 1, integers: 2, permutation: 3 } as const;

/** Words of one pass: few enough for the processor's first-level cache. */
export const CHUNK = 4096;

/**
 * Fills `out`, of any length, with the words of block `firstBlock` and the following ones.
 *
 * @param purpose one of {@link PURPOSE}
 * @param firstBlock index of the first block of four words, below 2⁵³
 */
export function fillWords(key: Key, purpose: number, firstBlock: number, out: Uint32Array): void {
  const whole = out.length - out.length % 4;
  const high = Math.floor(firstBlock / 2 ** 32);
  // Chunks are aligned, so none crosses 2³² blocks (64 GiB of words), which would need a carry.
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

/** Checks a number of draws. @throws RangeError unless it is a whole number >= 0 */
export function checkCount(n: number): void {
  if (Number.isSafeInteger(n) && n >= 0) return;
  throw new RangeError(`Cannot draw n numbers: n must be a whole number >= 0, is ${n}`);
}
