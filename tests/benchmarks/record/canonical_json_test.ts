import { assertEquals, assertThrows } from "@std/assert";
import { canonicalJson } from "../../../benchmarks/record/canonical_json.ts";

const value = { b: [1, "two", null], a: { y: [], x: [{ c: 1, a: true }, [2.5e-7]] }, c: undefined };

Deno.test("canonicalJson() writes the same bytes when keys come in another order", () => {
  const other = { a: { x: [{ a: true, c: 1 }, [2.5e-7]], y: [] }, b: [1, "two", null] };
  assertEquals(canonicalJson(value), canonicalJson(other));
  assertEquals(
    canonicalJson(value),
    '{"a":{"x":[{"a":true,"c":1},[2.5e-7]],"y":[]},"b":[1,"two",null]}',
  );
});

Deno.test("canonicalJson() reads back to the same value when indented", () => {
  assertEquals(JSON.parse(canonicalJson(value, 2)), JSON.parse(JSON.stringify(value)));
  assertEquals(
    canonicalJson({ b: [1, 2], a: [[1], {}] }, 1),
    '{\n "a": [\n  [1],\n  {}\n ],\n "b": [1, 2]\n}',
  );
});

Deno.test("canonicalJson() keeps every bit of a number", () => {
  for (const number of [0.1 + 0.2, 5e-324, Number.MAX_VALUE, 2 ** 53 - 1, 1 / 3]) {
    assertEquals(JSON.parse(canonicalJson([number])), [number]);
  }
});

for (const bad of [NaN, Infinity, 1n, () => 1, Symbol("s")]) {
  Deno.test(`canonicalJson() throws when a value is ${String(bad)}`, () => {
    assertThrows(() => canonicalJson({ a: [bad] }), TypeError, "Cannot write JSON");
  });
}
