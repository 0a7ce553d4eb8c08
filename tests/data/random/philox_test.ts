import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { philox4x32 } from "../../../data/random/philox.ts";
import { fold, rootKey } from "../../../data/random/mod.ts";

// The three "philox4x32 10" lines of tests/kat_vectors in Random123 (D. E. Shaw Research): counter, key, result.
const KNOWN_ANSWERS = [
  "00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd",
  "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1",
];

for (const line of KNOWN_ANSWERS) {
  const words = line.split(" ").map((word) => parseInt(word, 16));
  const [c0, c1, c2, c3, k0, k1] = words as [number, number, number, number, number, number];
  Deno.test(`philox4x32() gives the published answer when the counter begins with ${line.slice(0, 8)}`, () => {
    const out = new Uint32Array(4);
    philox4x32(c0, c1, c2, c3, k0, k1, out, 0);
    assertEquals([...out], words.slice(6));
  });
}

Deno.test("philox4x32() agrees with exact integer arithmetic when counters and keys vary", () => {
  const out = new Uint32Array(6);
  for (let i = 0; i < 200; i++) {
    const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map((n) =>
      Math.imul(i + 1, n * 0x9e3779b1) >>> 0
    );
    philox4x32(a!, b!, c!, d!, e!, f!, out, 1);
    assertEquals([...out.subarray(1, 5)], reference([a!, b!, c!, d!], [e!, f!]));
  }
});

/** The same ten rounds in BigInt, written from the paper's definition. */
function reference(counter: number[], key: number[]): number[] {
  const mask = 0xffffffffn;
  let [x0, x1, x2, x3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * x0;
    const p1 = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [(p1 >> 32n) ^ x1 ^ k0, p1 & mask, (p0 >> 32n) ^ x3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [x0, x1, x2, x3].map(Number);
}

Deno.test("rootKey() gives different keys when seeds differ, also above 2^32", () => {
  const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  const keys = new Set(seeds.map((seed) => JSON.stringify(rootKey(seed))));
  assertEquals(keys.size, seeds.length);
  assertEquals(rootKey(7), rootKey(7));
});

for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
  Deno.test(`rootKey() throws when the seed is ${seed}`, () => {
    assertThrows(() => rootKey(seed), RangeError, `is ${seed}`);
  });
}

Deno.test("fold() equals one fold after the other when given several values", () => {
  const key = rootKey(3);
  assertEquals(fold(key, "noise", 12, "z"), fold(fold(fold(key, "noise"), 12), "z"));
  assertEquals(fold(key), key);
});

Deno.test("fold() separates values that look alike", () => {
  const key = rootKey(0);
  const paths = [[1], ["1"], [1, 0], [0, 1], [-1], [2 ** 32], ["a"], ["a\0"], ["ab"], ["a", "b"], [
    "",
  ]];
  const long = ["x".repeat(8), "x".repeat(9), "x".repeat(16), "é", "e"];
  const keys = [...paths, ...long.map((text) => [text])].map((path) =>
    JSON.stringify(fold(key, ...path))
  );
  assertEquals(new Set(keys).size, keys.length);
  assertNotEquals(fold(key, "a"), key);
});

Deno.test("fold() throws when a number is no safe integer", () => {
  assertThrows(() => fold(rootKey(0), 1.5), RangeError, "is 1.5");
});
