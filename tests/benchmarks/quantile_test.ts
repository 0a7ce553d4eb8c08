import { assertEquals, assertThrows } from "@std/assert";
import { quantile } from "../../benchmarks/quantile.ts";

Deno.test("quantile() is linear between neighbours", () => {
  // numpy.quantile([1, 2, 4, 10], [0, 0.25, 0.5, 0.9, 1])
  const values = [10, 1, 4, 2];
  assertEquals([0, 0.25, 0.5, 1].map((p) => quantile(values, p)), [1, 1.75, 3, 10]);
  assertEquals(quantile(values, 0.9).toFixed(9), "8.200000000");
  assertEquals(values, [10, 1, 4, 2]);
  assertThrows(() => quantile([], 0.5), RangeError, "must be at least 1 value, is 0");
});

Deno.test("quantile() is one of an odd number of values at the middle, to the last bit", () => {
  assertEquals(quantile([0.3, 0.1, 0.2], 0.5), 0.2);
  assertEquals(quantile([0.1 + 0.2, 0.7, 0.1], 0.5), 0.1 + 0.2);
});
