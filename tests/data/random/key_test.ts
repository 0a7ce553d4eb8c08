import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { fold, rootKey } from "../../../data/random/mod.ts";

Deno.test("rootKey() gives different keys when seeds differ, also above 2^32", () => {
  const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  const keys = new Set(seeds.map((seed) => JSON.stringify(rootKey(seed))));
  assertEquals(keys.size, seeds.length);
  assertEquals(rootKey(7), rootKey(7));
});

for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
  Deno.test(`rootKey() throws when the seed is ${seed}`, () => {
    assertThrows(() => rootKey(seed), RangeError, `current value is ${seed}`);
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
  assertThrows(() => fold(rootKey(0), 1.5), RangeError, "current value is 1.5");
});
