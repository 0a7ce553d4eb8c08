import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { chooseScale, gatherEvidence } from "../../../benchmarks/check/evidence.ts";
import {
  checkValueNames,
  describeValue,
  valueNames,
  valueOf,
} from "../../../benchmarks/check/values.ts";
import { UsageError } from "../../../benchmarks/errors.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { pairsOf, recordWith } from "./_records.ts";

const loss = (...y: CellRecord["curves"][number]["y"]): CellRecord["curves"][number] => ({
  name: "loss",
  ...{ label: "loss", unit: "nats per sequence", direction: "lower" },
  ...{ xLabel: "epoch", xUnit: "" },
  x: y.map((_, i) => i + 1),
  y,
});
const { direction: _, ...undirected } = loss(1, 2);
const angles = { ...undirected, name: "errorPerAngle" };

Deno.test("valueOf() is a metric, or where a curve over epochs ends", () => {
  const record = recordWith(0.5, {}, { curves: [loss(3, 2, 1), angles] });
  assertEquals(valueNames(record), ["testMse", "loss"]);
  assertEquals([valueOf(record, "testMse"), valueOf(record, "loss")], [0.5, 1]);
  assertEquals(valueOf(record, "errorPerAngle"), undefined, "neither way is better");
  assertEquals(describeValue([record], "loss"), { unit: "nats per sequence", direction: "lower" });
  assertEquals(describeValue([record], "testMse"), { unit: "per pixel", direction: "lower" });
});

Deno.test("valueOf() is the curve's value when an epoch is named", () => {
  const curve = { ...loss(3, 2, 1), x: [1, 5, 10] };
  const record = recordWith(0.5, {}, { curves: [curve, { ...curve, name: "testMse" }] });
  assertEquals(valueOf(record, "loss@5"), 2);
  assertEquals(valueOf(record, "testMse@1"), 3, "the curve, not the metric");
  assertEquals(valueOf(record, "loss@2"), undefined);
  assertEquals(valueOf(record, "errorPerAngle@1"), undefined);
  assertEquals(describeValue([record], "testMse@1"), { unit: "per pixel", direction: "lower" });
  assertEquals(describeValue([record], "loss@5").unit, "nats per sequence");
});

Deno.test("valueOf() is undefined when a cell did not complete or the value is not finite", () => {
  assertEquals(valueOf(recordWith("NaN"), "testMse"), undefined);
  assertEquals(valueOf(recordWith(1, {}, { curves: [loss(1, "Infinity")] }), "loss"), undefined);
  assertEquals(valueOf(recordWith(1, {}, { curves: [loss()] }), "loss"), undefined);
  assertEquals(valueOf(recordWith(1, {}, { metrics: [] }), "testMse"), undefined);
  const diverged = recordWith(1, {}, { status: "diverged", metrics: [], curves: [loss(3, 2)] });
  assertEquals(valueOf(diverged, "loss"), undefined, "the last epoch of a divergence is no end");
});

Deno.test("checkValueNames() throws for a name that no record has", () => {
  const records = [recordWith(1, {}, { curves: [loss(1)] })];
  checkValueNames(["loss", "testMse", "loss@1"], records);
  assertThrows(() => checkValueNames(["loss@2"], records), UsageError, 'metric "loss@2"');
  assertThrows(
    () => checkValueNames(["loss", "mse"], records),
    UsageError,
    'Cannot compare metric "mse": it must be one of testMse, loss, or a curve at one of its epochs (loss@1)',
  );
});

Deno.test("gatherEvidence() holds seed against seed", () => {
  const pairs = pairsOf([1, "NaN", 3], [1, 2, 3.5]);
  const reference = [...pairs.map((pair) => pair.reference), recordWith(5, { seed: 9 })];
  const evidence = gatherEvidence({ metric: "testMse", pairs, reference, deterministic: false });
  assertEquals(evidence.pairs, [
    { seed: 0, reference: 1, current: 1, identical: true },
    { seed: 1, current: 2, identical: false },
    { seed: 2, reference: 3, current: 3.5, identical: false },
  ]);
  assertEquals([evidence.model, evidence.unit, evidence.direction, evidence.identical], [
    "ode2vae-kl",
    "per pixel",
    "lower",
    1,
  ]);
  assertEquals(evidence.differences, [0, 0.5]);
  assertEquals(evidence.values, { reference: 2, current: 2.25 });
  // The spread is that of all the reference's seeds: 1, 3 and 5.
  assertEquals([evidence.scale!.spread, evidence.scale!.seeds], [2, 3]);
});

Deno.test("gatherEvidence() throws when there are no pairs", () => {
  assertThrows(
    () => gatherEvidence({ metric: "testMse", pairs: [], reference: [], deterministic: false }),
    RangeError,
    "Cannot compare testMse",
  );
});

const reference = [1, 2, 3];

Deno.test("chooseScale() has a margin of one standard deviation over the reference's seeds", () => {
  assertEquals(chooseScale(reference, { deterministic: false }), {
    seeds: 3,
    spread: 1,
    rounding: 2e-5,
    margin: { value: 1, origin: "1 sd of 3 reference seeds" },
  });
});

Deno.test("chooseScale() takes the user's margin, as a share or in standard deviations", () => {
  const margin = (value: number, of: "mean" | "sd", values: readonly number[] = reference) =>
    chooseScale(values, { deterministic: false, margin: { value, of } }).margin;
  assertEquals(margin(0.02, "mean"), { value: 0.04, origin: "--margin 2%" });
  assertEquals(margin(1.5, "sd"), { value: 1.5, origin: "1.5 sd of 3 reference seeds" });
  assertEquals(margin(0.02, "mean", [-2])!.value, 0.04);
  assertEquals(margin(1.5, "sd", [2]), undefined, "one seed has no standard deviation");
});

Deno.test("chooseScale() has neither spread nor margin when the reference has one seed", () => {
  assertEquals(chooseScale([2], { deterministic: false }), { seeds: 1, rounding: 2e-5 });
});

Deno.test("chooseScale() keeps room for rounding when all reference seeds agree", () => {
  const { spread, margin } = chooseScale([-2, -2], { deterministic: false });
  assertAlmostEquals(spread!, 2e-5, 1e-18);
  assertAlmostEquals(margin!.value, 2e-5, 1e-18);
});

Deno.test("chooseScale() allows a model without randomness its rounding", () => {
  assertEquals(chooseScale([2], { deterministic: true }), {
    seeds: 1,
    rounding: 2e-5,
    margin: { value: 2e-5, origin: "rounding of a model without randomness" },
  });
});

Deno.test("chooseScale() throws when the reference has no value", () => {
  assertThrows(() => chooseScale([], { deterministic: false }), RangeError);
});
