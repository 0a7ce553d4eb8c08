import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  PI_CONTROLLER,
  STANDARD_CONTROLLER,
  stepFactor,
} from "../../../models/ode/step_controller.ts";

Deno.test("stepFactor() is safety · error^(−1/order) when the controller has no memory", () => {
  assertAlmostEquals(stepFactor(0.5, 1, 5, STANDARD_CONTROLLER), 0.9 * 0.5 ** -0.2, 1e-12);
  assertAlmostEquals(stepFactor(8, 1, 5, STANDARD_CONTROLLER), 0.9 * 8 ** -0.2, 1e-12);
});

Deno.test("stepFactor() is more careful after a small error when the controller has memory", () => {
  const rising = stepFactor(0.5, 0.01, 5, PI_CONTROLLER);
  const steady = stepFactor(0.5, 0.5, 5, PI_CONTROLLER);
  assert(rising < steady, `${rising} against ${steady}`);
});

Deno.test("stepFactor() stays within its bounds, below 1 after a rejection", () => {
  assertEquals(stepFactor(0, 1, 5, PI_CONTROLLER), 10);
  assertEquals(stepFactor(1e9, 1, 5, PI_CONTROLLER), 0.2);
  assert(stepFactor(1 + 1e-9, 1, 5, PI_CONTROLLER) < 1);
  for (const error of [NaN, Infinity]) assertEquals(stepFactor(error, 1, 5, PI_CONTROLLER), 0.2);
});
