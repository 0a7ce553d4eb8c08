import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../benchmarks/errors.ts";
import { firstSeeds, formatSeeds, parseSeeds } from "../../../benchmarks/runner/seeds.ts";

Deno.test("parseSeeds() counts from 0 when given a number", () => {
  assertEquals(parseSeeds("5"), [0, 1, 2, 3, 4]);
  assertEquals(parseSeeds("1"), firstSeeds(1));
});

Deno.test("parseSeeds() keeps the order when given a list", () => {
  assertEquals(parseSeeds("0,7,3"), [0, 7, 3]);
  assertEquals(parseSeeds("4294967295,"), [4294967295]);
});

for (
  const text of ["x", "", "0", "-1", "1.5", "1,,2", ",1", "1,1", "4294967296,", "10001", "1e3"]
) {
  Deno.test(`parseSeeds() throws a UsageError when given "${text}"`, () => {
    const error = assertThrows(() => parseSeeds(text), UsageError);
    assertEquals(error.message.endsWith(`current value is "${text}"`), true, error.message);
  });
}

Deno.test("formatSeeds() gives what parseSeeds() reads", () => {
  for (const seeds of [[0], [0, 1, 2], [7], [3, 0], [0, 2]]) {
    assertEquals(parseSeeds(formatSeeds(seeds)), seeds);
  }
  assertEquals(formatSeeds([0, 1, 2]), "3");
});
