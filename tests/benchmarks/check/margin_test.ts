import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { chooseScale } from "../../../benchmarks/check/margin.ts";

const reference = [1, 2, 3];

Deno.test("chooseScale() has a margin of one standard deviation over the reference's seeds", () => {
  assertEquals(chooseScale({ reference, deterministic: false }), {
    seeds: 3,
    spread: 1,
    rounding: 2e-5,
    margin: { value: 1, origin: "1 sd of 3 reference seeds" },
  });
});

Deno.test("chooseScale() takes the user's margin, as a share or in standard deviations", () => {
  const margin = (value: number, of: "mean" | "sd", values: readonly number[] = reference) =>
    chooseScale({ reference: values, deterministic: false, option: { value, of } }).margin;
  assertEquals(margin(0.02, "mean"), { value: 0.04, origin: "--margin 2%" });
  assertEquals(margin(1.5, "sd"), { value: 1.5, origin: "1.5 sd of 3 reference seeds" });
  assertEquals(margin(0.02, "mean", [-2])!.value, 0.04);
  assertEquals(margin(1.5, "sd", [2]), undefined, "one seed has no standard deviation");
});

Deno.test("chooseScale() has neither spread nor margin when the reference has one seed", () => {
  assertEquals(chooseScale({ reference: [2], deterministic: false }), { seeds: 1, rounding: 2e-5 });
});

Deno.test("chooseScale() keeps room for rounding when all reference seeds agree", () => {
  const { spread, margin } = chooseScale({ reference: [-2, -2], deterministic: false });
  assertAlmostEquals(spread!, 2e-5, 1e-18);
  assertAlmostEquals(margin!.value, 2e-5, 1e-18);
});

Deno.test("chooseScale() allows a model without randomness its rounding", () => {
  assertEquals(chooseScale({ reference: [2], deterministic: true }), {
    seeds: 1,
    rounding: 2e-5,
    margin: { value: 2e-5, origin: "rounding of a model without randomness" },
  });
});

Deno.test("chooseScale() throws when the reference has no value", () => {
  assertThrows(() => chooseScale({ reference: [], deterministic: false }), RangeError);
});
