import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { chooseTolerance } from "../../../benchmarks/check/tolerance.ts";

const inputs = { reference: [1, 2, 3], compared: 2, deterministic: false };

Deno.test("chooseTolerance() is three standard errors of a difference when the reference has seeds", () => {
  // s = 1; n = 2 seeds are compared: 3 · 1 · √(2 / 2).
  assertEquals(chooseTolerance(inputs), {
    value: 3,
    origin: "3 standard errors from 3 reference seeds",
  });
  assertAlmostEquals(chooseTolerance({ ...inputs, compared: 8 }).value, 1.5, 1e-12);
});

Deno.test("chooseTolerance() keeps room for rounding when all reference seeds agree", () => {
  assertEquals(chooseTolerance({ ...inputs, reference: [-2, -2] }).value, 2e-5);
});

Deno.test("chooseTolerance() is a share of the reference when there is no spread to go by", () => {
  assertEquals(chooseTolerance({ ...inputs, reference: [-2] }), {
    value: 0.1,
    origin: "5 % of the one reference seed",
  });
  assertEquals(chooseTolerance({ ...inputs, reference: [2], deterministic: true }), {
    value: 2e-5,
    origin: "rounding of a model without randomness",
  });
});

Deno.test("chooseTolerance() takes the user's share when given", () => {
  assertEquals(chooseTolerance({ ...inputs, share: 0.5 }), {
    value: 1,
    origin: "--tolerance 0.5",
  });
});

Deno.test("chooseTolerance() throws when the reference has no value", () => {
  assertThrows(() => chooseTolerance({ ...inputs, reference: [] }), RangeError);
});
