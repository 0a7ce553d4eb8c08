/** Damaged copies of a file, the same ones in every run, for tests of readers. */
import { assert, assertInstanceOf, assertMatch } from "@std/assert";
import { DataError } from "../../data/files.ts";
import { fold, rootKey, uniform } from "../../data/random/mod.ts";

/** Mutants of each file. @param usual unless `ODE2VAE_FUZZ_MUTANTS` sets another number */
export function mutantCount(usual: number): number {
  return Number(Deno.env.get("ODE2VAE_FUZZ_MUTANTS") ?? usual);
}

/** Milliseconds that a reader may need for one. */
const HANG = 10_000;

/** Words that are lengths, counts and shapes of files, or look like them. */
const WORDS = [0, 1, 2, 7, 8, 28, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** A generator of whole numbers below an end, of its own for each index. */
export function drawsBelow(i: number): (end: number) => number {
  const draws = uniform(fold(rootKey(2024), "mutants", i), 64).values();
  return (end) => Math.floor(draws.next().value! * end);
}

/** The i-th mutant: one to three of flipped bits, a cut, inserted bytes, and swapped or replaced 32-bit words. */
export function mutant(file: Uint8Array, i: number): Uint8Array<ArrayBuffer> {
  const below = drawsBelow(i);
  // Headers are near the start: half of the changes are there.
  const place = (length: number) => below(below(2) === 0 ? Math.min(64, length) : length);
  let bytes = new Uint8Array(file);
  for (let change = 1 + below(3); change > 0 && bytes.length >= 8; change--) {
    const at = place(bytes.length);
    const word = Math.min(4 * Math.floor(at / 4), bytes.length - 4);
    const view = new DataView(bytes.buffer);
    const kind = below(5);
    if (kind === 0) bytes[at]! ^= 1 << below(8);
    else if (kind === 1) bytes = bytes.slice(0, at);
    else if (kind === 2) {
      const inserted = Array.from({ length: 1 + below(8) }, () => below(256));
      bytes = new Uint8Array([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at)]);
    } else if (kind === 3) {
      const other = Math.min(4 * Math.floor(place(bytes.length) / 4), bytes.length - 4);
      const kept = view.getUint32(word);
      view.setUint32(word, view.getUint32(other));
      view.setUint32(other, kept);
    } else view.setUint32(word, WORDS[below(WORDS.length)]!, below(2) === 0);
  }
  return bytes;
}

/** Words that are no numbers of a motion, or look like them. */
const TEXTS = [
  "NaN",
  "Infinity",
  "1e999",
  "0x10",
  "--1",
  "",
  "1,5",
  "0",
  "root",
  ":RADIANS",
  "begin",
  "\r",
];

/** The i-th mutant of a text: lines and words removed, doubled, swapped or replaced, and half of them damaged as bytes. */
export function textMutant(file: Uint8Array, i: number): Uint8Array<ArrayBuffer> {
  const draws = uniform(fold(rootKey(2025), "mutants", i), 64).values();
  const below = (end: number) => Math.floor(draws.next().value! * end);
  const lines = new TextDecoder().decode(file).split("\n");
  for (let change = 1 + below(3); change > 0; change--) {
    const [at, other] = [below(lines.length), below(lines.length)];
    const words = lines[at]!.split(" ");
    const kind = below(5);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1) lines.splice(other, 0, lines[at]!);
    else if (kind === 2) [lines[at], lines[other]] = [lines[other]!, lines[at]!];
    else {
      const replacement = kind === 3 ? TEXTS[below(TEXTS.length)]! : lines[other]!;
      words.splice(below(words.length), 1, replacement);
      lines[at] = words.join(" ");
    }
    if (lines.length === 0) break;
  }
  const bytes = new TextEncoder().encode(lines.join("\n"));
  return i % 2 === 0 ? bytes : mutant(bytes, i);
}

/** What a reader of mutants may throw. */
export interface Refusal {
  /** Class of its errors. */
  readonly error: new (...args: never[]) => Error;
  /** Form of their messages. */
  readonly message: RegExp;
}

/** What could not be done, "must be X, is Y". */
const DATA: Refusal = {
  error: DataError,
  message: /^Cannot (read|use) [^\n]*\bmust [^\n]*[,:] (is|ends early)\b[^\n]*$/,
};

/**
 * Checks that a reader gives a value, or an error of its own of one line, for every mutant of a file, in time.
 *
 * @param count Mutants.
 * @param mutate Makes the i-th one.
 */
export async function assertReadsMutants(
  file: Uint8Array,
  read: (bytes: Uint8Array<ArrayBuffer>) => unknown,
  refusal: Refusal = DATA,
  count: number = mutantCount(500),
  mutate = mutant,
): Promise<void> {
  await read(new Uint8Array(file));
  const refused = await countRefused(count, (i) => read(mutate(file, i)), refusal);
  assert(refused > count / 3, `${refused} of ${count} refused: the mutants are too alike`);
}

/** Reads mutants, checks what is thrown and the time. @returns how many were refused */
export async function countRefused(
  count: number,
  read: (i: number) => unknown,
  { error: kind, message }: Refusal,
): Promise<number> {
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    try {
      await read(i);
    } catch (error) {
      const stack = `mutant ${i}: ${error instanceof Error ? error.stack : error}`;
      assertInstanceOf(error, kind, stack);
      assertMatch(error.message, message, `mutant ${i}`);
      refused++;
    }
    assert(performance.now() - start < HANG, `mutant ${i} took too long`);
  }
  return refused;
}
