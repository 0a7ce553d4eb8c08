/**
 * Keys of random streams: a root for each seed, and a fold for each purpose, epoch or step below it.
 *
 * @module
 */
import { philox4x32 } from "./philox.ts";

/** A 64-bit key; equal keys give equal draws. */
export interface Key {
  /** Lower 32 bits, unsigned. */
  readonly low: number;
  /** Higher 32 bits, unsigned. */
  readonly high: number;
}

/** Highest counter word of every use of the generator, so that no two uses ever share a block. */
export const USE = { draw: 0, foldNumber: 1, foldText: 2, foldTextEnd: 3 } as const;

/**
 * The key of a seed.
 *
 * @param seed A whole number from 0 to 2⁵³ - 1.
 * @throws RangeError for any other seed
 */
export function rootKey(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `Cannot make a key from seed as seed must be a whole number from 0 to 2^53 - 1: current value is ${seed}`,
    );
  }
  return fold({ low: 0, high: 0 }, seed);
}

/**
 * The key of a stream below `key`: `fold(key, "noise", step)`. The order of values counts, and `fold(key, a, b)` equals
 * `fold(fold(key, a), b)`. A number and its text are different values.
 *
 * @param key The key above.
 * @param values Safe integers and texts.
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
    throw new RangeError(
      `Cannot fold value into a key as it must be a safe integer: current value is ${value}`,
    );
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
  // The length ends the text: otherwise "a" and "a\0" would be one stream.
  return mix(folded, bytes.length, 0, 0, USE.foldTextEnd);
}

function mix(key: Key, c0: number, c1: number, c2: number, c3: number): Key {
  const out = new Uint32Array(4);
  philox4x32(c0, c1, c2, c3, key.low, key.high, out, 0);
  return { low: out[0]!, high: out[1]! };
}
