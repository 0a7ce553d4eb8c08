/** Damaged copies of a file, the same ones in every run, for tests of readers. */
import { assert, assertInstanceOf, assertMatch } from "@std/assert";
import { DataError } from "../../data/files.ts";
import { fold, rootKey, uniform } from "../../data/random/mod.ts";

/** Mutants of each file; `ODE2VAE_FUZZ_MUTANTS` sets another number. */
const MUTANTS = Number(Deno.env.get("ODE2VAE_FUZZ_MUTANTS") ?? 300);
/** Milliseconds that a reader may need for one. */
const HANG = 10_000;

/** Words that are lengths, counts and shapes of files, or look like them. */
const WORDS = [0, 1, 2, 7, 8, 28, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** The i-th mutant: one to three of flipped bits, a cut, inserted bytes, and swapped or replaced 32-bit words. */
function mutant(file: Uint8Array, i: number): Uint8Array<ArrayBuffer> {
  const draws = uniform(fold(rootKey(2024), "mutants", i), 64).values();
  const below = (end: number) => Math.floor(draws.next().value! * end);
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

/** Checks that a reader gives a value or a DataError of one line for every mutant of a file, in time. */
export async function assertReadsMutants(
  file: Uint8Array,
  read: (bytes: Uint8Array<ArrayBuffer>) => unknown,
): Promise<void> {
  await read(new Uint8Array(file));
  let refused = 0;
  for (let i = 0; i < MUTANTS; i++) {
    const start = performance.now();
    try {
      await read(mutant(file, i));
    } catch (error) {
      assertInstanceOf(
        error,
        DataError,
        `mutant ${i}: ${error instanceof Error ? error.stack : error}`,
      );
      // What could not be done, "must be X, is Y".
      assertMatch(
        error.message,
        /^Cannot (read|use) [^\n]*\bmust [^\n]*[,:] (is|ends early)\b[^\n]*$/,
        `mutant ${i}`,
      );
      refused++;
    }
    assert(performance.now() - start < HANG, `mutant ${i} took too long`);
  }
  assert(refused > MUTANTS / 3, `${refused} of ${MUTANTS} refused: the mutants are too alike`);
}
