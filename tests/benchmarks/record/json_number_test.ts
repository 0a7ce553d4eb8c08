import { assertEquals } from "@std/assert";
import { fromJsonNumber, toJsonNumber } from "../../../models/training/json_number.ts";

Deno.test("toJsonNumber() survives JSON when a number is not finite", () => {
  for (const number of [NaN, Infinity, -Infinity, 1.5, 0]) {
    const read = JSON.parse(JSON.stringify(toJsonNumber(number)));
    assertEquals(fromJsonNumber(read), number);
  }
});

Deno.test("toJsonNumber() gives zero when given negative zero", () => {
  assertEquals(Object.is(toJsonNumber(-0), 0), true);
});
